package admin

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"indigex.com/indigex/edge/admin/apikey"
)

// errNoKey says that a request has no key that opens anything.
var errNoKey = errors.New("no valid key")

// A contextKey is that of the key by which a request is asked.
type contextKey struct{}

// keyOf returns the key by which a request is asked.
func keyOf(ctx context.Context) apikey.Key {
	k, _ := ctx.Value(contextKey{}).(apikey.Key)
	return k
}

// keyed lets those pass who have a bearer key (RFC 6750).
func (h *handler) keyed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		k, err := h.key(r)
		switch {
		case errors.Is(err, errNoKey):
			if wait := h.limits.take(wrongKeys, "", 1); wait > 0 {
				retryAfter(w.Header().Set, wait)
				problem(w, http.StatusTooManyRequests, "Too many requests came with a wrong key.")
				return
			}
			w.Header().Set("WWW-Authenticate", `Bearer realm="edge"`)
			problem(w, http.StatusUnauthorized, "The request needs the header Authorization: Bearer KEY, with a key that edge api keys made and that is still valid, or that of the file which --admin-key names.")
		case err != nil:
			w.Header().Set("Retry-After", retryStore)
			problem(w, http.StatusServiceUnavailable, "The store does not answer. Until it does, nothing is permitted.")
		default:
			known := r.WithContext(context.WithValue(r.Context(), contextKey{}, k))
			next.ServeHTTP(w, known)
			r.Pattern = known.Pattern // by which the answer is counted
		}
	})
}

// key returns the key of a request; errNoKey for none that is valid, and the
// store's error where nobody can say.
func (h *handler) key(r *http.Request) (apikey.Key, error) {
	token, err := apikey.Bearer(r.Header.Values("Authorization"))
	if err != nil {
		return apikey.Key{}, errNoKey
	}
	if h.cfg.Key.opens(token) {
		return apikey.Key{Name: apikey.FileName, Scopes: apikey.Scopes()}, nil
	}
	id, hash, err := apikey.Parse(token)
	if err != nil || h.cfg.Keys == nil {
		return apikey.Key{}, errNoKey
	}
	k, err := h.cfg.Keys.Find(r.Context(), id)
	now := h.cfg.Now()
	switch {
	case errors.Is(err, apikey.ErrNotFound):
		return apikey.Key{}, errNoKey
	case err != nil:
		return apikey.Key{}, err
	case !k.Hash.Equal(hash) || !k.Valid(now):
		return apikey.Key{}, errNoKey
	}
	if now.UTC().Truncate(24 * time.Hour).After(k.Used) {
		// What can be answered from a disk that takes nothing more is
		// answered: the day is for those who look for keys out of use.
		_ = h.cfg.Keys.Used(r.Context(), id, now)
	}
	return k, nil
}

// scoped lets those pass whose key has a scope and who have not asked for too
// much of it.
func (h *handler) scoped(api huma.API, scope apikey.Scope) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		k := keyOf(ctx.Context())
		if !k.Opens(scope) {
			_ = huma.WriteErr(api, ctx, http.StatusForbidden, fmt.Sprintf("The key has no scope %s.", scope))
			return
		}
		if wait := h.limits.take(k.Name, scope, 1); wait > 0 {
			retryAfter(ctx.SetHeader, wait)
			_ = huma.WriteErr(api, ctx, http.StatusTooManyRequests, "The key is used too often.")
			return
		}
		next(ctx)
	}
}

// retryAfter sets the header (RFC 9110, section 10.2.3), rounded up.
func retryAfter(set func(name, value string), wait time.Duration) {
	set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
}
