package preview

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"indigex.com/indigex/policy"
)

// viewCookie holds a view. A cookie of the apex is sent to all hosts, so that
// an editor who goes from one site to the next stays in the view.
const viewCookie = "__Secure-preview"

// A view is what an editor has asked to see. The zero one is what a visitor
// sees now.
type view struct {
	// date is the day whose noon, in UTC, the pages are shown at; zero: now.
	date time.Time
	// signal has each request carry Global Privacy Control.
	signal bool
	// newcomer says that the browser was made that of somebody new.
	newcomer bool
	// seen are the versions that the browser's visitor had seen last when
	// it was made theirs; nil where it was not.
	seen map[string]int
}

const (
	dateForm = "2006-01-02"
	// maxSeen is how many policies a view names, as many as an identity does.
	maxSeen = 20
)

// today is the day of a moment, in UTC, as versions take effect.
func today(now time.Time) time.Time { return now.UTC().Truncate(24 * time.Hour) }

// at is the moment to show; zero: now.
func (v view) at() time.Time {
	if v.date.IsZero() {
		return v.date
	}
	return v.date.Add(12 * time.Hour)
}

// encode returns the value of the cookie, empty for the zero view.
func (v view) encode() string {
	values := url.Values{}
	if !v.date.IsZero() {
		values.Set("date", v.date.Format(dateForm))
	}
	if v.signal {
		values.Set("gpc", "1")
	}
	if v.newcomer {
		values.Set("as", "newcomer")
	}
	for id, n := range v.seen {
		values.Set("seen."+id, strconv.Itoa(n))
	}
	return values.Encode()
}

// readView reads the cookie of a request. One that is not as encode writes it,
// or stands there twice, is no view; a day that has passed is now.
func readView(r *http.Request, now time.Time) view {
	cookies := r.CookiesNamed(viewCookie)
	if len(cookies) != 1 {
		return view{}
	}
	values, err := url.ParseQuery(cookies[0].Value)
	if err != nil || len(values) > maxSeen+3 {
		return view{}
	}
	var v view
	for name, list := range values {
		if len(list) != 1 || !v.set(name, list[0]) {
			return view{}
		}
	}
	if v.date.Before(today(now)) {
		v.date = time.Time{}
	}
	return v
}

// set takes one member of the cookie and says whether it is one.
func (v *view) set(name, value string) bool {
	id, isSeen := strings.CutPrefix(name, "seen.")
	switch {
	case name == "date":
		day, err := time.Parse(dateForm, value)
		v.date = day
		return err == nil
	case name == "gpc":
		v.signal = true
		return value == "1"
	case name == "as":
		v.newcomer = true
		return value == "newcomer"
	case isSeen:
		n, err := strconv.Atoi(value)
		if v.seen == nil {
			v.seen = map[string]int{}
		}
		v.seen[id] = n
		return err == nil && n > 0
	}
	return false
}

// write has an answer set the cookie, for as long as the browser runs.
func (v view) write(w http.ResponseWriter, apex string) {
	c := &http.Cookie{
		Name: viewCookie, Value: v.encode(), Domain: apex, Path: "/",
		Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	}
	if c.Value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// moment is when the pages of a view are, by the clock of the preview.
func (v view) moment(now time.Time) time.Time {
	if v.date.IsZero() {
		return now
	}
	return v.at()
}

// inForce returns the numbers of the versions of a policy that have held by a
// moment, the newest first: those that a visitor may have seen.
func inForce(p *policy.CatalogPolicy, at time.Time) []*policy.CatalogVersion {
	var list []*policy.CatalogVersion
	if now := p.InForce(at); now != nil {
		for i := range p.Versions {
			if p.Versions[i].Number <= now.Number {
				list = append(list, &p.Versions[i])
			}
		}
	}
	slices.Reverse(list)
	return list
}
