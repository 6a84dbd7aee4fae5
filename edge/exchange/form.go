package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"indigex.com/indigex/edge/identity"
)

const (
	// MaxForm is how many bytes a posted form may have, MaxFields how many
	// fields.
	MaxForm   = 64 << 10
	MaxFields = 200
)

// The fields that every form may have.
const (
	TokenField  = "token"
	ReturnField = "return_to"
	// KnownField may stand several times in a form.
	KnownField = "known"
)

// A Shape is what a form may be.
type Shape struct {
	// Allowed says which fields it has beside [TokenField] and [ReturnField],
	// and Repeats which of them may stand several times.
	Allowed, Repeats func(field string) bool
	// Bytes is how many it may have.
	Bytes int64
}

// shape is that of a form with so many fields, each once.
func shape(allowed func(field string) bool) Shape {
	return Shape{Allowed: allowed, Repeats: func(field string) bool { return field == KnownField }, Bytes: MaxForm}
}

// Posted is [Exchange.PostedAs] for a form of at most [MaxForm] bytes, with the
// fields that are allowed.
func (x *Exchange) Posted(purpose string, allowed func(field string) bool) (url.Values, identity.Nonce, error) {
	return x.PostedAs(purpose, shape(allowed))
}

// PostedAs reads the form of a POST, with all that speaks against taking it:
// where it comes from, what it is, its size, its fields and its token, which
// has to be of the purpose. The nonce is to be stored with what the form does.
// The errors are of this package's kinds.
//
// The connection may take another request only after a form that was read to
// its end: what two programs may cut differently ends with the answer.
func (x *Exchange) PostedAs(purpose string, as Shape) (url.Values, identity.Nonce, error) {
	if err := sameOrigin(x.Request); err != nil {
		return nil, identity.Nonce{}, err
	}
	form, err := x.read(as)
	if err != nil {
		return nil, identity.Nonce{}, err
	}
	nonce, err := x.World.Forms.Verify(x.Request, purpose, form.Get(TokenField))
	if err != nil {
		return nil, identity.Nonce{}, Explain(err)
	}
	return form, nonce, nil
}

// Read is Posted without a look at where the form comes from: for addresses
// that nobody knows but who may do what they do.
func (x *Exchange) Read(allowed func(field string) bool) (url.Values, error) {
	return x.read(shape(allowed))
}

func (x *Exchange) read(as Shape) (url.Values, error) {
	body, err := x.body(as.Bytes)
	if err != nil {
		return nil, err
	}
	form, err := parse(body)
	if err == nil {
		err = as.check(form)
	}
	if err != nil {
		return nil, &Error{Kind: Malformed, Cause: err}
	}
	return form, nil
}

// ReadAny is Read that takes multipart/form-data, too, in which mail programs
// post (RFC 8058, section 3.2); a part with a file name is refused.
func (x *Exchange) ReadAny(allowed func(field string) bool) (url.Values, error) {
	kind, parameters, err := mime.ParseMediaType(x.Request.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return x.Read(allowed)
	}
	body, err := x.bytes(MaxForm)
	if err != nil {
		return nil, err
	}
	form := url.Values{}
	parts := multipart.NewReader(bytes.NewReader(body), parameters["boundary"])
	for err == nil && len(form) < MaxFields {
		var part *multipart.Part
		if part, err = parts.NextPart(); err != nil {
			break
		}
		if part.FileName() != "" || part.FormName() == "" {
			err = errors.New("form has a part that is no field")
			break
		}
		var value []byte
		value, err = io.ReadAll(part)
		form.Add(part.FormName(), string(value))
	}
	if errors.Is(err, io.EOF) {
		err = shape(allowed).check(form)
	}
	if err != nil {
		return nil, &Error{Kind: Malformed, Cause: err}
	}
	return form, nil
}

// sameOrigin refuses what a page of another origin sent, a sibling host's and
// one without an origin included. What has neither header is left to the token.
func sameOrigin(r *http.Request) error {
	foreign := func(why string) error { return &Error{Kind: Forbidden, Cause: errors.New(why)} }
	if len(r.Header["Origin"]) > 1 || len(r.Header["Sec-Fetch-Site"]) > 1 {
		return foreign("says twice where it comes from")
	}
	if origin := r.Header.Get("Origin"); len(r.Header["Origin"]) == 1 {
		u, err := url.Parse(origin)
		if err != nil || !strings.EqualFold(u.Host, r.Host) || u.Scheme != "https" && u.Scheme != "http" {
			return foreign("comes from another origin")
		}
	}
	if err := new(http.CrossOriginProtection).Check(r); err != nil {
		return foreign("comes from another site")
	}
	return nil
}

// body reads the form's bytes, all of them.
func (x *Exchange) body(most int64) ([]byte, error) {
	r := x.Request
	kinds := r.Header["Content-Type"]
	if len(kinds) != 1 {
		return nil, &Error{Kind: Unsupported}
	}
	kind, parameters, err := mime.ParseMediaType(kinds[0])
	charset, given := parameters["charset"]
	if err != nil || kind != "application/x-www-form-urlencoded" || given && !strings.EqualFold(charset, "utf-8") {
		return nil, &Error{Kind: Unsupported}
	}
	return x.bytes(most)
}

// bytes reads the body, all of it.
func (x *Exchange) bytes(most int64) ([]byte, error) {
	r := x.Request
	if coding := r.Header.Values("Content-Encoding"); len(coding) > 0 {
		return nil, &Error{Kind: Unsupported}
	}
	switch {
	case len(r.TransferEncoding) > 0 || r.ContentLength < 0:
		return nil, &Error{Kind: LengthMissing}
	case r.ContentLength > most:
		return nil, &Error{Kind: TooLarge}
	}
	body := make([]byte, r.ContentLength)
	if _, err := io.ReadFull(r.Body, body); err != nil {
		return nil, &Error{Kind: Malformed, Cause: fmt.Errorf("body: %w", err)}
	}
	// The end of the body has to be reached, too, for the next request.
	if n, _ := r.Body.Read(make([]byte, 1)); n == 0 && r.ProtoAtLeast(1, 1) && !r.Close {
		x.Writer.Header().Del("Connection")
	}
	return body, nil
}

// parse splits a form, strictly.
func parse(body []byte) (url.Values, error) {
	text := string(body)
	if strings.Count(text, "&") >= MaxFields {
		return nil, errors.New("form has too many fields")
	}
	form, err := url.ParseQuery(text)
	if err != nil {
		// The error repeats what was sent.
		return nil, errors.New("form is not encoded as forms are")
	}
	return form, nil
}

// check refuses fields that a form doesn't have, has twice, or that hold what
// a database may not take as text.
func (as Shape) check(form url.Values) error {
	for name, values := range form {
		if !isText(name) {
			return errors.New("form has a field whose name is not text")
		}
		if name != TokenField && name != ReturnField && !as.Allowed(name) {
			return errors.New("form has an unknown field")
		}
		if len(values) > 1 && !as.Repeats(name) {
			return errors.New("form has a field twice")
		}
		for _, v := range values {
			if !isText(v) {
				return errors.New("form has a field that is not text")
			}
		}
	}
	return nil
}

func isText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// Token returns the value of [TokenField] for a form with a purpose. The
// answer is one that no cache keeps then.
func (x *Exchange) Token(purpose string) (string, error) {
	if x.form == nil {
		form, err := x.World.Forms.Begin(x.Writer, x.Request)
		if err != nil {
			return "", Explain(err)
		}
		x.form = &form
	}
	return x.form.Token(purpose), nil
}
