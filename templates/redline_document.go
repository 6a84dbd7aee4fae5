package templates

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"github.com/a-h/templ"

	"indigex.com/indigex/policy"
)

// Redline is a whole HTML page that shows how one text became another and
// needs nothing beside itself: no address, no script, no site. Old and new
// name the texts.
//
// The stylesheet is CSS without imports: the bundle of redline-page.css of
// [Assets], or of site.css with a site's tokens. It is put into the page as
// it is, but that it cannot end its element, and the page's own
// Content-Security-Policy allows it and nothing else.
func Redline(old, new string, c *policy.Comparison, stylesheet string) templ.Component {
	// A browser hashes what it parsed: without carriage returns and NULs.
	stylesheet = strings.NewReplacer("</", `<\/`, "\r\n", "\n", "\r", "\n", "\x00", "\uFFFD").Replace(stylesheet)
	sum := sha256.Sum256([]byte(stylesheet))
	rules := "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-" +
		base64.StdEncoding.EncodeToString(sum[:]) + "'"
	return redlineDocument(old, new, c, "<style>"+stylesheet+"</style>", rules)
}
