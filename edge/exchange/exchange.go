// Package exchange is one request as the parts of the edge see it, and the
// way in which they answer: with a page of the site, or with an error that
// one table turns into a status and a page.
package exchange

import (
	"net/http"
	"net/netip"
	"time"

	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// A World is what one catalog says, prepared for requests. It is never
// changed: a reload makes another one.
type World struct {
	Catalog *policy.Catalog
	// Latest has the number of each policy's newest published version, for
	// identity.Visitor.Known.
	Latest map[string]int
	// Shells are the sites' pages without content, by host.
	Shells map[string]*templates.Shell
	// Cookies and Forms go by the clock on the wall, whatever time a request
	// is answered for.
	Cookies *identity.Cookies
	Forms   *identity.Forms
}

// An Exchange is a request whose host is known, and the answer to it.
type Exchange struct {
	Writer  http.ResponseWriter
	Request *http.Request
	World   *World
	Site    *policy.Site
	// Now is the time of the request.
	Now time.Time
	// Visitor is who the identity cookie names; the zero one where State is
	// not identity.Known, or where the visitor knows versions that there
	// aren't.
	Visitor identity.Visitor
	State   identity.State
	// Signal says that the browser sends Global Privacy Control.
	Signal bool
	// Client is the address that the request came from, as far as proxies
	// can be believed; invalid where nobody knows.
	Client netip.Addr

	form *identity.Form // nil until a token was wanted
	// remembered is the line of the cookie that was set last.
	remembered string
}
