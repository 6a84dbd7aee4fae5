// Package static serves the files of one site from one folder, and nothing
// else: no listing, no file that an editor's program or a version control
// left there, nothing outside the folder, whatever the links in it say.
//
// # Addresses
//
// A path names a file. A path that ends in a slash names the index.html of
// that folder; a folder asked for without its slash, and index.html asked for
// by name, redirect to the folder's address with 301. Anything else is a 404,
// which shows the site's own 404.html. A path that no honest client sends
// (dot segments, encoded slashes, backslashes, control characters) is a 400.
//
// # Answers
//
// Each answer has a strong ETag over the bytes sent (RFC 9110, section 8.8.3)
// and answers conditional and range requests. A file with a .gz file beside
// it is sent in that form to those who accept it (section 12.5.3); the .gz
// file has no address of its own, and must be made anew with its original.
// Last-Modified is not sent: several nodes that serve the same build would
// disagree about it.
//
// A page of HTML may be one visitor's alone; see [Config]. Such an answer has
// no ETag and takes neither conditions nor ranges.
//
// Cache-Control follows from the name; see [Config]. What will be replaced
// at a known moment before it is too old is revalidated on each use. Files must be replaced
// by rename, as the generator does: one that is rewritten in place may be
// sent half old, half new.
package static

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A Config says how files are served. The zero value is for production.
type Config struct {
	// Development sends Cache-Control: no-cache with everything, so that
	// a browser asks each time, and looks at the file for each request.
	// Otherwise Cache-Control follows from the name: a year and immutable
	// for names with a fingerprint, revalidated on each use for HTML, an
	// hour for the rest; and a file is looked at once a second.
	Development bool
	// Fail answers with a page for a status from 400 up. For a 404 it is
	// called only where the site has no 404.html. cause is nil unless the
	// fault is the server's; it is for the log, not for the page. nil
	// answers with the status's text alone.
	Fail func(w http.ResponseWriter, r *http.Request, status int, cause error)
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// At is the time for which a request is answered, by which Instead is
	// asked; nil means Now.
	At func(r *http.Request) time.Time
	// Visit is asked before an HTML page goes out with 200, and may set a
	// cookie. done says that it has answered itself. Where private is true,
	// the answer is this visitor's alone: whole, with the notice in the slot
	// of the page (see package stitch) where there are both, and kept by no
	// cache; conditions and ranges of the request don't count. Otherwise the
	// visitor gets what everyone does. nil leaves all pages shared.
	Visit func(w http.ResponseWriter, r *http.Request) (notice []byte, private, done bool)
	// Instead names the file that stands, at a time, for the decoded path
	// of a request in place of the one that the path names; empty leaves
	// that. next is when it will name another one; zero is never. The name
	// is trusted. nil leaves all paths as they are.
	Instead func(path string, now time.Time) (name string, next time.Time)
}

// Files is the http.Handler that serves one folder.
type Files struct {
	root  *os.Root
	cfg   Config
	cache cache
	// These are values of fields; see [field].
	ranges, private, revalidated []string
	buffers                      sync.Pool // of *bytes.Buffer, for stitched pages
}

// New serves the files below root. It does not close root, which must stay
// open for as long as requests come.
func New(root *os.Root, cfg Config) *Files {
	if cfg.Fail == nil {
		cfg.Fail = func(w http.ResponseWriter, _ *http.Request, status int, _ error) {
			http.Error(w, http.StatusText(status), status)
		}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.At == nil {
		cfg.At = func(*http.Request) time.Time { return cfg.Now() }
	}
	if cfg.Instead == nil {
		cfg.Instead = func(string, time.Time) (string, time.Time) { return "", time.Time{} }
	}
	return &Files{
		root: root, cfg: cfg,
		ranges: []string{"bytes"}, private: []string{"private, no-store"}, revalidated: []string{revalidated},
		buffers: sync.Pool{New: func() any { return new(bytes.Buffer) }},
	}
}

func (f *Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		f.cfg.Fail(w, r, http.StatusMethodNotAllowed, nil)
		return
	}
	name, status := resolve(r.URL)
	switch status {
	case http.StatusOK:
		f.serve(w, r, name)
	case http.StatusNotFound:
		f.notFound(w, r)
	default:
		f.cfg.Fail(w, r, status, nil)
	}
}

// serve answers with a file, or with what stands for it.
func (f *Files) serve(w http.ResponseWriter, r *http.Request, name string) {
	instead, next := f.cfg.Instead(r.URL.Path, f.cfg.At(r))
	// Ranges are of the plain form, and one at a time: many in one request
	// serve only to make the server work.
	ranged := r.Header.Get("Range") != ""
	if ranged && strings.Contains(r.Header.Get("Range"), ",") {
		r = r.Clone(r.Context())
		r.Header.Del("Range")
	}
	file := cmp.Or(instead, name)
	v, body, err := f.takeFor(r, file, !ranged)
	if instead != "" && errors.Is(err, fs.ErrNotExist) {
		// A build for which the file's time has come writes it to the path
		// itself, and removes it here before its catalog says so.
		file = name
		v, body, err = f.takeFor(r, file, !ranged)
	}
	if err != nil {
		f.without(w, r, name, err)
		return
	}
	defer body.close()
	if strings.HasSuffix(r.URL.Path, "/index.html") {
		f.redirect(w, r, strings.TrimSuffix(r.URL.EscapedPath(), "index.html"))
		return
	}
	if f.cfg.Visit != nil && path.Ext(file) == ".html" {
		notice, private, done := f.cfg.Visit(w, r)
		if done {
			return
		}
		if private {
			f.sendPrivate(w, r, file, notice)
			return
		}
	}
	w.Header()["Cache-Control"] = f.cacheControlUntil(v, next)
	f.send(w, r, file, v, body)
}

