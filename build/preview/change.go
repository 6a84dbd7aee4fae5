package preview

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"indigex.com/indigex/policy"
)

// maxChange is how many bytes a form of the bar may have.
const maxChange = 8 << 10

// changeView answers POST /.preview/view: it changes what the editor sees and
// leads back to the page.
func (s *Server) changeView(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", "POST")
		refuse(w, r, http.StatusMethodNotAllowed, "the view is changed by POST")
		return
	}
	if !ownForm(r) {
		refuse(w, r, http.StatusForbidden, "the form is for pages of this host")
		return
	}
	catalog, _ := s.state.sites()
	if catalog == nil || catalog.Site(hostname(r.Host)) == nil {
		refuse(w, r, http.StatusNotFound, "no site has this host")
		return
	}
	form, status, err := readForm(w, r)
	if err != nil {
		refuse(w, r, status, err.Error())
		return
	}
	c := change{form: form, catalog: catalog, now: s.now()}
	v, err := c.apply(readView(r, c.now))
	if err != nil {
		refuse(w, r, http.StatusBadRequest, err.Error())
		return
	}
	if c.becomes {
		if err := s.next.Become(w, s.next.As(r, v.at(), v.signal), v.seen); err != nil {
			refuse(w, r, http.StatusInternalServerError, "the visitor cannot be changed: "+err.Error())
			return
		}
	}
	v.write(w, catalog.Sites[0].Host)
	w.Header().Set("Location", returnPath(form.Get("return")))
	refuse(w, r, http.StatusSeeOther, "changed")
}

// ownForm says whether a browser names a page of this very origin as the one
// that the form stands in. Every browser names it in one header or the other.
func ownForm(r *http.Request) bool {
	site, origin := r.Header["Sec-Fetch-Site"], r.Header["Origin"]
	if len(site) > 1 || len(origin) > 1 || len(site)+len(origin) == 0 {
		return false
	}
	if len(site) == 1 && site[0] != "same-origin" {
		return false
	}
	return len(origin) == 0 || origin[0] == "http://"+r.Host
}

// readForm returns the fields of a form, none of which stands there twice.
func readForm(w http.ResponseWriter, r *http.Request) (form url.Values, status int, err error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, http.StatusUnsupportedMediaType, fmt.Errorf("the body is not a form")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxChange))
	if err != nil {
		return nil, http.StatusRequestEntityTooLarge, fmt.Errorf("the form is too large")
	}
	form, err = url.ParseQuery(string(body))
	if err != nil {
		return nil, http.StatusBadRequest, fmt.Errorf("the form is not encoded as forms are")
	}
	for name, list := range form {
		if len(list) != 1 {
			return nil, http.StatusBadRequest, fmt.Errorf("field %q stands twice", name)
		}
	}
	return form, 0, nil
}

// returnPath is where a change leads: the path on this host that a form
// names, or the home page where it names something else.
func returnPath(path string) string {
	u, err := url.ParseRequestURI(path)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") ||
		strings.ContainsFunc(path, func(c rune) bool { return c <= ' ' || c == '\\' || c >= 0x7f }) || strings.HasPrefix(u.Path, "/.preview/") {
		return "/"
	}
	return path
}

// A change is a form of the bar.
type change struct {
	form    url.Values
	catalog *policy.Catalog
	now     time.Time
	// becomes says that the browser gets another visitor's identity.
	becomes bool
}

// apply returns the view after the change.
func (c *change) apply(v view) (view, error) {
	do := c.form.Get("do")
	if c.form.Has("on") {
		do = "show"
	}
	switch do {
	case "now":
		v.date, v.signal = time.Time{}, false
	case "show":
		v.signal = c.form.Get("gpc") == "1"
		return v, c.date(&v)
	case "newcomer":
		c.becomes = true
		v.newcomer, v.seen = true, nil
	case "visitor":
		c.becomes = true
		return v, c.visitor(&v)
	default:
		return v, fmt.Errorf("the form does not say what to do")
	}
	return v, nil
}

// date takes the day of a form; none, or today, is now.
func (c *change) date(v *view) error {
	text := c.form.Get("date")
	if c.form.Has("on") {
		text = c.form.Get("on")
	}
	v.date = time.Time{}
	if text == "" {
		return nil
	}
	date, err := time.Parse(dateForm, text)
	switch first := today(c.now); {
	case err != nil:
		return fmt.Errorf("the date %q is not of the form 2027-02-01", text)
	case date.Before(first):
		return fmt.Errorf("the date %s has passed: the sites are built as they are from today, %s, on", text, first.Format(dateForm))
	case date.After(first):
		v.date = date
	}
	return nil
}

// visitor takes the versions of a form, each of which has to have been in
// force by the moment that is shown.
func (c *change) visitor(v *view) error {
	v.newcomer, v.seen = false, map[string]int{}
	for name, list := range c.form {
		id, isSeen := strings.CutPrefix(name, "seen.")
		if !isSeen {
			continue
		}
		n, err := strconv.Atoi(list[0])
		p := c.catalog.Policy(id)
		if p == nil || err != nil || n < 1 {
			return fmt.Errorf("policy %q has no version %q", id, list[0])
		}
		if now := p.InForce(v.moment(c.now)); now == nil || n > now.Number {
			return fmt.Errorf("policy %s: version %d is not in force by then, so nobody can have seen it in force", id, n)
		}
		v.seen[id] = n
	}
	if len(v.seen) == 0 || len(v.seen) > maxSeen {
		return fmt.Errorf("the form names no versions, or too many")
	}
	return nil
}
