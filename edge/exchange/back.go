package exchange

import (
	"net/http"
	"net/url"
	"strings"
)

// Back returns an address to lead back to, as a form or a query names it: a
// path of this host, or an address of one of the sites. Anything else is
// empty, whatever a browser would make of it.
func (x *Exchange) Back(address string) string {
	if Local(address) {
		return address
	}
	for i := range x.World.Catalog.Sites {
		origin := x.World.Catalog.Sites[i].Origin
		if rest, ok := strings.CutPrefix(address, origin); ok && (rest == "" || Local(rest)) {
			return origin + "/" + strings.TrimPrefix(rest, "/")
		}
	}
	return ""
}

// Lead leads with a 303 to an address that [Exchange.Back] takes, and
// otherwise to a path.
func (x *Exchange) Lead(address, otherwise string) {
	to := x.Back(address)
	if to == "" || Local(to) {
		if to == "" {
			to = otherwise
		}
		x.Redirect(http.StatusSeeOther, to)
		return
	}
	x.away(http.StatusSeeOther, to)
}

// OnApex says whether the request is to the first site, whose host alone has
// people's own pages. Where it is not, the answer leads to the same path
// there, with the page that it came from to lead back to.
func (x *Exchange) OnApex() bool {
	apex := &x.World.Catalog.Sites[0]
	if x.Site.Host == apex.Host {
		return true
	}
	back := x.Site.Origin + "/"
	for _, named := range []string{x.Request.URL.Query().Get(ReturnField), x.Request.Referer()} {
		if to := x.Back(named); to != "" {
			if back = to; Local(to) {
				back = x.Site.Origin + to
			}
			break
		}
	}
	x.away(http.StatusSeeOther, apex.Origin+x.Request.URL.EscapedPath()+"?"+ReturnField+"="+url.QueryEscape(back))
	return false
}

// away leads to an address of one of the sites.
func (x *Exchange) away(status int, address string) {
	h := x.Writer.Header()
	h.Set("Location", address)
	h.Set("Cache-Control", personal)
	h.Set("Content-Length", "0")
	x.Writer.WriteHeader(status)
}

// MayLeadAway has the page that is answered be one whose forms may lead to any
// of the sites: browsers hold the directive form-action of the policy against
// where a form's answer redirects, too (CSP 3, section 6.4.1).
func (x *Exchange) MayLeadAway() {
	const field, own = "Content-Security-Policy", "form-action 'self'"
	origins := own
	for i := range x.World.Catalog.Sites {
		origins += " " + x.World.Catalog.Sites[i].Origin
	}
	h := x.Writer.Header()
	h.Set(field, strings.Replace(h.Get(field), own, origins, 1))
}
