package static

import (
	"path"
	"strconv"
	"strings"
)

// contentType is the media type of a file by its extension. The table is
// fixed, since what the operating system knows would differ from node to
// node. What it doesn't know is downloaded rather than shown.
func contentType(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8" // RFC 9239
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".csv":
		return "text/csv; charset=utf-8"
	case ".md":
		return "text/markdown; charset=utf-8"
	case ".json":
		return "application/json" // RFC 8259: always UTF-8, no parameter
	case ".webmanifest":
		return "application/manifest+json"
	case ".xml":
		return "application/xml; charset=utf-8"
	case ".atom":
		return "application/atom+xml; charset=utf-8"
	case ".svg":
		return "image/svg+xml; charset=utf-8"
	case ".png":
		return "image/png"
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".webp":
		return "image/webp"
	case ".avif":
		return "image/avif"
	case ".gif":
		return "image/gif"
	case ".ico":
		return "image/x-icon"
	case ".woff2":
		return "font/woff2"
	case ".pdf":
		return "application/pdf"
	case ".mp4":
		return "video/mp4"
	case ".mp3":
		return "audio/mpeg"
	case ".vtt":
		return "text/vtt; charset=utf-8"
	default:
		return "application/octet-stream"
	}
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

// cacheControl is the header's value for a file; a redirect has no name.
func (f *Files) cacheControl(name string) string {
	switch {
	case f.cfg.Development:
		return "no-cache"
	case fingerprinted(name):
		return "public, max-age=31536000, immutable" // RFC 8246
	case path.Ext(name) == ".html":
		return "public, max-age=0, must-revalidate"
	default:
		return "public, max-age=3600"
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
