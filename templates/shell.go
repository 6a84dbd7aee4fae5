package templates

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/a-h/templ"
)

// The marks that [ShellDocument] leaves where a page made by the edge has its
// title and its content. Escaping changes neither.
const (
	shellTitle = "::title of the page::"
	shellBody  = "<!--content of the page-->"
)

// A Shell is a page of a site without title and content, for pages that are
// made when they are asked for. It may be used by several goroutines.
type Shell struct {
	// head ends within the title, middle within the main element.
	head, middle, foot string
}

// ShellDocument is the file that [ParseShell] reads: a whole HTML page with
// the site's header and footer, its stylesheet and the one of the edge's
// pages, that is not to be indexed. It has no notice slot and no script.
func ShellDocument(site *Site) templ.Component {
	return withShared(Page{Site: site, Title: shellTitle}, shellDocument)
}

// ParseShell reads what [ShellDocument] wrote. It fails where the place of
// the title or that of the content is missing or stands twice.
func ParseShell(html []byte) (*Shell, error) {
	for _, mark := range []struct{ name, text string }{{"title", shellTitle}, {"content", shellBody}} {
		if n := bytes.Count(html, []byte(mark.text)); n != 1 {
			return nil, fmt.Errorf("shell: has %d places for the %s of a page, not one", n, mark.name)
		}
	}
	head, rest, _ := bytes.Cut(html, []byte(shellTitle))
	middle, foot, ok := bytes.Cut(rest, []byte(shellBody))
	if !ok {
		return nil, errors.New("shell: the place for the content of a page comes before that for the title")
	}
	return &Shell{string(head), string(middle), string(foot)}, nil
}

// Render writes a page with a title, which is plain text, and a body that
// stands in its main element. The error is that of the body or of w.
func (s *Shell) Render(ctx context.Context, w io.Writer, title string, body templ.Component) error {
	if _, err := io.WriteString(w, s.head+templ.EscapeString(title)+s.middle); err != nil {
		return err
	}
	if err := body.Render(ctx, w); err != nil {
		return err
	}
	_, err := io.WriteString(w, s.foot)
	return err
}
