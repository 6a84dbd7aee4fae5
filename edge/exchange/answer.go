package exchange

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"indigex.com/indigex/templates"
)

// personal is the Cache-Control of all that these answers are.
const personal = "private, no-store"

// Page answers with a page of the site. On an error nothing was sent.
func (x *Exchange) Page(status int, title string, body templ.Component) error {
	shell := x.World.Shells[x.Site.Host]
	if shell == nil {
		return fmt.Errorf("host %s has no shell", x.Site.Host)
	}
	var page bytes.Buffer
	if x.Visitor.UserID != "" {
		body = templ.Join(templates.Member(x.Visitor.UserID, x.World.Catalog.Sites[0].Origin+"/account"), body)
	}
	if err := shell.Render(x.Request.Context(), &page, title, body); err != nil {
		return fmt.Errorf("page %q: %w", title, err)
	}
	x.Send(status, "text/html; charset=utf-8", page.Bytes())
	return nil
}

// JSON answers with a value for programs. On an error nothing was sent.
func (x *Exchange) JSON(status int, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	x.Send(status, "application/json", append(data, '\n'))
	return nil
}

// Send answers with bytes of a media type, for the asker alone.
func (x *Exchange) Send(status int, mediaType string, data []byte) {
	h := x.Writer.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Cache-Control", personal)
	h.Set("Content-Length", strconv.Itoa(len(data)))
	x.Writer.WriteHeader(status)
	if x.Request.Method != http.MethodHead {
		// The status is out: what goes wrong now, the client sees by itself.
		_, _ = x.Writer.Write(data)
	}
}

// Public answers with bytes of a media type that are the same for everybody
// until the program is another one. Browsers ask once an hour whether they are
// (RFC 9111, section 4.3).
func (x *Exchange) Public(mediaType string, data []byte) {
	h := x.Writer.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Cache-Control", "public, max-age=3600")
	h.Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256(data)))
	http.ServeContent(x.Writer, x.Request, "", time.Time{}, bytes.NewReader(data))
}

// Redirect leads to a path, with or without a query and a fragment, on the
// same host; what is none leads to the home page.
func (x *Exchange) Redirect(status int, path string) {
	if !Local(path) {
		path = "/"
	}
	h := x.Writer.Header()
	h.Set("Location", path)
	h.Set("Cache-Control", personal)
	h.Set("Content-Length", "0")
	x.Writer.WriteHeader(status)
}

// Local says whether an address is a path of the same host, however a browser
// reads it: no scheme, no host, no dot segment, and nothing that a browser
// takes for a slash or leaves out.
func Local(address string) bool {
	if len(address) > 2048 || !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") ||
		strings.ContainsFunc(address, func(c rune) bool { return c <= ' ' || c == '\\' || c >= 0x7f }) {
		return false
	}
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	for part := range strings.SplitSeq(strings.Trim(u.Path, "/"), "/") {
		if part == "." || part == ".." || part == "" && strings.Trim(u.Path, "/") != "" {
			return false
		}
	}
	return !strings.HasPrefix(u.Path, "//") && !strings.ContainsFunc(u.Path, func(c rune) bool { return c < ' ' || c == '\\' || c == 0x7f })
}
