package identity

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

const (
	// codeCookie is the name of the identity cookie. A browser takes names
	// with this prefix from secure origins alone (RFC 6265bis, section 4.1.3).
	codeCookie = "__Secure-code"
	// codePurpose is authenticated with each value, and another one with each
	// change to what is in it that an older program would misread.
	codePurpose = codeCookie + " identity 1"
)

// A Config says which cookies there are.
type Config struct {
	// Apex is the host at the top of all hosts, without a port. Required.
	Apex string
	// Ring returns the keys; [Keys.Ring] does. Required.
	Ring func() *Ring
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

func (cfg *Config) complete() error {
	if cfg.Ring == nil {
		return errors.New("identity: no key ring is given")
	}
	if domain := (&http.Cookie{Name: codeCookie, Domain: cfg.Apex}); cfg.Apex == "" || cfg.Apex[0] == '.' || domain.Valid() != nil {
		return fmt.Errorf("identity: apex %q is not a host", cfg.Apex)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return nil
}

// Cookies reads and writes the identity cookie. It may be used by several
// goroutines.
type Cookies struct {
	cfg    Config
	recent *recent
}

// NewCookies returns the identity cookie of an apex. It fails where a required
// field of the config is missing or wrong.
func NewCookies(cfg Config) (*Cookies, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	return &Cookies{cfg, newRecent()}, nil
}

// Read returns the visitor of a request. Where the state is not [Known], the
// visitor is the zero one.
func (c *Cookies) Read(r *http.Request) (Visitor, State) {
	value, state := find(r.Header, codeCookie)
	if state != Known {
		return Visitor{}, state
	}
	ring, now := c.cfg.Ring(), c.cfg.Now()
	o, known := c.recent.find(value, ring)
	if !known {
		o = ring.open(value, now)
	}
	if !o.holds(now) {
		return Visitor{}, Broken
	}
	if !known {
		c.recent.keep(value, o)
	}
	return o.visitor, Known
}

// Write has a response set the cookie, issued now, and makes the response one
// that no cache keeps. Call it once, before the header is written. It fails
// without setting anything for a visitor without a code, with over 20
// policies, or with ids or version numbers that no policy has.
func (c *Cookies) Write(w http.ResponseWriter, v Visitor) error {
	value, err := encode(c.cfg.Ring(), v, c.cfg.Now())
	if err != nil {
		return fmt.Errorf("identity cookie: %w", err)
	}
	cookie := c.cookie("/", c.cfg.Apex)
	cookie.Value, cookie.MaxAge = value, int(MaxAge/time.Second)
	line := cookie.String()
	if len(line) > maxLine {
		return fmt.Errorf("identity cookie: has %d bytes, and a browser takes %d", len(line), maxLine)
	}
	set(w, line)
	return nil
}

// Expire has a response remove each cookie of the name that the request can
// have brought: for the apex, for the host of the request as a domain, and for
// that host alone, each at the root and at the first three folders of the
// path, since who doubles a cookie chooses among these. Call it before Write.
func (c *Cookies) Expire(w http.ResponseWriter, r *http.Request) {
	domains := []string{"", c.cfg.Apex}
	host, _, _ := strings.Cut(strings.ToLower(r.Host), ":")
	if strings.HasSuffix(host, "."+c.cfg.Apex) {
		domains = append(domains, host)
	}
	for _, path := range foldersOf(r.URL.EscapedPath()) {
		for _, domain := range domains {
			cookie := c.cookie(path, domain)
			cookie.MaxAge = -1
			if cookie.Valid() == nil {
				set(w, cookie.String())
			}
		}
	}
}

// cookie returns one with everything but a value and an age.
func (c *Cookies) cookie(path, domain string) *http.Cookie {
	return &http.Cookie{Name: codeCookie, Path: path, Domain: domain, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

func set(w http.ResponseWriter, line string) {
	w.Header().Add("Set-Cookie", line)
	w.Header().Set("Cache-Control", "private, no-store")
}

// foldersOf returns the paths of cookies that go with a request's path
// (RFC 6265, section 5.1.4): /a and /a/ are two. No more than three folders
// and 128 bytes, so that the answer's header stays within what proxies take.
func foldersOf(path string) []string {
	paths := []string{"/"}
	if len(path) > 128 {
		return paths
	}
	for i := 1; i < len(path) && len(paths) < 7; i++ {
		if path[i] == '/' {
			paths = append(paths, path[:i], path[:i+1])
		} else if i == len(path)-1 {
			paths = append(paths, path)
		}
	}
	return paths
}

func encode(r *Ring, v Visitor, now time.Time) (string, error) {
	if err := v.check(); err != nil {
		return "", err
	}
	v.Issued = now
	return r.keys[r.issuer(now)].codec.Encode(codePurpose, &v)
}

// open decrypts a value with the keys that are accepted. Where none made it,
// what it returns has no key.
func (r *Ring) open(value string, now time.Time) opened {
	if len(value) > maxLine || !canonical(value) {
		return opened{}
	}
	for k := range r.accepted(now) {
		var v Visitor
		if k.codec.Decode(codePurpose, value, &v) == nil {
			return opened{v, r, k}
		}
	}
	return opened{}
}

// holds says whether a cookie counts at a time: whether its key is accepted,
// and it is neither too old nor from the future.
func (o *opened) holds(now time.Time) bool {
	return o.key != nil && o.ring.accepts(o.key, now) && !o.visitor.Issued.After(now.Add(Skew)) && !o.visitor.Issued.Before(now.Add(-MaxAge))
}
