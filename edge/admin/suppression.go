package admin

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"indigex.com/indigex/edge/disclosure"
	"indigex.com/indigex/edge/identity"
)

type suppressInput struct {
	Body struct {
		Use string   `json:"use" minLength:"1" maxLength:"100" example:"marketing.email" doc:"Id of a choice or purpose"`
		Who []string `json:"who" nullable:"false" minItems:"1" maxItems:"1000" maxLength:"254" doc:"Email addresses, personal identification codes and User IDs"`
	}
}

type suppressOutput struct {
	Body struct {
		Suppressed []string `json:"suppressed" nullable:"false" doc:"Those who must not be contacted, as they were given"`
		Permitted  []string `json:"permitted" nullable:"false" doc:"Those who may be, all others"`
	}
}

// suppress divides a list into those who may be contacted and all others.
func (h *handler) suppress(ctx context.Context, in *suppressInput) (*suppressOutput, error) {
	all, err := findAll(ctx, in.Body.Who, h.findAny)
	if err != nil {
		return nil, failed(err)
	}
	decisions, err := h.decideAll(ctx, in.Body.Use, all)
	if err == nil {
		err = h.note(ctx, disclosure.Suppression, in.Body.Use, all...)
	}
	if err != nil {
		return nil, failed(err)
	}
	out := new(suppressOutput)
	out.Body.Suppressed, out.Body.Permitted = []string{}, []string{}
	for i, d := range decisions {
		to := &out.Body.Suppressed
		if d.Allowed && len(all[i].codes) > 0 {
			to = &out.Body.Permitted
		}
		*to = append(*to, all[i].given)
	}
	return out, nil
}

type refusedInput struct {
	Choice string `path:"choice" maxLength:"100" example:"marketing.email" doc:"Id of a choice"`
	After  string `query:"after" maxLength:"26" doc:"The member next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"10000" default:"1000" doc:"How many codes at most"`
}

type refusedOutput struct {
	Body struct {
		Codes []string `json:"codes" nullable:"false"`
		Next  string   `json:"next,omitempty" doc:"What after has to be for the next page; absent on the last one"`
	}
}

// refused lists a page of those who refused a choice.
func (h *handler) refused(ctx context.Context, in *refusedInput) (*refusedOutput, error) {
	c, err := h.catalog()
	if err != nil {
		return nil, err
	}
	if c.Choice(in.Choice) == nil {
		return nil, huma.Error404NotFound("There is no choice of this id.")
	}
	var after identity.Code
	if in.After != "" {
		if after, err = identity.ParseCode(in.After); err != nil {
			return nil, unreadable("query.after")
		}
	}
	if h.cfg.Refused == nil {
		return nil, unavailable()
	}
	codes, err := h.cfg.Refused(ctx, in.Choice, after, in.Limit)
	if err != nil {
		return nil, failed(err)
	}
	out := new(refusedOutput)
	out.Body.Codes = make([]string, len(codes))
	for i, code := range codes {
		out.Body.Codes[i] = code.String()
	}
	if len(codes) == in.Limit {
		out.Body.Next = out.Body.Codes[len(codes)-1]
	}
	return out, nil
}
