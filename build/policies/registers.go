package policies

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/problem"
	"indigex.com/indigex/policy"
)

// term is a term of the Data Privacy Vocabulary or of its extension for
// personal data.
var term = regexp.MustCompile(`^(dpv|pd):[A-Z][A-Za-z0-9-]*$`)

func (c *checker) term(at front.Text) {
	if policy.IsSale(at.Value) {
		c.report(problem.Error, PurposesFile, at.Pos, "dpv-term", fmt.Sprintf("%q is a purpose of sale", at.Value), "people's information is not for sale here: name what else is done with it, or remove the purpose")
		return
	}
	if at.Value != "" && !term.MatchString(at.Value) {
		c.report(problem.Error, PurposesFile, at.Pos, "dpv-term", fmt.Sprintf("%q is no term of the Data Privacy Vocabulary", at.Value), `write a prefix and a name, such as "dpv:DirectMarketing" or "pd:EmailAddress", or leave it out`)
	}
}

func (c *checker) purposes() {
	for _, p := range c.Purposes {
		c.term(p.DPV)
		c.refer(PurposesFile, categoryKind, p.Categories...)
		if len(c.refer(PurposesFile, choiceKind, p.Choice)) == 0 {
			continue
		}
		if !slices.ContainsFunc(c.Choice(p.Choice.Value).Purposes, p.is) {
			c.report(problem.Error, PurposesFile, p.Choice.Pos, "choice-purpose", fmt.Sprintf("choice %q does not permit purpose %q", p.Choice.Value, p.ID.Value), "add the purpose to the choice's purposes in "+ChoicesFile+", or name another choice")
		}
	}
}

func (p *Purpose) is(ref front.Text) bool { return ref.Value == p.ID.Value }

func (c *checker) categories() {
	for _, k := range c.Categories {
		c.term(k.DPV)
		if k.Retention.Value == "" && k.Retention.Line == 0 {
			c.report(problem.Error, PurposesFile, k.ID.Pos, "retention", fmt.Sprintf("category %q has no retention", k.ID.Value), "say how long it is kept: name one of the rules below retention:")
		}
		c.refer(PurposesFile, retentionKind, k.Retention)
	}
}

func (c *checker) retentions() {
	used := map[string]bool{}
	for _, k := range c.Categories {
		used[k.Retention.Value] = true
	}
	for _, f := range c.Forms {
		used[f.Meta.Retention.Value] = true
	}
	for _, r := range c.Retentions {
		if _, err := policy.ParsePeriod(r.Keep.Value); r.Keep.Value != "" && err != nil {
			c.report(problem.Error, PurposesFile, r.Keep.Pos, "retention", fmt.Sprintf("keep can't be %q", r.Keep.Value), "write a duration of ISO 8601, such as P3Y, P6M, P90D or PT12H")
		}
		if r.ID.Value != "" && !used[r.ID.Value] {
			c.report(problem.Notice, PurposesFile, r.ID.Pos, "policy-unused", fmt.Sprintf("no category and no form has retention %q", r.ID.Value), "remove it, if it is not to come")
		}
	}
}

func (c *checker) mechanisms(pledges []pledge) {
	for _, m := range c.Mechanisms {
		path, _, _ := strings.Cut(m.Address.Value, "#")
		path, _, _ = strings.Cut(path, "?")
		switch {
		case m.Address.Value == "": // reported where it was decoded
		case !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//"):
			c.report(problem.Error, PurposesFile, m.Address.Pos, "mechanism-address", fmt.Sprintf("address %q is no path on the sites", m.Address.Value), "write it from the root, such as /preferences")
		case !c.Serves(path):
			c.report(problem.Error, PurposesFile, m.Address.Pos, "mechanism-address", fmt.Sprintf("nothing answers at %s", path), "write the page or the form, or correct the address")
		}
		if m.ID.Value != "" && !slices.ContainsFunc(pledges, func(p pledge) bool { return p.has(mechanismKind, m.ID.Value) }) {
			c.report(problem.Notice, PurposesFile, m.ID.Pos, "policy-unused", fmt.Sprintf("no policy promises mechanism %q", m.ID.Value), "name it in a section's promises of a new version, or remove it")
		}
	}
}

// nowhere reports what is declared and promised by no current version. What a
// version promises that can't be read is not known.
func (c *checker) nowhere(pledges []pledge) {
	if slices.ContainsFunc(pledges, func(p pledge) bool { return !c.legible(p.version) }) {
		return
	}
	for _, r := range c.registers() {
		if r.kind == mechanismKind || r.kind == retentionKind {
			continue
		}
		for _, id := range r.ids {
			published := func(p pledge) bool { return p.has(r.kind, id.Value) && !p.version.Meta.Draft }
			switch {
			case id.Value == "" || slices.ContainsFunc(pledges, published):
			case slices.ContainsFunc(pledges, func(p pledge) bool { return p.has(r.kind, id.Value) }):
				c.report(problem.Warning, r.file, id.Pos, "promise-missing", fmt.Sprintf("%s %q is promised by a draft alone", r.kind, id.Value), "nothing may use it before the draft is published")
			default:
				c.report(problem.Error, r.file, id.Pos, "promise-missing", fmt.Sprintf("%s %q is promised nowhere", r.kind, id.Value), "name it in a section's promises of a new version, or remove it")
			}
		}
	}
}

