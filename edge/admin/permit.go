package admin

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
)

// A Decision is the answer to the question of /api/v1/permit.
type Decision = consent.Decision

// A Permit answers whether something may be done to a person now. It fails
// with a [*consent.UnknownUseError] where the use is none, and with any other
// error where nobody can say at the moment.
type Permit func(ctx context.Context, use string, who identity.Code) (Decision, error)

// permit answers GET /api/v1/permit?use=ID&who=CODE.
func (h *handler) permit(w http.ResponseWriter, r *http.Request) {
	use, who, wrong := question(r.URL.RawQuery)
	if wrong != "" {
		problem(w, http.StatusBadRequest, wrong)
		return
	}
	d, err := h.cfg.Permit(r.Context(), use, who)
	var unknown *consent.UnknownUseError
	switch {
	case errors.As(err, &unknown):
		problem(w, http.StatusNotFound, "There is no choice and no purpose of this id.")
	case err != nil:
		w.Header().Set("Retry-After", "5")
		problem(w, http.StatusServiceUnavailable, "The store does not answer. Until it does, nothing is permitted.")
	default:
		writeJSON(w, http.StatusOK, d)
	}
}

// question reads the two parameters, or says what is wrong with them. Each
// stands once and alone: a caller's mistake must not become a permission for
// something else.
func question(raw string) (use string, who identity.Code, wrong string) {
	query, err := url.ParseQuery(raw)
	if err != nil {
		return "", who, "The query cannot be read."
	}
	if len(query) != 2 || len(query["use"]) != 1 || len(query["who"]) != 1 {
		return "", who, "The query has to be use=ID&who=CODE, each of them once and nothing else."
	}
	if who, err = identity.ParseCode(query["who"][0]); err != nil {
		return "", who, "The parameter who has to be a personal identification code: 26 capital letters and digits."
	}
	return query["use"][0], who, ""
}
