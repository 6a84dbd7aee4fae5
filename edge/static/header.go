package static

import (
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

// mediaTypes are those of files by their extension. The table is fixed, since
// what the operating system knows would differ from node to node.
var mediaTypes = map[string]string{
	".html":        "text/html; charset=utf-8",
	".css":         "text/css; charset=utf-8",
	".js":          "text/javascript; charset=utf-8", // RFC 9239
	".mjs":         "text/javascript; charset=utf-8", // RFC 9239
	".txt":         "text/plain; charset=utf-8",
	".csv":         "text/csv; charset=utf-8",
	".md":          "text/markdown; charset=utf-8",
	".json":        "application/json", // RFC 8259: always UTF-8, no parameter
	".webmanifest": "application/manifest+json",
	".xml":         "application/xml; charset=utf-8",
	".atom":        "application/atom+xml; charset=utf-8",
	".svg":         "image/svg+xml; charset=utf-8",
	".png":         "image/png",
	".jpg":         "image/jpeg",
	".jpeg":        "image/jpeg",
	".webp":        "image/webp",
	".avif":        "image/avif",
	".gif":         "image/gif",
	".ico":         "image/x-icon",
	".woff2":       "font/woff2",
	".pdf":         "application/pdf",
	".mp4":         "video/mp4",
	".mp3":         "audio/mpeg",
	".vtt":         "text/vtt; charset=utf-8",
}

// packedSuffix is what the name of a file's compressed form ends with.
const packedSuffix = ".gz"

// A field is one of a header. Its value goes into many headers at once, so
// that none of them has to be made for a request: nobody may change it in
// place, which neither http.Header's methods nor net/http do.
type field struct {
	name  string // as http.CanonicalHeaderKey has it
	value []string
}

// fieldsOf returns what describes the content of a file.
func fieldsOf(name string) []field {
	plain, packed := strings.CutSuffix(name, packedSuffix)
	fields := []field{{"Content-Type", []string{contentType(plain)}}}
	if compressible(plain) {
		fields = append(fields, field{"Vary", []string{"Accept-Encoding"}})
	}
	if packed {
		fields = append(fields, field{"Content-Encoding", []string{"gzip"}})
	}
	return fields
}

// describe sets the fields that describe the content of a variant.
func (v *variant) describe(h http.Header) {
	for _, f := range v.fields {
		h[f.name] = f.value
	}
}

// contentType is the media type of a file by its extension. What the table
// doesn't have is downloaded rather than shown.
func contentType(name string) string {
	if t, ok := mediaTypes[strings.ToLower(path.Ext(name))]; ok {
		return t
	}
	return "application/octet-stream"
}

// compressible says whether files of this kind may have a .gz file beside
// them. The others are compressed formats already.
func compressible(name string) bool {
	t := contentType(name)
	switch path.Ext(name) {
	case ".json", ".webmanifest", ".xml", ".atom", ".svg", ".ico":
		return true
	}
	return strings.HasPrefix(t, "text/")
}

// revalidated is the header's value for what may change at any time.
const revalidated = "public, max-age=0, must-revalidate"

// cacheControl is the header's value for a file; a redirect has no name.
func (f *Files) cacheControl(name string) string {
	value, _ := f.caching(name)
	return value
}

// cacheControlUntil is the field's value for a file that another one will
// replace at a moment, zero for never: no cache may keep it longer.
func (f *Files) cacheControlUntil(v *variant, next time.Time) []string {
	if v.age > 0 && !next.IsZero() && f.cfg.Now().Add(v.age).After(next) {
		return f.revalidated
	}
	return v.control
}

// caching is the header's value for a file, and the age it allows.
func (f *Files) caching(name string) (value string, age time.Duration) {
	switch {
	case f.cfg.Development:
		return "no-cache", 0
	case fingerprinted(name):
		return "public, max-age=31536000, immutable", 365 * 24 * time.Hour // RFC 8246
	case path.Ext(name) == ".html":
		return revalidated, 0
	default:
		return "public, max-age=3600", time.Hour
	}
}

// fingerprinted says whether a name carries a part of its content's hash, so
// that its bytes never change: below assets/ as in site.5f3a9c1b2d.css or
// menu-5OWCGX2A.js, elsewhere only as variants of pictures are named, as in
// photo.480w.5f3a9c1b2d.jpg. An editor's plan.20261123.pdf is none.
func fingerprinted(name string) bool {
	file := path.Base(name)
	stem := strings.TrimSuffix(file, path.Ext(file))
	at := strings.LastIndexAny(stem, ".-")
	if at < 0 || !isHash(stem[at+1:]) {
		return false
	}
	if strings.HasPrefix(name, "assets/") {
		return true
	}
	width, isVariant := strings.CutSuffix(stem[strings.LastIndexByte(stem[:at], '.')+1:at], "w")
	_, err := strconv.ParseUint(width, 10, 16)
	return isVariant && err == nil && stem[at] == '.'
}

// isHash says whether s is hexadecimal in small letters or base32 in capitals
// (RFC 4648), at least eight characters of it.
func isHash(s string) bool {
	return len(s) >= 8 &&
		(strings.Trim(s, "0123456789abcdef") == "" || strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == "")
}

// acceptsGzip says whether a client takes gzip at least as gladly as the
// plain form (RFC 9110, section 12.5.3).
func acceptsGzip(fields []string) bool {
	gzip, any, identity := -1.0, -1.0, -1.0
	for _, field := range fields {
		for element := range strings.SplitSeq(field, ",") {
			coding, parameters, _ := strings.Cut(element, ";")
			switch strings.ToLower(strings.Trim(coding, " \t")) {
			case "gzip", "x-gzip":
				gzip = max(gzip, quality(parameters))
			case "*":
				any = max(any, quality(parameters))
			case "identity":
				identity = max(identity, quality(parameters))
			}
		}
	}
	if gzip < 0 {
		gzip = any
	}
	return gzip > 0 && gzip >= identity
}

// quality is the weight among the parameters: 1 where there is none, 0 where
// it is none that RFC 9110, section 12.4.2, allows.
func quality(parameters string) float64 {
	name, value, found := strings.Cut(strings.Trim(parameters, " \t"), "=")
	if !found && name == "" {
		return 1
	}
	whole, fraction, _ := strings.Cut(value, ".")
	if !strings.EqualFold(name, "q") || whole != "0" && whole != "1" || len(fraction) > 3 || strings.Trim(fraction, "0123456789") != "" {
		return 0
	}
	q, err := strconv.ParseFloat(value, 64)
	if err != nil || q > 1 {
		return 0
	}
	return q
}
