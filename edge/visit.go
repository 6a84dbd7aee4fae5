package edge

import (
	"net/http"
	"net/url"
	"strings"

	accountpages "indigex.com/indigex/edge/account/pages"
	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/notice"
	"indigex.com/indigex/policy"
)

// visit says what a visitor's page has that others' has not, as
// static.Config.Visit wants it. It reads no database, and for a known visitor
// with nothing new it does no more than read the cookie.
func (s *Server) visit(w http.ResponseWriter, r *http.Request, world *exchange.World, site *policy.Site) (html []byte, private, done bool) {
	v, state := world.Who(r)
	if state == identity.Flooded {
		s.fail(w, r, http.StatusRequestHeaderFieldsTooLarge, nil)
		return nil, false, true
	}
	v, private, err := s.meet(w, r, world, v, state)
	if err == nil && state == identity.Known {
		if s.signals != nil && exchange.Signals(r) {
			// Where too many wait, this visitor's next page tries again.
			_ = s.signals.Honour(world.Catalog, site.Host, v.Code)
		}
		if list := s.pending(r, world, v); len(list) > 0 {
			html, err = banner(w, r, world, list, r.URL.RequestURI())
		}
		if err == nil {
			html, err = withStrip(r, world, v, html)
		}
	}
	if err != nil {
		s.fail(w, r, http.StatusInternalServerError, err)
		return nil, false, true
	}
	return html, private || html != nil, false
}

// meet returns the visitor of a request after a page was shown to them. Where
// the cookie has to be written for that, wrote is true: a first visit, a policy
// that is new, a cookie that grows old, two that contradict each other.
func (s *Server) meet(w http.ResponseWriter, r *http.Request, world *exchange.World, v identity.Visitor, state identity.State) (met identity.Visitor, wrote bool, err error) {
	now := s.at(r)
	switch {
	case state == identity.Known:
		if !v.Due(s.cfg.Now()) && !unmet(world.Catalog, v, s, r) {
			return v, false, nil
		}
		v = world.Meet(v, now)
	case state == identity.Doubled:
		world.Cookies.Expire(w, r)
		if world.Catalog.Identity != policy.OnVisit {
			return v, true, nil
		}
		v = world.Newcomer(now)
	case world.Catalog.Identity != policy.OnVisit:
		return v, false, nil
	default:
		v = world.Newcomer(now)
	}
	return v, true, world.Cookies.Write(w, v)
}

// unmet says whether a policy is in force that a visitor doesn't know at all.
func unmet(c *policy.Catalog, v identity.Visitor, s *Server, r *http.Request) bool {
	for i := range c.Policies {
		if p := &c.Policies[i]; v.Seen(p.ID) == 0 && p.InForce(s.at(r)) != nil {
			return true
		}
	}
	return false
}

// pending returns what belongs on a banner for a visitor, nil for nothing.
func (s *Server) pending(r *http.Request, world *exchange.World, v identity.Visitor) []notice.Pending {
	return notice.Weighty(notice.For(world.Catalog, v, s.at(r)))
}

// banner returns the HTML of notices. The path is where putting them away
// leads back to.
func banner(w http.ResponseWriter, r *http.Request, world *exchange.World, list []notice.Pending, back string) ([]byte, error) {
	form, err := world.Forms.Begin(w, r)
	if err != nil {
		return nil, err
	}
	if !exchange.Local(back) {
		back = "/"
	}
	return notice.Banner(r.Context(), list, form.Token(notice.Purpose), back)
}

// withStrip puts in front of a banner, or of nothing, whose browser it is;
// nothing for who never signed in.
func withStrip(r *http.Request, world *exchange.World, v identity.Visitor, html []byte) ([]byte, error) {
	if v.UserID == "" {
		return html, nil
	}
	strip, err := accountpages.Strip(r.Context(), world.Catalog, v.UserID)
	return append(strip, html...), err
}

// fragment answers /notices/fragment, with which a page that came from a cache
// learns what its visitor is to be told: the banner, or 204. It is a first
// visit as a page is, and nothing for pages of other sites.
func (s *Server) fragment(x *exchange.Exchange) error {
	if from := x.Request.Header["Sec-Fetch-Site"]; len(from) > 1 || len(from) == 1 && from[0] != "same-origin" && from[0] != "none" {
		return &exchange.Error{Kind: exchange.Forbidden}
	}
	if x.State == identity.Flooded {
		return &exchange.Error{Kind: exchange.Flooded}
	}
	v, _, err := s.meet(x.Writer, x.Request, x.World, x.Visitor, x.State)
	if err != nil {
		return err
	}
	var html []byte
	if x.State == identity.Known {
		if list := s.pending(x.Request, x.World, v); len(list) > 0 {
			if html, err = banner(x.Writer, x.Request, x.World, list, referring(x.Request)); err != nil {
				return err
			}
		}
		if html, err = withStrip(x.Request, x.World, v, html); err != nil {
			return err
		}
		if s.signals != nil && x.Signal {
			_ = s.signals.Honour(x.World.Catalog, x.Site.Host, v.Code)
		}
	}
	if html == nil {
		x.Writer.Header().Set("Cache-Control", "private, no-store")
		x.Writer.WriteHeader(http.StatusNoContent)
		return nil
	}
	x.Send(http.StatusOK, "text/html; charset=utf-8", html)
	return nil
}

// referring is the path of the page of the same host that asks.
func referring(r *http.Request) string {
	u, err := url.Parse(r.Header.Get("Referer"))
	if err != nil || !strings.EqualFold(u.Host, r.Host) {
		return "/"
	}
	return u.RequestURI()
}
