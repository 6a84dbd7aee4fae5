package templates

import (
	"embed"
	"io/fs"
)

//go:embed assets
var assets embed.FS

// Assets returns the sources of the styles and of a script. The entry points
// are site.css, which all pages use, code.css, for pages with highlighted
// code, edge.css, for pages that the edge makes, redline-page.css, for
// [Redline], and notice.js, for pages that a CDN serves. passkey.js is the
// edge's; see [PasskeyScript].
//
// They derive every colour from the custom properties --background,
// --surface, --text, --muted, --line and --accent, and the type from
// --font-heading and --font-body. A site sets these on :root, anywhere
// before or after the styles; the defaults give way to them.
func Assets() fs.FS {
	sub, err := fs.Sub(assets, "assets")
	if err != nil {
		panic(err) // "assets" is a valid path
	}
	return sub
}

// PasskeyScript returns the script of pages with a [PasskeyForm].
func PasskeyScript() []byte {
	script, err := assets.ReadFile("assets/passkey.js")
	if err != nil {
		panic(err) // it is embedded
	}
	return script
}
