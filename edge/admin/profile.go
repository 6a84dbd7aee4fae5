package admin

import (
	"context"
	"fmt"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"indigex.com/indigex/edge/disclosure"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/policy"
)

type profileInput struct {
	UserID  string `path:"user_id" maxLength:"32" example:"jane" doc:"User ID"`
	Purpose string `query:"purpose" required:"true" maxLength:"100" example:"orders" doc:"Id of the purpose for which the details are needed"`
}

// details are those of a person, by the names that the form has for them on
// which they were given.
type details struct {
	Purpose       string   `json:"purpose" doc:"As it was asked for"`
	Categories    []string `json:"categories" nullable:"false" doc:"Ids of the kinds of data that follow, and that the person may have left empty"`
	UserID        string   `json:"user_id,omitempty"`
	Name          string   `json:"name,omitempty"`
	Email         string   `json:"email,omitempty"`
	Phone         string   `json:"phone,omitempty"`
	PostalAddress string   `json:"postal_address,omitempty"`
}

type profileOutput struct{ Body details }

// profile answers with what a purpose may see.
func (h *handler) profile(ctx context.Context, in *profileInput) (*profileOutput, error) {
	c, err := h.catalog()
	if err != nil {
		return nil, err
	}
	purpose := c.Purpose(in.Purpose)
	if purpose == nil {
		return nil, huma.Error404NotFound("There is no purpose of this id.")
	}
	id, ok := userID(in.UserID)
	if !ok {
		return nil, failed(ErrNobody)
	}
	if h.cfg.People == nil {
		return nil, unavailable()
	}
	p, err := h.cfg.People.Profile(ctx, id)
	if err != nil {
		return nil, failed(err)
	}
	who := asked{codes: []identity.Code{p.Code}, named: true}
	refused, err := h.refusing(ctx, c, purpose, who)
	if err != nil {
		return nil, failed(err)
	}
	if refused != "" {
		if err := h.note(ctx, disclosure.RefusedProfile, purpose.ID, who); err != nil {
			return nil, failed(err)
		}
		return nil, huma.Error403Forbidden(fmt.Sprintf("The purpose needs the choice %s, which the person has not granted.", refused))
	}
	if err := h.note(ctx, disclosure.Profile, purpose.ID, who); err != nil {
		return nil, failed(err)
	}
	return &profileOutput{visible(c, purpose, p)}, nil
}

// refusing returns the first choice of those that a purpose needs that has no
// standing grant; empty for none.
func (h *handler) refusing(ctx context.Context, c *policy.Catalog, purpose *policy.Purpose, who asked) (string, error) {
	for i := range c.Choices {
		choice := &c.Choices[i]
		if choice.ID != purpose.Choice && !slices.Contains(choice.Purposes, purpose.ID) {
			continue
		}
		if d, err := h.decide(ctx, choice.ID, who); err != nil || !d.Allowed {
			return choice.ID, err
		}
	}
	return "", nil
}

// registration is the id of the form on which people give their details, whose
// fields say of which category each is.
const registration = "register"

// visible returns the details whose categories a purpose declares.
func visible(c *policy.Catalog, purpose *policy.Purpose, p Profile) details {
	d := details{Purpose: purpose.ID, Categories: []string{}}
	form := c.Form(registration)
	if form == nil {
		return d
	}
	for name, move := range map[string]func(){
		"user_id":        func() { d.UserID = p.UserID },
		"name":           func() { d.Name = p.Name },
		"email":          func() { d.Email = p.Email },
		"phone":          func() { d.Phone = p.Phone },
		"postal_address": func() { d.PostalAddress = p.PostalAddress },
	} {
		f := form.Field(name)
		if f == nil || f.Category == "" || !slices.Contains(purpose.Categories, f.Category) {
			continue
		}
		move()
		if !slices.Contains(d.Categories, f.Category) {
			d.Categories = append(d.Categories, f.Category)
		}
	}
	slices.Sort(d.Categories)
	return d
}
