package command_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// A visitor is a browser on the site: its cookies, and how to ask a node.
// Cookies are kept by hand, since a jar keeps Secure ones from plain http.
type visitor struct {
	client  *http.Client
	cookies map[string]string
}

func newVisitor() *visitor {
	return &visitor{
		client:  &http.Client{Transport: &http.Transport{}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		cookies: map[string]string{},
	}
}

// send asks a node; form is nil for a GET. The error is that of the
// connection: then nobody knows whether the node took the request.
func (v *visitor) send(ctx context.Context, addr, path string, form url.Values) (*http.Response, string, error) {
	method, body := "GET", io.Reader(nil)
	if form != nil {
		method, body = "POST", strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://"+addr+path, body)
	if err != nil {
		return nil, "", err
	}
	r.Host = host
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	answer, err := v.client.Do(r)
	if err != nil {
		return nil, "", err
	}
	defer answer.Body.Close()
	for _, c := range answer.Cookies() {
		v.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(v.cookies, c.Name)
		}
	}
	text, err := io.ReadAll(answer.Body)
	return answer, string(text), err
}

// hidden returns the hidden fields of the first form of a page that posts.
func hidden(page string) url.Values {
	fields, inside := url.Values{}, false
	for z := html.NewTokenizer(strings.NewReader(page)); z.Next() != html.ErrorToken; {
		token := z.Token()
		switch {
		case token.Data == "form" && token.Type == html.StartTagToken:
			inside = strings.EqualFold(attribute(token, "method"), "post")
		case token.Data == "form" && inside:
			return fields
		case token.Data == "input" && inside && attribute(token, "type") == "hidden":
			fields.Add(attribute(token, "name"), attribute(token, "value"))
		}
	}
	return fields
}

func attribute(token html.Token, name string) string {
	for _, a := range token.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// choose answers the company's one choice and returns the address of the
// receipt, or an empty one where the node went away.
func (v *visitor) choose(ctx context.Context, addr, state string) (receipt string, err error) {
	_, page, err := v.send(ctx, addr, "/preferences", nil)
	if err != nil {
		return "", err
	}
	form := hidden(page)
	form.Set("choice.marketing.email", state)
	answer, page, err := v.send(ctx, addr, "/preferences", form)
	if err != nil {
		return "", err
	}
	if answer.StatusCode != http.StatusSeeOther {
		return "", &refusedError{answer.Status, page}
	}
	path, _, _ := strings.Cut(answer.Header.Get("Location"), "?")
	return path, nil
}

// A refusedError is an answer that is none of a crash.
type refusedError struct{ status, page string }

func (e *refusedError) Error() string { return e.status + ": " + e.page }
