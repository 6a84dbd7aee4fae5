package preview

import (
	"bytes"
	"html/template"
	"net/http"
	"path"
	"strings"
)

const unreadyPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<link rel="stylesheet" href="/.preview/client.css">
{{.Script}}
</head>
<body>
<main class="page">
<h1>{{.Title}}</h1>
<p>{{.Text}}</p>
{{- if .Problems}}
<ol>
{{- range .Problems}}
<li class="{{.Severity}}">
<p><code>{{.Place}}</code> {{if ne .Severity "error"}}{{.Severity}}: {{end}}{{.Message}}</p>
{{- if .Source}}
<pre>{{.Source}}
{{.Caret}}</pre>
{{- end}}
{{- with .Hint}}
<p class="hint">{{.}}</p>
{{- end}}
</li>
{{- end}}
</ol>
{{- end}}
{{- with .More}}
<p>And {{.}} more.</p>
{{- end}}
</main>
</body>
</html>
`

// unready answers while nothing has been built: with a page that shows what
// to mend and reloads when that is done.
func (s *Server) unready(w http.ResponseWriter, r *http.Request) {
	ext := path.Ext(r.URL.Path)
	if ext != "" && ext != ".html" && !strings.Contains(r.Header.Get("Accept"), "text/html") {
		refuse(w, r, http.StatusServiceUnavailable, "nothing has been built yet")
		return
	}
	mark := s.state.mark()
	m, _ := s.state.since(mark, "")
	page := struct {
		message
		Title, Text string
		Script      template.HTML
	}{m, "The sites are being built", "The page appears here as soon as the first build is done.", template.HTML(script(m.At, "none"))}
	if len(m.Problems) > 0 {
		page.Title = "The content has problems"
		page.Text = "There is no page to show yet. It appears here as soon as these are mended and saved."
	}
	var body bytes.Buffer
	if err := template.Must(template.New("unready").Parse(unreadyPage)).Execute(&body, page); err != nil {
		refuse(w, r, http.StatusInternalServerError, err.Error())
		return
	}
	own(w, r, "text/html; charset=utf-8", http.StatusServiceUnavailable, body.String())
}
