package edge

import (
	"context"
	"errors"
	"net/http"
	"time"

	"indigex.com/indigex/edge/identity"
)

// otherTime is the key of the time in the context of a request that is
// answered as at another one.
type otherTime struct{}

// As returns a request as it were at another time, zero for now, and with
// Global Privacy Control, for editors who look at pages before visitors do.
// The server answers it so in development alone. Cookies and forms go by the
// clock all the same.
func (s *Server) As(r *http.Request, at time.Time, signal bool) *http.Request {
	if !s.cfg.Development || at.IsZero() && !signal {
		return r
	}
	ctx := r.Context()
	if !at.IsZero() {
		ctx = context.WithValue(ctx, otherTime{}, at)
	}
	r = r.Clone(ctx)
	if signal {
		r.Header.Set("Sec-GPC", "1")
	}
	return r
}

// Become has an answer make the browser that of a new visitor who saw these
// versions last, by the ids of policies; for none, that of a newcomer, without
// a cookie. The request says which host it is and, where it is of
// [Server.As], which time; versions are those up to the one in force then. It
// sets headers alone, and fails outside of development.
func (s *Server) Become(w http.ResponseWriter, r *http.Request, seen map[string]int) error {
	world := s.now.Load().world
	switch {
	case !s.cfg.Development:
		return errors.New("edge: visitors are changed in development alone")
	case world == nil:
		return errors.New("edge: there are no visitors without keys and a catalog")
	}
	if len(seen) == 0 {
		world.Cookies.Expire(w, r)
		return nil
	}
	v := identity.NewVisitor()
	for id, number := range seen {
		p := world.Catalog.Policy(id)
		if p == nil {
			return errors.New("edge: a visitor cannot know a policy that there isn't")
		}
		if force := p.InForce(s.at(r)); force == nil || number < 1 || number > force.Number {
			return errors.New("edge: a visitor cannot have seen a version that was never in force")
		}
		v = v.WithSeen(id, number)
	}
	return world.Cookies.Write(w, world.Meet(v, s.at(r)))
}
