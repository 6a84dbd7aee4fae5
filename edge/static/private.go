package static

import (
	"io"
	"net/http"
	"strconv"
	"strings"

	"indigex.com/indigex/templates/stitch"
)

// findSlot finds out where a notice may stand in a file that is kept. A packed
// page that is damaged counts as one without room.
func (v *variant) findSlot() {
	v.slot = -1
	switch {
	case strings.HasSuffix(v.name, ".html"):
		if at, ok := stitch.Slot(v.data); ok {
			v.slot = at
		}
	case strings.HasSuffix(v.name, ".html.gz"):
		if page, err := stitch.Open(v.data); err == nil && page.Verify() == nil {
			v.page = page
		}
	}
}

// sendPrivate answers with a page that is one visitor's alone.
func (f *Files) sendPrivate(w http.ResponseWriter, r *http.Request, name string, notice []byte) {
	h := w.Header()
	h.Set("Cache-Control", "private, no-store")
	if acceptsGzip(r.Header["Accept-Encoding"]) {
		v, body, err := f.take(name, true)
		if err != nil {
			f.without(w, r, name, err)
			return
		}
		defer body.Close()
		if v.name != name && (len(notice) == 0 || v.page != nil) {
			h.Set("Content-Encoding", "gzip")
			sendWhole(w, r, v, body, v.stitched(notice))
			return
		}
	}
	v, body, err := f.take(name, false)
	if err != nil {
		f.without(w, r, name, err)
		return
	}
	defer body.Close()
	if v.data == nil && len(notice) > 0 {
		f.sendLarge(w, r, v, body, notice)
		return
	}
	sendWhole(w, r, v, body, v.stitched(notice))
}

// stitched returns a file that is kept with a notice in it; nil where the file
// goes out as it is.
func (v *variant) stitched(notice []byte) *stitch.Stream {
	if len(notice) == 0 || v.data == nil {
		return nil
	}
	var stream stitch.Stream
	switch {
	case v.page != nil:
		stream = v.page.Stitched(notice)
	case v.slot >= 0:
		var err error
		if stream, err = stitch.StitchPlain(v.data, v.slot, notice); err != nil {
			return nil
		}
	default:
		return nil
	}
	return &stream
}

// sendLarge reads a page that is not kept, for the notice that goes into it.
func (f *Files) sendLarge(w http.ResponseWriter, r *http.Request, v *variant, body io.Reader, notice []byte) {
	data, err := io.ReadAll(body)
	if err != nil {
		f.cfg.Fail(w, r, http.StatusInternalServerError, err)
		return
	}
	whole := &variant{name: v.name, info: v.info, data: data}
	whole.findSlot()
	sendWhole(w, r, whole, nil, whole.stitched(notice))
}

// sendWhole answers with a stream, or where it is nil with the file itself.
func sendWhole(w http.ResponseWriter, r *http.Request, v *variant, body io.Reader, stream *stitch.Stream) {
	size := v.info.Size()
	if stream != nil {
		size = stream.Len()
	}
	h := w.Header()
	h.Set("Content-Type", mediaTypes[".html"])
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	h.Set("Vary", "Accept-Encoding")
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return
	}
	// The status is out with the first byte: what goes wrong then, the client
	// sees by itself.
	switch {
	case stream != nil:
		_, _ = stream.WriteTo(w)
	case v.data != nil:
		_, _ = w.Write(v.data)
	default:
		_, _ = io.Copy(w, body)
	}
}
