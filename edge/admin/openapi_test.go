package admin_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// A description is the document that the API serves of itself.
type description struct {
	text     []byte
	compiler *jsonschema.Compiler
	OpenAPI  string
	Paths    map[string]map[string]struct {
		OperationID string
		Summary     string
		Security    []map[string][]string
		Responses   map[string]struct {
			Content map[string]struct{ Schema json.RawMessage }
		}
	}
}

func (w *world) description() *description {
	w.Helper()
	r := w.ask("GET", "/api/v1/openapi.json", "Authorization", "Bearer "+secret)
	if r.StatusCode != 200 || r.Header.Get("Content-Type") != "application/json" {
		w.Fatalf("%s, %v", r.Status, r.Header)
	}
	d := &description{text: []byte(w.text(r)), compiler: jsonschema.NewCompiler()}
	w.must(json.Unmarshal(d.text, d))
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(d.text))
	w.must(err)
	w.must(d.compiler.AddResource("https://edge.example/openapi.json", document))
	return d
}

// TestDescriptionIsOpenAPI holds the description against the schema of
// OpenAPI 3.1.
func TestDescriptionIsOpenAPI(t *testing.T) {
	d := newWorld(t).description()
	file, err := os.Open("testdata/openapi-3.1.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	standard, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.compiler.AddResource("https://edge.example/standard.json", standard); err != nil {
		t.Fatal(err)
	}
	schema, err := d.compiler.Compile("https://edge.example/standard.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(d.text))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(document); err != nil {
		t.Error(err)
	}
	if err := schema.Validate(map[string]any{"openapi": "3.1.0", "paths": 1}); err == nil {
		t.Error("the schema takes anything")
	}
}

// TestEveryRouteIsDescribed asks each address by each method: those that are
// described answer, the others are refused.
func TestEveryRouteIsDescribed(t *testing.T) {
	w := newWorld(t)
	d := w.description()
	if len(d.Paths) != 6 {
		t.Errorf("%d addresses are described", len(d.Paths))
	}
	for path, methods := range d.Paths {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} {
			r := w.ask(method, strings.NewReplacer("{choice}", "letters", "{user_id}", "jane").Replace(path), "Authorization", "Bearer "+secret)
			_, isDescribed := methods[strings.ToLower(strings.Replace(method, "HEAD", "GET", 1))]
			if isDescribed == (r.StatusCode == http.StatusMethodNotAllowed) {
				t.Errorf("%s %s: %s, described: %v", method, path, r.Status, isDescribed)
			}
			if r.StatusCode == http.StatusMethodNotAllowed && r.Header.Get("Allow") == "" {
				t.Errorf("%s %s: does not say what is allowed", method, path)
			}
		}
		for method, op := range methods {
			if op.OperationID == "" || op.Summary == "" || len(op.Security) != 1 {
				t.Errorf("%s %s: %+v", method, path, op)
			}
		}
	}
}

// TestAnswersAreAsDescribed holds answers, errors among them, against the
// schemas that the description has for them.
func TestAnswersAreAsDescribed(t *testing.T) {
	w := newWorld(t)
	d := w.description()
	jane := w.jane.String()
	disclosed := `{"who":"jane","processor":"delivery","purpose":"orders","categories":["contact.name"],"reference":"1"}`
	for _, tt := range []struct {
		method, path, query, body string
		status                    string
	}{
		{"GET", "/api/v1/permit", "?use=letters&who=" + jane, "", "200"},
		{"GET", "/api/v1/permit", "?use=letters&who=nobody", "", "200"},
		{"GET", "/api/v1/permit", "?use=other&who=nobody", "", "404"},
		{"GET", "/api/v1/permit", "?use=other&who=jane@example.org", "", "422"},
		{"GET", "/api/v1/permit", "?use=other&use=letters", "", "400"},
		{"POST", "/api/v1/permit", "", `{"use":"letters","who":["` + jane + `"]}`, "200"},
		{"POST", "/api/v1/permit", "", `{"use":`, "400"},
		{"POST", "/api/v1/suppression", "", `{"use":"letters","who":["jane@example.org"]}`, "200"},
		{"GET", "/api/v1/suppression/{choice}", "", "", "200"},
		{"GET", "/api/v1/profiles/{user_id}", "?purpose=orders", "", "200"},
		{"POST", "/api/v1/disclosures", "", disclosed, "201"},
		{"POST", "/api/v1/disclosures", "", disclosed, "200"},
		{"POST", "/api/v1/disclosures", "", strings.Replace(disclosed, "contact.name", "contact.phone", 1), "422"},
		{"GET", "/api/v1/disclosures", "?who=jane", "", "200"},
		{"PUT", "/api/v1/permit", "", "", "405"},
	} {
		address := strings.NewReplacer("{choice}", "letters", "{user_id}", "jane").Replace(tt.path) + tt.query
		r := w.send(tt.method, address, tt.body, "Authorization", "Bearer "+secret)
		name := tt.method + " " + address + " " + tt.body
		if got := strings.Fields(http.StatusText(r.StatusCode)); !strings.HasPrefix(r.Status, tt.status) {
			t.Errorf("%s: %s %v: %s", name, r.Status, got, w.text(r))
			continue
		}
		method := strings.ToLower(strings.Replace(tt.method, "PUT", "GET", 1))
		content, ok := d.Paths[tt.path][method].Responses[tt.status].Content[r.Header.Get("Content-Type")]
		if !ok {
			t.Errorf("%s: %s of %s is not described", name, r.Status, r.Header.Get("Content-Type"))
			continue
		}
		pointer := "#/paths/" + strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(tt.path) + "/" + method + "/responses/" + tt.status +
			"/content/" + strings.ReplaceAll(r.Header.Get("Content-Type"), "/", "~1") + "/schema"
		schema, err := d.compiler.Compile("https://edge.example/openapi.json" + pointer)
		if err != nil {
			t.Errorf("%s: %s: %v", name, content.Schema, err)
			continue
		}
		sent, err := jsonschema.UnmarshalJSON(r.Body)
		w.must(err)
		if err := schema.Validate(sent); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if members, ok := sent.(map[string]any); ok {
			members["more"] = 1
			if err := schema.Validate(sent); err == nil {
				t.Errorf("%s: the schema takes what is not described", name)
			}
		}
	}
}
