package build

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/policies"
	"indigex.com/indigex/templates"
)

// A notice is the policy for programs: JSON-LD in terms of the W3C Data
// Privacy Vocabulary (https://w3id.org/dpv), version 2. A program that knows
// no JSON-LD reads it as plain JSON.
type notice struct {
	Context    map[string]any    `json:"@context"`
	ID         string            `json:"@id"`
	Type       string            `json:"@type"`
	Title      string            `json:"title"`
	Language   string            `json:"language"`
	Controller noticeController  `json:"controller"`
	Version    int               `json:"version"`
	Effective  string            `json:"effective"`
	Published  string            `json:"published"`
	Versions   []noticeVersion   `json:"versions"`
	Sections   []noticeSection   `json:"sections"`
	Purposes   []noticePurpose   `json:"purposes"`
	Data       []noticeData      `json:"data"`
	Choices    []noticeChoice    `json:"choices"`
	Recipients []noticeRecipient `json:"recipients"`
}

type noticeController struct {
	Type    string `json:"@type"`
	Name    string `json:"name"`
	Contact string `json:"contact,omitempty"`
}

type noticeVersion struct {
	ID        string `json:"@id"`
	Number    int    `json:"number"`
	Published string `json:"published"`
	Effective string `json:"effective"`
	Summary   string `json:"summary"`
}

type noticeSection struct {
	ID    string `json:"@id"`
	Title string `json:"title"`
	Hash  string `json:"sha256"`
}

type noticePurpose struct {
	ID       string   `json:"@id"`
	Type     []string `json:"@type"`
	Name     string   `json:"name"`
	Text     string   `json:"description"`
	Data     []string `json:"uses"`
	Choice   string   `json:"permittedBy,omitempty"`
	Optional bool     `json:"optional"`
	Sections []string `json:"promisedIn"`
}

type noticeData struct {
	ID       string   `json:"@id"`
	Type     []string `json:"@type"`
	Name     string   `json:"name"`
	Text     string   `json:"description,omitempty"`
	Keep     string   `json:"keptFor"`
	KeptText string   `json:"keptForText"`
}

type noticeChoice struct {
	ID      string   `json:"@id"`
	Name    string   `json:"name"`
	Words   string   `json:"words"`
	Hash    string   `json:"sha256"`
	Permits []string `json:"permits"`
	Address string   `json:"address"`
	GPC     bool     `json:"refusedByGPC"`
}

type noticeRecipient struct {
	ID       string   `json:"@id"`
	Type     string   `json:"@type"`
	Name     string   `json:"name"`
	Text     string   `json:"description"`
	Country  string   `json:"country"`
	Purposes []string `json:"purposes"`
	Data     []string `json:"mayReceive"`
}

// context maps the notice's members to terms.
func noticeContext() map[string]any {
	reference := func(term string) map[string]string { return map[string]string{"@id": term, "@type": "@id"} }
	return map[string]any{
		"dpv": "https://w3id.org/dpv#", "pd": "https://w3id.org/dpv/pd#", "dct": "http://purl.org/dc/terms/", "schema": "https://schema.org/",
		"title": "dct:title", "name": "dct:title", "description": "dct:description", "language": "dct:language",
		"controller": "dpv:hasDataController", "contact": "dpv:hasContact", "version": "schema:version", "number": "schema:version",
		"published": "dct:issued", "effective": "dct:valid", "versions": "dct:hasVersion", "summary": "dct:abstract",
		"sections": "dct:hasPart", "purposes": "dpv:hasPurpose", "data": "dpv:hasPersonalData", "uses": reference("dpv:hasPersonalData"),
		"choices": "dpv:hasConsentControl", "recipients": "dpv:hasRecipient", "mayReceive": reference("dpv:hasPersonalData"),
		"keptFor": "dpv:hasDuration", "permits": reference("dpv:hasPurpose"), "address": reference("schema:url"), "country": "dpv:hasCountry",
	}
}

// policyData writes policy.json: what the version in force promises, with
// every version.
func (b *Builder) policyData(p *policyPage, w *bytes.Buffer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(b.notice(p))
}

func (b *Builder) notice(p *policyPage) notice {
	v, root := p.version, p.site.origin+p.root()
	n := notice{
		Context: noticeContext(), ID: root, Type: "dpv:PrivacyNotice", Title: p.policy.Model(true).Title, Language: p.site.view.Language,
		Controller: noticeController{Type: "dpv:DataController", Name: b.x.provider.LegalName},
		Version:    v.Number(), Effective: day(v.Effective()), Published: day(v.Meta.Published.Time),
		Versions: []noticeVersion{}, Sections: []noticeSection{}, Purposes: []noticePurpose{}, Data: []noticeData{},
		Choices: []noticeChoice{}, Recipients: []noticeRecipient{},
	}
	if c := b.contactOf(p.policy); c != nil {
		n.Controller.Contact = c.Email
	}
	for _, other := range p.standing.public {
		n.Versions = append(n.Versions, noticeVersion{
			ID: fmt.Sprintf("%sv/%d/", root, other.Number()), Number: other.Number(), Published: day(other.Meta.Published.Time),
			Effective: day(other.Effective()), Summary: other.Model().Summary,
		})
	}
	for _, s := range v.Sections() {
		n.Sections = append(n.Sections, noticeSection{ID: root + "#" + s.ID, Title: s.Title, Hash: s.Hash})
	}
	b.noticePromises(&n, p, root)
	return n
}

