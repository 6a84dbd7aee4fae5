package admin

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"indigex.com/indigex/edge/admin/apikey"
	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/policy"
)

// retryStore is after how many seconds a store may answer again.
const retryStore = "5"

// security is the name that the description has for bearer keys.
const security = "key"

// api returns the handler of all that wants a key.
func (h *handler) api() http.Handler {
	mux := http.NewServeMux()
	api := humago.New(mux, description())
	h.register(api)
	for path, item := range api.OpenAPI().Paths {
		mux.HandleFunc(path, otherwise(item))
	}
	mux.HandleFunc("/", missing)
	return mux
}

func description() huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			Info: &huma.Info{
				Title: "Edge", Version: "1",
				Description: "What the company's other systems ask about people. It is reachable on loopback alone, and every request needs a bearer key with the scope that is named. What names a person by a User ID or an email address, and every reading of details and disclosures, is noted where that person sees it.",
			},
			Servers: []*huma.Server{{URL: "http://127.0.0.1:9090"}},
			Components: &huma.Components{
				SecuritySchemes: map[string]*huma.SecurityScheme{security: {Type: "http", Scheme: "bearer", Description: "edge api keys new makes one."}},
			},
		},
		Formats:                      map[string]huma.Format{"application/json": jsonFormat(), "json": jsonFormat()},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{withhold},
	}
}

// register adds all operations.
func (h *handler) register(api huma.API) {
	h.registerQuestions(api)
	h.registerData(api)
	describe(api)
}

// registerQuestions adds those that answer what may be done.
func (h *handler) registerQuestions(api huma.API) {
	huma.Register(api, h.operation(api, apikey.Permit, huma.Operation{
		OperationID: "permit", Method: http.MethodGet, Path: "/api/v1/permit",
		Summary:     "May this be done to this person now?",
		Description: "Ask right before doing it. Only allowed: true permits; a choice that was not asked, an unknown person, an error and an answer that does not come permit nothing.",
		Errors:      []int{404},
	}), h.permit)
	huma.Register(api, h.operation(api, apikey.Permit, huma.Operation{
		OperationID: "permit-many", Method: http.MethodPost, Path: "/api/v1/permit",
		Summary:     "To which of these people may this be done now?",
		Description: "As for one person, with one answer for each in the order in which they were given.",
		Errors:      []int{400, 404, 413, 415},
	}), h.permitMany)
	huma.Register(api, h.operation(api, apikey.Suppression, huma.Operation{
		OperationID: "suppress", Method: http.MethodPost, Path: "/api/v1/suppression",
		Summary:     "Which of these must not be contacted?",
		Description: "Take the permitted, and nobody else: whoever is unknown is suppressed. An email address leads to the people who confirmed that it is theirs; each of them must have a standing grant.",
		Errors:      []int{400, 404, 413, 415},
	}), h.suppress)
	huma.Register(api, h.operation(api, apikey.Suppression, huma.Operation{
		OperationID: "refused", Method: http.MethodGet, Path: "/api/v1/suppression/{choice}",
		Summary:     "Who refused this?",
		Description: "The personal identification codes whose last answer to a choice is a refusal, in their order, page by page. It is for removing people from lists: who is not among them is not permitted thereby.",
		Errors:      []int{404},
	}), h.refused)
}

// registerData adds those that give details, or note who was given them.
func (h *handler) registerData(api huma.API) {
	huma.Register(api, h.operation(api, apikey.Profile, huma.Operation{
		OperationID: "profile", Method: http.MethodGet, Path: "/api/v1/profiles/{user_id}",
		Summary:     "The details of a person that a purpose may see",
		Description: "Only data of the categories that the purpose declares is returned. Each choice that the purpose depends on must be granted, or else the answer is 403.",
		Errors:      []int{404},
	}), h.profile)
	huma.Register(api, h.operation(api, apikey.Disclosure, huma.Operation{
		OperationID: "disclose", Method: http.MethodPost, Path: "/api/v1/disclosures", DefaultStatus: http.StatusCreated,
		Summary:     "Note that data of a person is passed to a processor",
		Description: "Note it before passing it on, and pass on nothing where this fails. The same reference sent again is noted once.",
		Errors:      []int{400, 404, 409, 413, 415},
	}), h.disclose)
	again := *api.OpenAPI().Paths["/api/v1/disclosures"].Post.Responses["201"]
	again.Description = "It was noted before"
	api.OpenAPI().Paths["/api/v1/disclosures"].Post.Responses["200"] = &again
	huma.Register(api, h.operation(api, apikey.Disclosure, huma.Operation{
		OperationID: "disclosures", Method: http.MethodGet, Path: "/api/v1/disclosures",
		Summary:     "What was passed on about a person",
		Description: "The newest first.",
		Errors:      []int{404},
	}), h.disclosures)
}

// operation completes what all that answer about people have in common.
func (h *handler) operation(api huma.API, scope apikey.Scope, op huma.Operation) huma.Operation {
	op.Tags = []string{string(scope)}
	op.Security = []map[string][]string{{security: {string(scope)}}}
	op.Middlewares = huma.Middlewares{h.scoped(api, scope)}
	op.MaxBodyBytes = maxBody + 1 // is refused itself
	for _, status := range []int{400, 401, 403, 405, 421, 422, 429, 500, 503} {
		if !slices.Contains(op.Errors, status) {
			op.Errors = append(op.Errors, status)
		}
	}
	return op
}

// describe has the API describe itself, to any valid key.
func describe(api huma.API) {
	schema := &huma.Schema{Type: huma.TypeObject}
	op := huma.Operation{
		OperationID: "describe", Method: http.MethodGet, Path: "/api/v1/openapi.json",
		Summary: "This description", Security: []map[string][]string{{security: {}}}, Errors: []int{400, 401, 405, 421, 422, 429, 500, 503},
		Responses: map[string]*huma.Response{"200": {Description: "OpenAPI 3.1", Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}},
	}
	huma.Register(api, op, func(context.Context, *struct{}) (*descriptionOutput, error) {
		text, err := json.Marshal(api.OpenAPI())
		return &descriptionOutput{"application/json", text}, err
	})
}

type descriptionOutput struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

// otherwise answers 405 to the methods that an address does not have.
func otherwise(item *huma.PathItem) http.HandlerFunc {
	var allowed []string
	if item.Get != nil {
		allowed = append(allowed, http.MethodGet, http.MethodHead)
	}
	if item.Post != nil {
		allowed = append(allowed, http.MethodPost)
	}
	allow := strings.Join(allowed, ", ")
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Allow", allow)
		problem(w, http.StatusMethodNotAllowed, "The address takes "+allow+" alone.")
	}
}

// catalog returns the one that holds for a request.
func (h *handler) catalog() (*policy.Catalog, error) {
	if h.cfg.Catalog == nil {
		return nil, unavailable()
	}
	if c := h.cfg.Catalog(); c != nil {
		return c, nil
	}
	return nil, unavailable()
}

// unavailable is the answer where something that is needed does not answer.
func unavailable() error {
	return huma.ErrorWithHeaders(
		huma.Error503ServiceUnavailable("The store does not answer. Until it does, nothing is permitted."),
		http.Header{"Retry-After": {retryStore}})
}

// failed turns an error into the answer to it; nil stays nil.
func failed(err error) error {
	var status huma.StatusError
	var use *consent.UnknownUseError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &status):
		return err
	case errors.As(err, &use):
		return huma.Error404NotFound("There is no choice and no purpose of this id.")
	case errors.Is(err, ErrNobody):
		return huma.Error404NotFound("There is no such person.")
	}
	return unavailable()
}
