package preview

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"indigex.com/indigex/policy"
)

// barElement stands at the end of each page. A shadow tree keeps it apart
// from the page's styles; the browser makes it from the template by itself
// (HTML standard, section 4.12.3), so that it works without a script.
const barElement = `<preview-bar><template shadowrootmode="open"><link rel="stylesheet" href="/.preview/bar.css">
<aside class="bar{{if .Differs}} differs{{end}}" aria-label="Preview">
<details>
<summary><b>Preview</b> <span>{{.Summary}}</span></summary>
<div class="all">
<form method="post" action="/.preview/view">
<input type="hidden" name="return" value="{{.Return}}">
<fieldset>
<legend>When, and with which signal</legend>
<p><label for="date">Show the pages as on</label> <input type="date" id="date" name="date" value="{{.Date}}" min="{{.Today}}" max="9999-12-31" aria-describedby="date-help"></p>
<p class="help" id="date-help">Today is {{.TodayWords}}. Days begin at midnight UTC; a day is shown as it is at noon.</p>
<p><label><input type="checkbox" name="gpc" value="1"{{if .Signal}} checked{{end}}> Send Global Privacy Control</label></p>
{{- if .OwnSignal}}
<p class="help">This browser sends the signal by itself, whatever is ticked here.</p>
{{- end}}
<p class="buttons"><button name="do" value="show">Show it so</button> <button name="do" value="now">Back to today, without signal</button></p>
{{- range .Coming}}
<p><button name="on" value="{{.Date}}">{{.Day}}</button> {{.Text}}</p>
{{- end}}
</fieldset>
</form>
<form method="post" action="/.preview/view">
<input type="hidden" name="return" value="{{.Return}}">
<fieldset>
<legend>As whom</legend>
<p class="help">Either button gives this browser another visitor's identity. Choices made so far stay with the one before.</p>
<p><button name="do" value="newcomer">As a newcomer</button></p>
{{- range .Policies}}
<p><label for="seen.{{.ID}}">{{.Title}}: last saw</label> <select id="seen.{{.ID}}" name="seen.{{.ID}}">
{{- range .Options}}
<option value="{{.Number}}"{{if .Selected}} selected{{end}}>version {{.Number}}, from {{.Day}}</option>
{{- end}}
</select></p>
{{- end}}
{{- if .Policies}}
<p><button name="do" value="visitor">As a visitor who last saw these</button></p>
{{- end}}
<p class="help">{{.Drafts}}</p>
</fieldset>
</form>
</div>
</details>
</aside></template></preview-bar>`

// A bar is what barElement shows.
type bar struct {
	Differs bool // from what a visitor sees now
	Summary string
	Return  string
	Date    string
	// Today is the first day that can be shown.
	Today      string
	TodayWords string
	Signal     bool
	OwnSignal  bool
	Coming     []coming
	Policies   []barPolicy
	Drafts     string
}

// Coming is a day on which versions take effect.
type coming struct{ Date, Day, Text string }

type barPolicy struct {
	ID, Title string
	Options   []option
}

type option struct {
	Number   int
	Day      string
	Selected bool
}

// bar returns the element for a page, empty where no sites are known.
func (s *Server) bar(r *http.Request, v view) []byte {
	catalog, drafts := s.state.sites()
	if catalog == nil || len(catalog.Sites) == 0 {
		return nil
	}
	b := newBar(r, v, catalog, s.now())
	b.Drafts = "Drafts are not shown; indigex serve --drafts shows them."
	if drafts {
		b.Drafts, b.Differs = "Drafts are shown as if they were published.", true
		b.Summary += "; drafts are shown"
	}
	var out bytes.Buffer
	if err := s.barPage.Execute(&out, b); err != nil {
		// The template and its data are ours, and the buffer takes all.
		panic(fmt.Sprintf("preview: bar: %v", err))
	}
	return out.Bytes()
}

func newBar(r *http.Request, v view, catalog *policy.Catalog, now time.Time) bar {
	own := r.Header.Get("Sec-GPC") == "1"
	b := bar{
		Summary: v.words(catalog, own), Return: r.URL.RequestURI(), Today: now.UTC().Format(dateForm), TodayWords: day(now), Date: now.UTC().Format(dateForm),
		Signal: v.signal, OwnSignal: own, Coming: comings(catalog, now),
		Differs: v.encode() != "" || own,
	}
	if !v.date.IsZero() {
		b.Date = v.date.Format(dateForm)
	}
	for i := range catalog.Policies {
		p := &catalog.Policies[i]
		entry := barPolicy{ID: p.ID, Title: p.Title}
		for _, version := range inForce(p, v.moment(now)) {
			entry.Options = append(entry.Options, option{version.Number, day(version.Effective.Time), version.Number == v.seen[p.ID]})
		}
		if len(entry.Options) > 0 {
			b.Policies = append(b.Policies, entry)
		}
	}
	return b
}

// words says how the pages are seen.
func (v view) words(catalog *policy.Catalog, ownSignal bool) string {
	who := "as this browser's visitor"
	if v.newcomer {
		who = "as somebody who came as a newcomer"
	}
	var seen []string
	for i := range catalog.Policies {
		p := &catalog.Policies[i]
		if n := v.seen[p.ID]; n > 0 {
			seen = append(seen, p.Short+" "+strconv.Itoa(n))
		}
	}
	if len(seen) > 0 {
		who = "as somebody who had last seen " + strings.Join(seen, ", ")
	}
	when := "today"
	if !v.date.IsZero() {
		when = "on " + day(v.date)
	}
	if v.signal || ownSignal {
		when += ", with Global Privacy Control"
	}
	return who + ", " + when
}

// comings are the days on which announced versions take effect.
func comings(catalog *policy.Catalog, now time.Time) []coming {
	var list []coming
	for i := range catalog.Policies {
		p := &catalog.Policies[i]
		for _, version := range p.Announced(now) {
			at := version.Effective.Time
			list = append(list, coming{at.Format(dateForm), day(at), fmt.Sprintf("%s: version %d takes effect", p.Title, version.Number)})
		}
	}
	return list
}

func day(t time.Time) string { return t.UTC().Format("2 January 2006") }

func parseBar() *template.Template { return template.Must(template.New("bar").Parse(barElement)) }
