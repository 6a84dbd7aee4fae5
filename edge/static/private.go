package static

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"

	"indigex.com/indigex/templates/stitch"
)

// stitchedBuffer is the size of the largest page that is put together before
// it is sent: a slow client holds that much for as long as it takes.
const stitchedBuffer = 32 << 10

// findSlot finds out where a notice may stand in a file that is kept. A packed
// page that is damaged counts as one without room.
func (v *variant) findSlot() {
	v.slot = -1
	switch {
	case strings.HasSuffix(v.name, ".html"):
		if at, ok := stitch.Slot(v.data); ok {
			v.slot = at
		}
	case strings.HasSuffix(v.name, ".html"+packedSuffix):
		if page, err := stitch.Open(v.data); err == nil && page.Verify() == nil {
			v.page = page
		}
	}
}

// sendPrivate answers with a page that is one visitor's alone.
func (f *Files) sendPrivate(w http.ResponseWriter, r *http.Request, name string, notice []byte) {
	w.Header()["Cache-Control"] = f.private
	if acceptsGzip(r.Header["Accept-Encoding"]) {
		v, body, err := f.take(name, true)
		if err != nil {
			f.without(w, r, name, err)
			return
		}
		defer body.close()
		if v.name != name && (len(notice) == 0 || v.page != nil) {
			f.sendWhole(w, r, v, body, v.stitched(notice))
			return
		}
	}
	v, body, err := f.take(name, false)
	if err != nil {
		f.without(w, r, name, err)
		return
	}
	defer body.close()
	if v.data == nil && len(notice) > 0 {
		f.sendLarge(w, r, v, body, notice)
		return
	}
	f.sendWhole(w, r, v, body, v.stitched(notice))
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
func (f *Files) sendLarge(w http.ResponseWriter, r *http.Request, v *variant, body content, notice []byte) {
	data, err := io.ReadAll(body.reader())
	if err != nil {
		f.cfg.Fail(w, r, http.StatusInternalServerError, err)
		return
	}
	whole := &variant{name: v.name, info: v.info, fields: v.fields, length: v.length, data: data}
	whole.findSlot()
	f.sendWhole(w, r, whole, body, whole.stitched(notice))
}

// sendWhole answers with a stream, or where it is nil with the file itself.
func (f *Files) sendWhole(w http.ResponseWriter, r *http.Request, v *variant, body content, stream *stitch.Stream) {
	h := w.Header()
	v.describe(h)
	h["Content-Length"] = v.length
	if stream != nil {
		h["Content-Length"] = []string{strconv.FormatInt(stream.Len(), 10)}
	}
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return
	}
	// The status is out with the first byte: what goes wrong then, the client
	// sees by itself.
	switch {
	case stream != nil && stream.Len() <= stitchedBuffer:
		// In one write, its parts cost no system call each.
		whole := f.buffers.Get().(*bytes.Buffer)
		defer f.buffers.Put(whole)
		whole.Reset()
		_, _ = stream.WriteTo(whole)
		_, _ = w.Write(whole.Bytes())
	case stream != nil:
		_, _ = stream.WriteTo(w)
	case v.data != nil:
		_, _ = w.Write(v.data)
	default:
		_, _ = io.Copy(w, body.reader())
	}
}
