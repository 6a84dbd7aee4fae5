package admin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"indigex.com/indigex/edge/disclosure"
	"indigex.com/indigex/policy"
)

type discloseInput struct {
	Body struct {
		Who        string   `json:"who" minLength:"3" maxLength:"32" doc:"Personal identification code, or User ID"`
		Processor  string   `json:"processor" minLength:"1" maxLength:"100" example:"delivery" doc:"Id of the processor that receives it"`
		Purpose    string   `json:"purpose" minLength:"1" maxLength:"100" example:"orders" doc:"Id of the purpose for which it does"`
		Categories []string `json:"categories" nullable:"false" minItems:"1" maxItems:"50" uniqueItems:"true" doc:"Ids of the kinds of data"`
		Reference  string   `json:"reference" minLength:"1" maxLength:"64" pattern:"^[!-~]+$" example:"order-1017" doc:"The caller's own name for it, without a space: sent again, it is noted once. It must not name the person"`
	}
}

// A passed thing is a disclosure as it is shown.
type passed struct {
	At         time.Time `json:"at" doc:"When it was noted"`
	Key        string    `json:"key" doc:"Name of the key of the system that passed it on"`
	Reference  string    `json:"reference" doc:"That system's own name for it"`
	Processor  string    `json:"processor"`
	Purpose    string    `json:"purpose"`
	Categories []string  `json:"categories" nullable:"false"`
}

func shown(d disclosure.Disclosure) passed {
	return passed{d.At, d.Key, d.Reference, d.Processor, d.Purpose, append([]string{}, d.Categories...)}
}

type discloseOutput struct {
	Status int
	Body   passed
}

// disclose notes what is passed on.
func (h *handler) disclose(ctx context.Context, in *discloseInput) (*discloseOutput, error) {
	c, err := h.catalog()
	if err != nil {
		return nil, err
	}
	sent := disclosure.Disclosure{
		At: h.now(), Key: keyOf(ctx).Name, Reference: in.Body.Reference, Processor: in.Body.Processor, Purpose: in.Body.Purpose, Categories: in.Body.Categories,
	}
	if wrong := undeclared(c, sent); len(wrong) > 0 {
		return nil, huma.Error422UnprocessableEntity("What is passed on is not declared.", wrong...)
	}
	who, err := h.known(ctx, in.Body.Who, "body.who")
	if err != nil {
		return nil, failed(err)
	}
	sent.Code = who.codes[0]
	if h.cfg.Trail == nil {
		return nil, unavailable()
	}
	stored, repeated, err := h.cfg.Trail.Disclose(ctx, sent)
	if errors.Is(err, disclosure.ErrConflict) {
		return nil, huma.Error409Conflict("The reference was used for something else.")
	}
	if errors.Is(err, disclosure.ErrErased) {
		err = ErrNobody
	}
	if err != nil {
		return nil, failed(err)
	}
	out := &discloseOutput{http.StatusCreated, shown(stored)}
	if repeated {
		out.Status = http.StatusOK
	}
	return out, nil
}

// known finds a person who must be somebody.
func (h *handler) known(ctx context.Context, who, where string) (asked, error) {
	s, err := h.find(ctx, who)
	switch {
	case errors.Is(err, errUnreadable):
		return s, unreadable(where)
	case err == nil && len(s.codes) == 0:
		return s, ErrNobody
	}
	return s, err
}

// undeclared says all that is wrong with a disclosure: a processor receives
// the categories that it is declared with, for the purposes that it is
// declared with, and only what those purposes use.
func undeclared(c *policy.Catalog, d disclosure.Disclosure) (wrong []error) {
	say := func(where, format string, args ...any) {
		wrong = append(wrong, &huma.ErrorDetail{Location: where, Message: fmt.Sprintf(format, args...)})
	}
	processor, purpose := c.Processor(d.Processor), c.Purpose(d.Purpose)
	if processor == nil {
		say("body.processor", "is not declared")
	}
	if purpose == nil {
		say("body.purpose", "is not declared")
	} else if processor != nil && !slices.Contains(processor.Purposes, purpose.ID) {
		say("body.purpose", "is none of the processor's, which are %s", strings.Join(processor.Purposes, ", "))
	}
	for i, id := range d.Categories {
		where := fmt.Sprintf("body.categories[%d]", i)
		switch {
		case c.Category(id) == nil:
			say(where, "is not declared")
		case processor != nil && !slices.Contains(processor.Categories, id):
			say(where, "%s is none of the processor's, which are %s", id, strings.Join(processor.Categories, ", "))
		case purpose != nil && !slices.Contains(purpose.Categories, id):
			say(where, "%s is none of the purpose's, which are %s", id, strings.Join(purpose.Categories, ", "))
		}
	}
	return wrong
}

type disclosuresInput struct {
	Who   string `query:"who" required:"true" maxLength:"32" doc:"Personal identification code, or User ID"`
	Skip  int    `query:"skip" minimum:"0" maximum:"1000000" default:"0" doc:"How many of the newest to leave out"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many at most"`
}

type disclosuresOutput struct {
	Body struct {
		Disclosures []passed `json:"disclosures" nullable:"false"`
	}
}

// disclosures lists what was passed on.
func (h *handler) disclosures(ctx context.Context, in *disclosuresInput) (*disclosuresOutput, error) {
	who, err := h.known(ctx, in.Who, "query.who")
	if err != nil {
		return nil, failed(err)
	}
	who.named = true // what was passed on is the person's data, whoever asks how
	if err := h.note(ctx, disclosure.Disclosures, "", who); err != nil {
		return nil, failed(err)
	}
	if h.cfg.Trail == nil {
		return nil, unavailable()
	}
	list, err := h.cfg.Trail.Disclosures(ctx, who.codes[0], in.Skip, in.Limit)
	if err != nil {
		return nil, failed(err)
	}
	out := new(disclosuresOutput)
	out.Body.Disclosures = make([]passed, len(list))
	for i, d := range list {
		out.Body.Disclosures[i] = shown(d)
	}
	return out, nil
}