// noticePromises lists what the version promises, in the order of the files
// that declare it.
func (b *Builder) noticePromises(n *notice, p *policyPage, root string) {
	set, v := b.x.declared, p.version
	id := func(kind, id string) string { return root + "policy.json#" + kind + "-" + id }
	all := func(kind string, ids []front.Text) []string {
		list := []string{}
		for _, ref := range ids {
			list = append(list, id(kind, ref.Value))
		}
		return list
	}
	for _, c := range set.Purposes {
		if in := promisedIn(v, c.ID.Value, func(p policies.Promise) []front.Text { return p.Purposes }); len(in) > 0 {
			for i := range in {
				in[i] = root + "#" + in[i]
			}
			n.Purposes = append(n.Purposes, noticePurpose{ID: id("purpose", c.ID.Value), Type: typesOf("dpv:Purpose", c.DPV.Value), Name: c.Name, Text: c.Text, Data: all("data", c.Categories), Choice: c.Choice.Value, Optional: c.Optional, Sections: in})
		}
	}
	for _, c := range set.Categories {
		if len(promisedIn(v, c.ID.Value, func(p policies.Promise) []front.Text { return p.Categories })) > 0 {
			d := noticeData{ID: id("data", c.ID.Value), Type: typesOf("dpv:PersonalData", c.DPV.Value), Name: c.Name, Text: c.Text}
			if i := slices.IndexFunc(set.Retentions, func(r *policies.Retention) bool { return r.ID.Value == c.Retention.Value }); i >= 0 {
				d.Keep, d.KeptText = set.Retentions[i].Keep.Value, set.Retentions[i].Text
			}
			n.Data = append(n.Data, d)
		}
	}
	for _, c := range set.Choices {
		if len(promisedIn(v, c.ID.Value, func(p policies.Promise) []front.Text { return p.Choices })) > 0 {
			m := c.Model()
			n.Choices = append(n.Choices, noticeChoice{ID: id("choice", m.ID), Name: m.Name, Words: m.Words, Hash: m.Hash, Permits: all("purpose", c.Purposes), Address: p.site.origin + "/preferences#choice." + m.ID, GPC: m.GPC})
		}
	}
	for _, c := range set.Processors {
		if len(promisedIn(v, c.ID.Value, func(p policies.Promise) []front.Text { return p.Processors })) > 0 {
			n.Recipients = append(n.Recipients, noticeRecipient{ID: id("recipient", c.ID.Value), Type: "dpv:DataProcessor", Name: c.Role, Text: c.Service, Country: c.Country.Value, Purposes: all("purpose", c.Purposes), Data: all("data", c.Categories)})
		}
	}
}

// typesOf is a general term with the precise one where there is one.
func typesOf(general, precise string) []string {
	if precise == "" {
		return []string{general}
	}
	return []string{general, precise}
}

// promisedIn returns the sections that promise an id.
func promisedIn(v *policies.Version, id string, of func(policies.Promise) []front.Text) []string {
	var in []string
	for _, p := range v.Meta.Promises {
		if slices.ContainsFunc(of(p), func(t front.Text) bool { return t.Value == id }) {
			in = append(in, p.Section.Value)
		}
	}
	return in
}

// policyStructured describes a page of a policy for programs that read
// pages: schema.org for its place, the Data Privacy Vocabulary for its
// meaning. The whole stands in policy.json.
func (b *Builder) policyStructured(p *policyPage, v *templates.Page) []string {
	all := []any{breadcrumbData(v)}
	if p.kind == inForcePage || p.kind == permanentPage {
		full := b.notice(p)
		var purposes, data []string
		for _, c := range full.Purposes {
			purposes = append(purposes, c.Type[len(c.Type)-1])
		}
		for _, c := range full.Data {
			data = append(data, c.Type[len(c.Type)-1])
		}
		all = append(all, struct {
			Context   map[string]any `json:"@context"`
			ID        string         `json:"@id"`
			Type      string         `json:"@type"`
			Title     string         `json:"title"`
			Version   int            `json:"version"`
			Published string         `json:"published"`
			Effective string         `json:"effective"`
			Whole     string         `json:"whole"`
			Purposes  []string       `json:"purposes"`
			Data      []string       `json:"data"`
		}{shortContext(), v.Canonical, full.Type, full.Title, full.Version, full.Published, full.Effective, full.ID + "policy.json", unique(purposes), unique(data)})
	}
	return encoded(all)
}

func shortContext() map[string]any {
	reference := func(term string) map[string]string { return map[string]string{"@id": term, "@type": "@id"} }
	return map[string]any{
		"dpv": "https://w3id.org/dpv#", "pd": "https://w3id.org/dpv/pd#", "title": "http://purl.org/dc/terms/title",
		"version": "https://schema.org/version", "published": "http://purl.org/dc/terms/issued", "effective": "http://purl.org/dc/terms/valid",
		"whole": reference("http://www.w3.org/2000/01/rdf-schema#seeAlso"), "purposes": reference("dpv:hasPurpose"), "data": reference("dpv:hasPersonalData"),
	}
}

func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
