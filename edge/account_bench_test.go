package edge_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"indigex.com/indigex/edge/account"
	passwords "indigex.com/indigex/edge/account/password"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/edge/store/storetest"
)

// A crowd is many accounts with one password, and a browser that tries them.
type crowd struct {
	*visitor
	forms map[string]url.Values // by their paths
	n     atomic.Uint32         // of addresses
}

func newCrowd(b *testing.B, accounts int) *crowd {
	b.Helper()
	w := newSettledTown(b, storetest.SQLite(b))
	hash, err := passwords.NewHasher().Hash(b.Context(), password)
	w.must(err)
	for i := range accounts {
		id, name := account.ID(identity.NewCode()), fmt.Sprintf("known%04d", i)
		address := name + "@lanterns.example"
		_, _, err := w.store.Accounts().Register(b.Context(), account.Registration{
			ID: id, UserID: name, PasswordHash: hash, Profile: identity.NewCode(), At: w.clock(), Details: map[account.Field]string{account.Email: address},
			Session: account.NewSession{ID: storetest.Nonce(), Hash: account.NewToken().Hash(), Mark: account.Mark(storetest.Nonce())},
		})
		w.must(err)
		link := mail.Link{Hash: mail.NewToken().Hash(), Kind: mail.ConfirmAddress, Account: id, Address: address, Expires: w.clock().Add(time.Hour)}
		w.must(w.store.Mail().AddLink(b.Context(), link))
		_, err = w.store.Accounts().Confirm(b.Context(), link.Hash, w.clock())
		w.must(err)
	}
	v := w.visitor()
	v.ask("GET", "/", "")
	c := &crowd{visitor: v}
	c.open()
	return c
}

// open takes new forms.
func (c *crowd) open() {
	c.Helper()
	c.forms = map[string]url.Values{}
	for _, path := range []string{"/account/sign-in", "/account/password"} {
		c.forms[path] = c.visitor.form(path, path)
	}
}

// try posts a form from an address that nobody used before, and returns how
// long the answer took.
func (c *crowd) try(path, id, password string) (status int, took time.Duration, page string) {
	form := url.Values{"token": c.forms[path]["token"], "user_id": {id}}
	if password != "" {
		form.Set("password", password)
	}
	r := httptest.NewRequest("POST", "https://"+host+path, strings.NewReader(form.Encode()))
	n := c.n.Add(1)
	r.RequestURI, r.RemoteAddr = path, fmt.Sprintf("10.%d.%d.%d:1", n>>16&255, n>>8&255, n&255)
	r.Header = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Origin": {"https://" + host}}
	for name, value := range c.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	rec := httptest.NewRecorder()
	began := time.Now()
	c.server.ServeHTTP(rec, r)
	return rec.Code, time.Since(began), rec.Body.String()
}

// BenchmarkEnumeration tries 500 User IDs that there are and 500 that there
// aren't, in a random order, each once. The ratio is that of the median times;
// 1 tells nobody apart.
func BenchmarkEnumeration(b *testing.B) {
	c := newCrowd(b, enumerated)
	b.Run("sign-in", func(b *testing.B) { c.enumerate(b, "/account/sign-in", "not the password") })
	b.Run("forgotten", func(b *testing.B) { c.enumerate(b, "/account/password", "") })
}

const enumerated = 500

func (c *crowd) enumerate(b *testing.B, path, password string) {
	ids := make([]string, 0, 2*enumerated)
	for i := range enumerated {
		ids = append(ids, fmt.Sprintf("known%04d", i), fmt.Sprintf("other%04d", i))
	}
	for b.Loop() {
		rand.Shuffle(len(ids), func(i, k int) { ids[i], ids[k] = ids[k], ids[i] })
		times, pages := map[string][]time.Duration{}, map[string]bool{}
		for _, id := range ids {
			status, took, page := c.try(path, id, password)
			kind := id[:5]
			times[kind] = append(times[kind], took)
			_, page, _ = strings.Cut(strings.ReplaceAll(page, id, ""), "<main")
			pages[fmt.Sprint(status, tokens.ReplaceAllString(page, ""))] = true
		}
		if len(pages) != 1 {
			b.Fatalf("%d kinds of answers", len(pages))
		}
		known, other := middle(times["known"]), middle(times["other"])
		b.ReportMetric(float64(other)/float64(known), "unknown/known")
		b.ReportMetric(float64(known.Microseconds()), "µs-known")
		b.ReportMetric(0, "ns/op")
		c.later(25 * time.Hour)
		c.open()
	}
}

func middle(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)/2]
}

// BenchmarkSignIn signs in from as many browsers as there are cores, which a
// hash of Argon2id bounds; floor is the rate of hashes alone on as many
// goroutines.
func BenchmarkSignIn(b *testing.B) {
	c := newCrowd(b, 1000)
	cores := runtime.GOMAXPROCS(0)
	var n atomic.Int64
	rate := atOnce(cores, 100, func() {
		if status, _, page := c.try("/account/sign-in", fmt.Sprintf("known%04d", n.Add(1)%1000), password); status != 303 {
			b.Errorf("%d: %s", status, page)
		}
	})
	hasher := passwords.NewHasher()
	floor := atOnce(cores, 100, func() {
		if _, err := hasher.Hash(b.Context(), password); err != nil {
			b.Error(err)
		}
	})
	for b.Loop() {
	}
	b.ReportMetric(rate, "sign-ins/s")
	b.ReportMetric(rate/floor, "of-hashes")
	b.ReportMetric(0, "ns/op")
}

// atOnce runs a function so many times on each of so many goroutines, and
// returns how often a second it ran.
func atOnce(sides, each int, run func()) float64 {
	began := time.Now()
	var all sync.WaitGroup
	for range sides {
		all.Go(func() {
			for range each {
				run()
			}
		})
	}
	all.Wait()
	return float64(sides*each) / time.Since(began).Seconds()
}

// BenchmarkPagesWhileOthersSignIn asks for a page, one after the other, first
// alone and then while 32 browsers try to sign in without a pause. The ratios
// are those of the medians and of the slowest in a hundred.
func BenchmarkPagesWhileOthersSignIn(b *testing.B) {
	c := newCrowd(b, 1000)
	page := func() (took []time.Duration) {
		v := c.visitor.town.visitor()
		v.cookies["__Secure-code"] = c.cookies["__Secure-code"]
		for range 1000 {
			began := time.Now()
			v.ask("GET", "/", "")
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		return took
	}
	alone := page()
	var stop atomic.Bool
	var tries atomic.Int64
	var all sync.WaitGroup
	for range 32 {
		all.Go(func() {
			for !stop.Load() {
				c.try("/account/sign-in", fmt.Sprintf("known%04d", tries.Add(1)%1000), password)
			}
		})
	}
	during := page()
	stop.Store(true)
	all.Wait()
	for b.Loop() {
	}
	b.ReportMetric(float64(during[500])/float64(alone[500]), "median-ratio")
	b.ReportMetric(float64(during[990].Microseconds()), "µs-p99")
	b.ReportMetric(float64(alone[990].Microseconds()), "µs-p99-alone")
	b.ReportMetric(0, "ns/op")
}

// tokens are what is another one on each page.
var tokens = regexp.MustCompile(`name="token" value="[^"]*"`)