// choice checks that a choice is offered where it says, and what it permits.
func (c *checker) choice(choice *Choice, pledges []pledge) {
	c.way(choice)
	policies := idsOf(c.Policies, func(p *Policy) front.Text { return front.Text{Value: p.ID} })
	offered := c.known(ChoicesFile, choice.Policy, "policy", policies, "policies/")
	purposes := c.refer(ChoicesFile, purposeKind, choice.Purposes...)
	for _, p := range purposes {
		if i := slices.IndexFunc(c.Purposes, func(q *Purpose) bool { return q.is(p) }); c.Purposes[i].Choice.Value == "" {
			c.report(problem.Error, ChoicesFile, p.Pos, "choice-purpose", fmt.Sprintf("purpose %q needs no choice", p.Value), fmt.Sprintf("add choice: %s to the purpose in %s, or leave it out here", choice.ID.Value, PurposesFile))
		}
	}
	if offered && choice.ID.Value != "" {
		c.offer(choice, purposes, pledges)
	}
}

// offer holds a choice against the first current version that promises it.
func (c *checker) offer(choice *Choice, purposes []front.Text, pledges []pledge) {
	promising := slices.DeleteFunc(slices.Clone(pledges), func(p pledge) bool { return !p.has(choiceKind, choice.ID.Value) })
	if len(promising) == 0 {
		return // reported as promised nowhere
	}
	i := slices.IndexFunc(promising, func(p pledge) bool { return p.version.Policy.ID == choice.Policy.Value })
	if i < 0 {
		c.report(problem.Error, ChoicesFile, choice.Policy.Pos, "choice-section", fmt.Sprintf("policy %q does not promise choice %q", choice.Policy.Value, choice.ID.Value), "name the policy that does: "+promising[0].version.Policy.ID)
		return
	}
	held := promising[i]
	c.offering(choice, held)
	for _, p := range purposes {
		anywhere := slices.ContainsFunc(pledges, func(q pledge) bool { return q.has(purposeKind, p.Value) })
		if anywhere && !held.has(purposeKind, p.Value) {
			c.report(problem.Error, ChoicesFile, p.Pos, "choice-purpose", fmt.Sprintf("%v promises choice %q, but not its purpose %q", held.version, choice.ID.Value, p.Value), "name the purpose in the promises of the section that offers the choice, in a new version")
		}
	}
}

// offering checks the section that a choice names.
func (c *checker) offering(choice *Choice, held pledge) {
	if choice.Section.Value == "" {
		return // reported where it was decoded
	}
	var section string
	for _, id := range held.version.Policy.synonyms(choice.Section.Value) {
		section = cmp.Or(section, held.version.Top(id))
	}
	where := held.sections[thing{choiceKind, choice.ID.Value}]
	switch {
	case section == "":
		c.report(problem.Error, ChoicesFile, choice.Section.Pos, "choice-section", fmt.Sprintf("%v has no section %q", held.version, choice.Section.Value), c.nearSection(held.version, choice.Section.Value))
	case !slices.Contains(where, section):
		c.report(problem.Error, ChoicesFile, choice.Section.Pos, "choice-section", fmt.Sprintf("section %q of %v does not promise choice %q", choice.Section.Value, held.version, choice.ID.Value), "name the section that does: "+strings.Join(where, ", "))
	}
}

// way checks that kind, sender and channel of a choice go together.
func (c *checker) way(choice *Choice) {
	var message, hint string
	switch {
	case (choice.Kind == "third-party") != (choice.Sender == "third-party") && choice.Kind != "" && choice.Sender != "":
		message = fmt.Sprintf("a choice of kind %s can't have the sender %s", choice.Kind, choice.Sender)
		hint = "kind third-party and sender third-party stand together: offers of other companies"
	case choice.Sender == "" && (choice.Channel != "" || choice.Kind == "third-party"):
		message, hint = "the choice doesn't say who sends", "add sender: provider, or third-party for offers of other companies"
	case choice.Channel == "" && (choice.Kind == "marketing" || choice.Kind == "newsletter"):
		message, hint = fmt.Sprintf("a choice of kind %s needs a channel", choice.Kind), "add channel: email, postal or telephone"
	case choice.Channel == "telephone" && choice.Kind == "newsletter":
		message, hint = "a newsletter can't come by telephone", "name the channel email or postal, or the kind marketing"
	case choice.Channel != "" && (choice.Kind == "billing" || choice.Kind == "profile"):
		message, hint = fmt.Sprintf("a choice of kind %s sends nothing, and needs no channel", choice.Kind), "remove the channel"
	default:
		return
	}
	c.report(problem.Error, ChoicesFile, choice.ID.Pos, "choice-channel", message, hint)
}

// country is a code of ISO 3166-1 alpha-2.
var country = regexp.MustCompile(`^[A-Z]{2}$`)

// processor checks what a processor may do and get, and that a policy that
// names it also promises what it does.
func (c *checker) processor(p *Processor, pledges []pledge) {
	if p.Country.Value != "" && !country.MatchString(p.Country.Value) {
		c.report(problem.Error, ProcessorsFile, p.Country.Pos, "country", fmt.Sprintf("country can't be %q", p.Country.Value), "write the two capital letters of ISO 3166-1, such as US")
	}
	c.refer(ProcessorsFile, categoryKind, p.Categories...)
	for _, purpose := range c.refer(ProcessorsFile, purposeKind, p.Purposes...) {
		var named, anywhere, together bool
		for _, q := range pledges {
			names, promises := q.has(processorKind, p.ID.Value), q.has(purposeKind, purpose.Value)
			named, anywhere, together = named || names, anywhere || promises, together || names && promises
		}
		if named && anywhere && !together {
			c.report(problem.Error, ProcessorsFile, purpose.Pos, "processor-purpose", fmt.Sprintf("no policy promises both processor %q and purpose %q", p.ID.Value, purpose.Value), "name both in the promises of one policy, or leave the purpose out here")
		}
	}
}
