package admin

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// maxBody bounds what is sent, in bytes.
const maxBody = 256 << 10

// strict refuses what two readers could understand differently: a caller's
// mistake must not become a permission for something else.
func strict(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			problem(w, http.StatusBadRequest, "The query cannot be read.")
			return
		}
		for _, values := range query {
			if len(values) != 1 {
				problem(w, http.StatusBadRequest, "A parameter stands twice in the query.")
				return
			}
		}
		if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
			problem(w, http.StatusUnsupportedMediaType, "The body must not be compressed.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// jsonFormat reads and writes the bodies of requests and answers.
func jsonFormat() huma.Format {
	return huma.Format{
		Marshal: func(w io.Writer, v any) error {
			e := json.NewEncoder(w)
			e.SetEscapeHTML(false)
			return e.Encode(v)
		},
		Unmarshal: func(data []byte, v any) error {
			if err := singleMembers(data); err != nil {
				return err
			}
			return json.Unmarshal(data, v)
		},
	}
}

var (
	errDoubled = errors.New("a member stands twice in an object")
	errNoJSON  = errors.New("is no JSON")
)

// singleMembers refuses objects that have a member twice, capital letters not
// told from small ones: which of the two counts differs from reader to reader
// (RFC 8259, section 4).
func singleMembers(data []byte) error {
	type object struct {
		names map[string]bool // nil in an array
		value bool            // a value comes next, no name
	}
	var open []object
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errNoJSON // whose text would repeat what was sent
		}
		delim, isDelim := token.(json.Delim)
		if isDelim && (delim == '}' || delim == ']') {
			open = open[:len(open)-1]
			continue
		}
		if n := len(open); n > 0 && open[n-1].names != nil {
			in := &open[n-1]
			if in.value = !in.value; in.value {
				name := strings.ToLower(token.(string)) // names are strings
				if in.names[name] {
					return errDoubled
				}
				in.names[name] = true
				continue
			}
		}
		switch {
		case isDelim && delim == '{':
			open = append(open, object{names: map[string]bool{}})
		case isDelim:
			open = append(open, object{})
		}
	}
}

// maxErrors bounds what an answer says of one request: a body of so many
// mistakes as fit into it must not have an answer that is larger by far.
const maxErrors = 20

// withhold takes out of an error what it would repeat of the request, which
// may be somebody's address and end in a log of the caller's.
func withhold(_ huma.Context, _ string, v any) (any, error) {
	e, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	kept := *e
	kept.Type, kept.Errors = "about:blank", nil
	for _, d := range e.Errors[:min(len(e.Errors), maxErrors)] {
		cleaned := huma.ErrorDetail{Message: d.Message, Location: d.Location}
		if d.Message == unexpectedMember || d.Message == unexpectedParameter {
			// The last part is the name that was sent.
			cleaned.Location, _, _ = strings.Cut(d.Location, ".")
		}
		if d.Location == "" {
			cleaned.Message = "cannot be read"
		}
		kept.Errors = append(kept.Errors, &cleaned)
	}
	return &kept, nil
}

// What huma says of names that are not described.
const (
	unexpectedMember    = "unexpected property"
	unexpectedParameter = "unknown query parameter"
)
