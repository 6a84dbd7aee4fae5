package exchange

import (
	"net/http"
	"strings"
	"time"

	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/policy"
)

// Newcomer returns a new visitor, who has seen each policy as it is at a time.
func (w *World) Newcomer(now time.Time) identity.Visitor {
	return w.Meet(identity.NewVisitor(), now)
}

// Meet returns a visitor who has seen those policies, too, that they did not
// know yet, as they are at a time, and knows no withdrawn ones.
func (w *World) Meet(v identity.Visitor, now time.Time) identity.Visitor {
	v = v.Only(w.Latest)
	for i := range w.Catalog.Policies {
		p := &w.Catalog.Policies[i]
		if force := p.InForce(now); force != nil && v.Seen(p.ID) == 0 {
			v = v.WithSeen(p.ID, force.Number)
		}
	}
	return v
}

// Latest returns the number of the newest version of each policy.
func Latest(c *policy.Catalog) map[string]int {
	latest := make(map[string]int, len(c.Policies))
	for i := range c.Policies {
		latest[c.Policies[i].ID] = len(c.Policies[i].Versions)
	}
	return latest
}

// Person returns who a POST acts for: the visitor who is known, or a new one,
// whose cookie goes out with the answer. Where two identities came, neither is
// trusted: a new one goes out, and the error is of the kind Superseded, for
// nothing is to be stored. The error of a flood is of the kind Flooded, and
// leaves the cookies as they are.
func (x *Exchange) Person() (identity.Visitor, error) {
	switch x.State {
	case identity.Known:
		return x.Visitor, nil
	case identity.Flooded:
		return identity.Visitor{}, &Error{Kind: Flooded}
	case identity.Doubled:
		x.World.Cookies.Expire(x.Writer, x.Request)
		if err := x.Remember(x.World.Newcomer(x.Now)); err != nil {
			return identity.Visitor{}, err
		}
		return identity.Visitor{}, &Error{Kind: Superseded, Text: "Two identities came from your browser, so neither was used and nothing was stored. You have a new one now: open the page again and try once more."}
	}
	v := x.World.Newcomer(x.Now)
	return v, x.Remember(v)
}

// Remember has the answer set the identity cookie to a visitor, who is the
// one of the exchange from then on. A cookie that it had set before is left
// out.
func (x *Exchange) Remember(v identity.Visitor) error {
	h := x.Writer.Header()
	if x.remembered != "" {
		lines := h["Set-Cookie"]
		h.Del("Set-Cookie")
		for _, line := range lines {
			if line != x.remembered {
				h.Add("Set-Cookie", line)
			}
		}
	}
	if err := x.World.Cookies.Write(x.Writer, v); err != nil {
		return err
	}
	lines := h["Set-Cookie"]
	x.remembered = lines[len(lines)-1]
	x.Visitor, x.State = v, identity.Known
	return nil
}

// Begin returns the exchange of a request to a site at a time. It reads the
// request's cookies.
func (w *World) Begin(writer http.ResponseWriter, r *http.Request, site *policy.Site, now time.Time) *Exchange {
	x := &Exchange{Writer: writer, Request: r, World: w, Site: site, Now: now, Signal: Signals(r)}
	x.Visitor, x.State = w.Who(r)
	return x
}

// Who returns the visitor of a request. One who knows versions that there
// aren't is Broken, and not known.
func (w *World) Who(r *http.Request) (identity.Visitor, identity.State) {
	v, state := w.Cookies.Read(r)
	if state == identity.Known && !v.Known(w.Latest) {
		return identity.Visitor{}, identity.Broken
	}
	return v, state
}

// Signals says whether a request carries Global Privacy Control: the one value
// "1" and nothing else (W3C, Global Privacy Control, section 3.2).
func Signals(r *http.Request) bool {
	field := r.Header["Sec-Gpc"]
	return len(field) == 1 && strings.Trim(field[0], " \t") == "1"
}
