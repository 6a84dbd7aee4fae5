package admin

import (
	"context"
	"errors"
	"sync"
	"time"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/disclosure"
	"indigex.com/indigex/edge/identity"
)

// A Decision is the answer to whether something may be done to a person.
type Decision = consent.Decision

// A Permit answers whether something may be done to a person now. It fails
// with a [*consent.UnknownUseError] where the use is none, and with any other
// error where nobody can say at the moment.
type Permit func(ctx context.Context, use string, who identity.Code) (Decision, error)

// An Answer has the members of a [Decision], with what they mean.
type Answer struct {
	Allowed  bool       `json:"allowed" doc:"true for a standing grant and nothing else"`
	Use      string     `json:"use" doc:"As it was asked for"`
	Choice   string     `json:"choice" doc:"Id of the choice that decides"`
	Purposes []string   `json:"purposes" nullable:"false" doc:"Ids of the purposes that the choice permits"`
	State    string     `json:"state" enum:"granted,refused,not-asked"`
	Policy   string     `json:"policy,omitempty" doc:"Id of the policy that was in force when the person answered"`
	Version  int        `json:"version,omitempty" doc:"Its version"`
	Receipt  string     `json:"receipt,omitempty" doc:"Id of the receipt that holds the record"`
	Sequence int64      `json:"sequence,omitempty" doc:"Its place in the order of all receipts"`
	Since    *time.Time `json:"since,omitempty" doc:"When the person answered"`
	Reason   string     `json:"reason" doc:"Why, in words for people"`
}

type permitInput struct {
	Use string `query:"use" required:"true" maxLength:"100" example:"marketing.email" doc:"Id of a choice, or of a purpose: then each choice that has it must be granted"`
	Who string `query:"who" required:"true" maxLength:"32" example:"jane" doc:"Personal identification code, or User ID"`
}

type permitOutput struct{ Body Answer }

// permit answers for one person.
func (h *handler) permit(ctx context.Context, in *permitInput) (*permitOutput, error) {
	who, err := h.find(ctx, in.Who)
	if errors.Is(err, errUnreadable) {
		return nil, unreadable("query.who")
	}
	if err != nil {
		return nil, failed(err)
	}
	d, err := h.decide(ctx, in.Use, who)
	if err == nil {
		err = h.note(ctx, disclosure.Permit, in.Use, who)
	}
	if err != nil {
		return nil, failed(err)
	}
	return &permitOutput{Answer(d)}, nil
}

type permitManyInput struct {
	Body struct {
		Use string   `json:"use" minLength:"1" maxLength:"100" doc:"Id of a choice or purpose"`
		Who []string `json:"who" nullable:"false" minItems:"1" maxItems:"1000" maxLength:"32" doc:"Personal identification codes and User IDs"`
	}
}

// A named decision says about whom it is.
type named struct {
	Who string `json:"who" doc:"As it was asked for"`
	Answer
}

type permitManyOutput struct {
	Body struct {
		Answers []named `json:"answers" nullable:"false" doc:"One for each who, in the same order"`
	}
}

// permitMany answers for each of many.
func (h *handler) permitMany(ctx context.Context, in *permitManyInput) (*permitManyOutput, error) {
	all, err := findAll(ctx, in.Body.Who, h.find)
	if err != nil {
		return nil, failed(err)
	}
	decisions, err := h.decideAll(ctx, in.Body.Use, all)
	if err == nil {
		err = h.note(ctx, disclosure.Permit, in.Body.Use, all...)
	}
	if err != nil {
		return nil, failed(err)
	}
	out := new(permitManyOutput)
	for i, d := range decisions {
		out.Body.Answers = append(out.Body.Answers, named{all[i].given, Answer(d)})
	}
	return out, nil
}

// decide answers for one who is asked about: each of its codes must be allowed. Nobody is
// answered for as somebody who never answered is.
func (h *handler) decide(ctx context.Context, use string, who asked) (Decision, error) {
	codes := who.codes
	if len(codes) == 0 {
		codes = []identity.Code{identity.NewCode()}
	}
	var d Decision
	for _, code := range codes {
		var err error
		if d, err = h.cfg.Permit(ctx, use, code); err != nil || !d.Allowed {
			return d, err
		}
	}
	return d, nil
}

// deciding is how many are decided at once: the store shares queries among
// those who ask at one time.
const deciding = 16

// decideAll answers for all, or fails for all.
func (h *handler) decideAll(ctx context.Context, use string, all []asked) ([]Decision, error) {
	decisions, errs := make([]Decision, len(all)), make([]error, deciding)
	var workers sync.WaitGroup
	for first := range deciding {
		workers.Go(func() {
			for i := first; i < len(all) && errs[first] == nil; i += deciding {
				decisions[i], errs[first] = h.decide(ctx, use, all[i])
			}
		})
	}
	workers.Wait()
	return decisions, errors.Join(errs...)
}
