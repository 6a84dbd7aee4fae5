// Package mailbox shows the mails that a preview wrote into a folder, in a
// browser, as those who would get them see them.
//
// It has no guard of its own: whoever serves it keeps others than the editor
// away.
package mailbox

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	"net/mail"
	"path"
	"slices"
	"strings"
	"time"

	"indigex.com/indigex/templates"
)

// Path is the address of the list; a message is at Path/NAME, its HTML at
// Path/NAME/html.
const Path = "/-/mail"

// maxShown is how many messages the list has, the newest first.
const maxShown = 100

// Handler shows the files of a folder that end in .eml.
func Handler(folder fs.FS) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+Path, func(w http.ResponseWriter, r *http.Request) { list(w, r, folder) })
	mux.HandleFunc("GET "+Path+"/{name}", func(w http.ResponseWriter, r *http.Request) { show(w, r, folder) })
	mux.HandleFunc("GET "+Path+"/{name}/html", func(w http.ResponseWriter, r *http.Request) { part(w, r, folder) })
	return mux
}

func list(w http.ResponseWriter, r *http.Request, folder fs.FS) {
	names, err := fs.Glob(folder, "*.eml")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	slices.Sort(names)
	slices.Reverse(names)
	page := templates.MailboxPage{More: max(0, len(names)-maxShown)}
	for _, name := range names[:min(len(names), maxShown)] {
		// A file that is no message, or gone by now, is left out.
		if m, err := read(folder, name); err == nil {
			page.Messages = append(page.Messages, m.view(name))
		}
	}
	render(w, r, func() error { return templates.Mailbox(page).Render(r.Context(), w) })
}

func show(w http.ResponseWriter, r *http.Request, folder fs.FS) {
	m, err := read(folder, r.PathValue("name"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	render(w, r, func() error { return templates.MailboxMessage(m.view(r.PathValue("name"))).Render(r.Context(), w) })
}

// part is the HTML of a message, in which nothing runs and nothing loads.
func part(w http.ResponseWriter, r *http.Request, folder fs.FS) {
	m, err := read(folder, r.PathValue("name"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-top-navigation-by-user-activation; frame-ancestors 'self'")
	_, _ = io.WriteString(w, strings.Replace(m.html, "<head>", `<head><base target="_top">`, 1))
}

func render(w http.ResponseWriter, r *http.Request, page func() error) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'none'")
	if err := page(); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// A message is one that was read.
type message struct {
	header     mail.Header
	at         time.Time
	subject    string
	text, html string
}

func (m *message) view(name string) templates.MailboxMessageView {
	v := templates.MailboxMessageView{Name: name, From: m.header.Get("From"), To: m.header.Get("To"), Subject: m.subject, At: m.at, Text: m.text, URL: Path + "/" + name, HTML: Path + "/" + name + "/html"}
	for _, field := range []string{"List-Unsubscribe", "List-Unsubscribe-Post", "Message-ID", "Auto-Submitted"} {
		if value := m.header.Get(field); value != "" {
			v.Fields = append(v.Fields, templates.HiddenField{Name: field, Value: value})
		}
	}
	return v
}

func read(folder fs.FS, name string) (*message, error) {
	if path.Ext(name) != ".eml" || !fs.ValidPath(name) {
		return nil, fs.ErrNotExist
	}
	file, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	parsed, err := mail.ReadMessage(io.LimitReader(file, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("message %s: %w", name, err)
	}
	m := &message{header: parsed.Header}
	m.at, _ = parsed.Header.Date()
	decoder := new(mime.WordDecoder)
	if m.subject, err = decoder.DecodeHeader(parsed.Header.Get("Subject")); err != nil {
		m.subject = parsed.Header.Get("Subject")
	}
	kind, parameters, err := mime.ParseMediaType(parsed.Header.Get("Content-Type"))
	if err != nil || !strings.HasPrefix(kind, "multipart/") {
		return m, err
	}
	return m, m.parts(multipart.NewReader(parsed.Body, parameters["boundary"]))
}

// parts reads the text and the HTML. The reader undoes quoted-printable by
// itself, but for parts that say so in other letters.
func (m *message) parts(from *multipart.Reader) error {
	for {
		p, err := from.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		body := io.Reader(p)
		if strings.EqualFold(p.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
			body = quotedprintable.NewReader(p)
		}
		data, err := io.ReadAll(body)
		if err != nil {
			return err
		}
		switch kind, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type")); kind {
		case "text/plain":
			m.text = string(data)
		case "text/html":
			m.html = string(data)
		}
	}
}
