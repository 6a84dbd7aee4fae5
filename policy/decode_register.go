package policy

func (d catalogReader) company(c *Company) error {
	return d.object([]member{
		{"name", d.text(&c.Name)},
		{"legal_name", d.text(&c.LegalName)},
		{"domain", d.text(&c.Domain)},
		{"postal_address", d.texts(&c.PostalAddress)},
		{"contacts", func() error { return list(d, &c.Contacts, d.contact) }},
	})
}

func (d catalogReader) contact(c *Contact) error {
	return d.object([]member{
		{"id", d.text(&c.ID)},
		{"label", d.text(&c.Label)},
		{"email", d.text(&c.Email)},
		{"about", d.text(&c.About)},
	})
}

func (d catalogReader) promises(p *Promises) error {
	return d.object([]member{
		{"choices", d.texts(&p.Choices)},
		{"purposes", d.texts(&p.Purposes)},
		{"categories", d.texts(&p.Categories)},
		{"processors", d.texts(&p.Processors)},
		{"mechanisms", d.texts(&p.Mechanisms)},
	})
}

func (d catalogReader) purpose(p *Purpose) error {
	return d.object([]member{
		{"id", d.text(&p.ID)},
		{"name", d.text(&p.Name)},
		{"text", d.text(&p.Text)},
		{"dpv", d.text(&p.DPV)},
		{"categories", d.texts(&p.Categories)},
		{"choice", d.text(&p.Choice)},
		{"optional", d.truth(&p.Optional)},
	})
}

func (d catalogReader) category(c *Category) error {
	return d.object([]member{
		{"id", d.text(&c.ID)},
		{"name", d.text(&c.Name)},
		{"text", d.text(&c.Text)},
		{"dpv", d.text(&c.DPV)},
		{"retention", d.text(&c.Retention)},
	})
}

func (d catalogReader) retention(r *Retention) error {
	return d.object([]member{
		{"id", d.text(&r.ID)},
		{"keep", parsed(d, &r.Keep, ParsePeriod)},
		{"from", d.text(&r.From)},
		{"text", d.text(&r.Text)},
	})
}

func (d catalogReader) mechanism(m *Mechanism) error {
	return d.object([]member{
		{"id", d.text(&m.ID)},
		{"name", d.text(&m.Name)},
		{"text", d.text(&m.Text)},
		{"address", d.text(&m.Address)},
	})
}

func (d catalogReader) processor(p *Processor) error {
	return d.object([]member{
		{"id", d.text(&p.ID)},
		{"role", d.text(&p.Role)},
		{"service", d.text(&p.Service)},
		{"country", d.text(&p.Country)},
		{"purposes", d.texts(&p.Purposes)},
		{"categories", d.texts(&p.Categories)},
	})
}

func (d catalogReader) form(f *Form) error {
	return d.object([]member{
		{"id", d.text(&f.ID)},
		{"title", d.text(&f.Title)},
		{"description", d.text(&f.Description)},
		{"policy", d.text(&f.Policy)},
		{"who", d.text(&f.Who)},
		{"retention", d.text(&f.Retention)},
		{"opens", parsed(d, &f.Opens, ParseMoment)},
		{"closes", parsed(d, &f.Closes, ParseMoment)},
		{"apart", d.truth(&f.Apart)},
		{"then", func() error { return d.then(&f.Then) }},
		{"draw", func() error { return d.draw(&f.Draw) }},
		{"parts", func() error { return list(d, &f.Parts, d.part) }},
		{"fields", func() error { return list(d, &f.Fields, d.field) }},
		{"hash", d.text(&f.Hash)},
	})
}

func (d catalogReader) draw(to *Draw) error {
	return d.object([]member{
		{"winners", d.number(&to.Winners)},
		{"substitutes", d.number(&to.Substitutes)},
		{"source", d.text(&to.Source)},
		{"known", parsed(d, &to.Known, ParseMoment)},
	})
}

func (d catalogReader) then(t *Then) error {
	return d.object([]member{
		{"say", d.text(&t.Say)},
		{"mail", d.text(&t.Mail)},
		{"subject", d.text(&t.Subject)},
		{"ticket", d.text(&t.Ticket)},
		{"confirm", d.truth(&t.Confirm)},
	})
}

func (d catalogReader) part(p *Part) error {
	return d.object([]member{
		{"id", d.text(&p.ID)},
		{"title", d.text(&p.Title)},
		{"text", d.text(&p.Text)},
		{"html", d.text(&p.HTML)},
	})
}

func (d catalogReader) field(f *Field) error {
	return d.object([]member{
		{"name", d.text(&f.Name)},
		{"type", d.text(&f.Type)},
		{"label", d.text(&f.Label)},
		{"help", d.text(&f.Help)},
		{"required", d.truth(&f.Required)},
		{"category", d.text(&f.Category)},
		{"purpose", d.text(&f.Purpose)},
		{"choice", d.text(&f.Choice)},
		{"options", d.texts(&f.Options)},
		{"from", d.number(&f.From)},
		{"to", d.number(&f.To)},
		{"low", d.text(&f.Low)},
		{"high", d.text(&f.High)},
		{"min", d.text(&f.Min)},
		{"max", d.text(&f.Max)},
		{"value", d.text(&f.Value)},
	})
}