// takeFor opens a file in the form that the request wants, the compressed one
// only where it may be sent.
func (f *Files) takeFor(r *http.Request, name string, packed bool) (*variant, content, error) {
	return f.take(name, packed && compressible(name) && acceptsGzip(r.Header["Accept-Encoding"]))
}

// send answers with a variant of a file, or the part of it that is wanted.
func (f *Files) send(w http.ResponseWriter, r *http.Request, name string, v *variant, body content) {
	h := w.Header()
	v.describe(h)
	h["Etag"] = v.etag
	if v.data != nil && r.Method == http.MethodGet && unconditional(r.Header) {
		// http.ServeContent would come to the same, in more system calls.
		h["Accept-Ranges"] = f.ranges
		h["Content-Length"] = v.length
		_, _ = w.Write(v.data)
		return
	}
	size := int64(-1)
	if v.name != name {
		size = v.info.Size()
	}
	http.ServeContent(&outcome{w, size}, r, "", time.Time{}, body.reader())
}

// unconditional says whether a request simply wants all there is.
func unconditional(h http.Header) bool {
	for _, name := range []string{"Range", "If-None-Match", "If-Match", "If-Range"} {
		if len(h[name]) > 0 {
			return false
		}
	}
	return true
}

// without answers for a name that could not be opened.
func (f *Files) without(w http.ResponseWriter, r *http.Request, name string, err error) {
	switch {
	case errors.Is(err, errFolder) && f.hasIndex(name), f.stands(r, r.URL.Path+"/"):
		f.redirect(w, r, r.URL.EscapedPath()+"/")
	case strings.HasSuffix(r.URL.Path, "/index.html") && f.stands(r, strings.TrimSuffix(r.URL.Path, "index.html")):
		f.redirect(w, r, strings.TrimSuffix(r.URL.EscapedPath(), "index.html"))
	case errors.Is(err, fs.ErrPermission), errors.Is(err, errChanged):
		f.cfg.Fail(w, r, http.StatusInternalServerError, err)
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		f.cfg.Fail(w, r, http.StatusServiceUnavailable, err)
	default:
		f.notFound(w, r)
	}
}

// notFound answers with the site's own page for it.
func (f *Files) notFound(w http.ResponseWriter, r *http.Request) {
	v, body, err := f.take(notFoundPage, false)
	if err != nil {
		f.cfg.Fail(w, r, http.StatusNotFound, nil)
		return
	}
	defer body.close()
	w.Header().Set("Content-Type", contentType(notFoundPage))
	w.Header().Set("Cache-Control", f.cacheControl(notFoundPage))
	w.Header()["Content-Length"] = v.length
	w.WriteHeader(http.StatusNotFound)
	if r.Method != http.MethodHead {
		// The status is out: what goes wrong now, the client sees by itself.
		_, _ = io.Copy(w, body.reader())
	}
}

// stands says whether a path has a file in place of the one that it names.
func (f *Files) stands(r *http.Request, path string) bool {
	instead, _ := f.cfg.Instead(path, f.cfg.At(r))
	return instead != ""
}

func (f *Files) hasIndex(folder string) bool {
	info, err := f.root.Stat(path.Join(folder, "index.html"))
	return err == nil && info.Mode().IsRegular()
}

// redirect answers 301 to another path of the same host. The query comes
// along. The path starts with one slash, as resolve made sure: two would lead
// to another host.
func (f *Files) redirect(w http.ResponseWriter, r *http.Request, to string) {
	if r.URL.RawQuery != "" {
		to += "?" + r.URL.RawQuery
	}
	w.Header().Set("Location", to)
	w.Header().Set("Cache-Control", f.cacheControl(""))
	w.WriteHeader(http.StatusMovedPermanently)
}

// outcome mends what http.ServeContent leaves to do. It sends no
// Content-Length with a Content-Encoding, for it cannot know whether the
// encoding is made on the way; and what it refuses must not be kept as if it
// were the file.
type outcome struct {
	http.ResponseWriter
	// size is that of a full answer, -1 where http.ServeContent gives it.
	size int64
}

func (w *outcome) WriteHeader(status int) {
	if status == http.StatusOK && w.size >= 0 {
		w.Header().Set("Content-Length", strconv.FormatInt(w.size, 10))
	}
	if status >= 400 {
		w.Header().Set("Cache-Control", "no-store")
	}
	w.ResponseWriter.WriteHeader(status)
}

// ReadFrom lets the operating system copy large files.
func (w *outcome) ReadFrom(from io.Reader) (int64, error) { return io.Copy(w.ResponseWriter, from) }
