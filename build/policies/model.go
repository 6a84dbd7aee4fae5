package policies

import (
	"indigex.com/indigex/build/markdown"
	"indigex.com/indigex/policy"
)

// Model returns the policy with its versions, drafts left out unless they are
// asked for. What people read has the quotes and dashes of prose.
func (p *Policy) Model(drafts bool) *policy.Policy {
	m := &policy.Policy{
		ID: p.ID, Title: markdown.Smart(p.Meta.Title.Value), Short: markdown.Smart(p.Meta.Short),
		Description: markdown.Smart(p.Meta.Description.Value), Site: p.Meta.Site.Value, Contact: p.Meta.Contact.Value,
		Versions: []policy.Version{}, Reviews: []policy.Review{},
	}
	for _, v := range p.Versions {
		if drafts || !v.Meta.Draft {
			m.Versions = append(m.Versions, v.Model())
		}
	}
	for _, r := range p.Meta.Reviews {
		m.Reviews = append(m.Reviews, policy.Review{Date: r.Date.Time, Version: r.Version.Value, Note: markdown.Smart(r.Note.Value)})
	}
	return m
}

// Model returns the version as the other programs know it.
func (v *Version) Model() policy.Version {
	m := policy.Version{
		Number: v.Number(), Published: v.Meta.Published.Time, Effective: v.Effective(),
		Summary: markdown.Smart(v.Meta.Summary.Value), Override: markdown.Smart(v.Meta.Override.Value),
		Aliases: map[string]string{}, Promises: map[string]policy.Promises{},
		Changes: []policy.Change{}, Sections: []policy.Section{},
	}
	for _, c := range v.Meta.Changes {
		m.Changes = append(m.Changes, c.Model())
	}
	for _, a := range v.Meta.Aliases {
		m.Aliases[a.Old.Value] = a.New.Value
	}
	for _, p := range v.Meta.Promises {
		m.Promises[p.Section.Value] = policy.Promises{
			Choices: values(p.Choices), Purposes: values(p.Purposes), Categories: values(p.Categories),
			Processors: values(p.Processors), Mechanisms: values(p.Mechanisms),
		}
	}
	for _, s := range v.Sections() {
		m.Sections = append(m.Sections, s.Section)
	}
	return m
}

// Model returns the change as the other programs know it.
func (c *Change) Model() policy.Change {
	return policy.Change{
		Kind: policy.Kind(c.Kind), Text: markdown.Smart(c.Text.Value), Sections: values(c.Sections),
		Choices: values(c.Choices), Purposes: values(c.Purposes), Processors: values(c.Processors),
	}
}

// Model returns the choice with the hash of its words, which stay exactly as
// they stand in the file.
func (c *Choice) Model() policy.Choice {
	return policy.Choice{
		ID: c.ID.Value, Name: c.Name, Words: c.Words.Value, Refuse: c.Refuse.Value,
		Hash: policy.HashChoice(c.Words.Value, c.Refuse.Value), Kind: c.Kind, Channel: c.Channel, Sender: c.Sender,
		Policy: c.Policy.Value, Section: c.Section.Value, Purposes: values(c.Purposes), GPC: c.GPC,
	}
}

// Model returns the purpose as the other programs know it.
func (p *Purpose) Model() policy.Purpose {
	return policy.Purpose{
		ID: p.ID.Value, Name: markdown.Smart(p.Name), Text: markdown.Smart(p.Text), DPV: p.DPV.Value,
		Categories: values(p.Categories), Choice: p.Choice.Value, Optional: p.Optional,
	}
}

// Model returns the category as the other programs know it.
func (c *Category) Model() policy.Category {
	return policy.Category{
		ID: c.ID.Value, Name: markdown.Smart(c.Name), Text: markdown.Smart(c.Text), DPV: c.DPV.Value, Retention: c.Retention.Value,
	}
}

// Model returns the retention as the other programs know it.
func (r *Retention) Model() policy.Retention {
	keep, _ := policy.ParsePeriod(r.Keep.Value) // the checks report what is none
	return policy.Retention{ID: r.ID.Value, Keep: keep, From: markdown.Smart(r.From), Text: markdown.Smart(r.Text)}
}

// Model returns the mechanism as the other programs know it.
func (m *Mechanism) Model() policy.Mechanism {
	return policy.Mechanism{ID: m.ID.Value, Name: markdown.Smart(m.Name), Text: markdown.Smart(m.Text), Address: m.Address.Value}
}

// Model returns the processor as the other programs know it.
func (p *Processor) Model() policy.Processor {
	return policy.Processor{
		ID: p.ID.Value, Role: markdown.Smart(p.Role), Service: markdown.Smart(p.Service), Country: p.Country.Value,
		Purposes: values(p.Purposes), Categories: values(p.Categories),
	}
}

// Model returns the form as the other programs know it, but for the HTML of
// its parts, which depends on the rest of the content, and its hash.
func (f *Form) Model() policy.Form {
	m := policy.Form{
		ID: f.ID, Title: markdown.Smart(f.Meta.Title.Value), Description: markdown.Smart(f.Meta.Description.Value),
		Policy: f.Meta.Policy.Value, Who: f.Meta.Who, Retention: f.Meta.Retention.Value,
		Opens: policy.Moment{Time: f.Meta.Opens.Time}, Closes: policy.Moment{Time: f.Meta.Closes.Time}, Apart: f.Meta.Apart,
		Parts: []policy.Part{}, Fields: []policy.Field{},
	}
	if d := f.Meta.Draw; d != nil {
		m.Draw = policy.Draw{Winners: d.Winners, Substitutes: d.Substitutes, Source: d.Source, Known: policy.Moment{Time: d.Known.Time}}
	}
	if t := f.Meta.Then; t != nil {
		m.Then = policy.Then{Say: markdown.Smart(t.Say), Mail: t.Mail.Value, Subject: t.Subject, Ticket: t.Ticket, Confirm: t.Confirm}
	}
	for _, p := range f.Parts {
		m.Parts = append(m.Parts, p.Part)
	}
	for _, field := range f.Meta.Fields {
		m.Fields = append(m.Fields, field.Model())
	}
	return m
}

// Model returns the field as the other programs know it. Options and hidden
// values stay exactly as they stand in the file: they are sent back.
func (f *Field) Model() policy.Field {
	return policy.Field{
		Name: f.Name.Value, Type: f.Type, Label: markdown.Smart(f.Label), Help: markdown.Smart(f.Help), Required: f.Required,
		Category: f.Category.Value, Purpose: f.Purpose.Value, Choice: f.Choice.Value, Options: values(f.Options),
		From: f.From, To: f.To, Low: markdown.Smart(f.Low), High: markdown.Smart(f.High), Min: f.Min, Max: f.Max, Value: f.Value,
	}
}
