package build

import (
	"net/url"
	"strings"

	"indigex.com/indigex/build/content"
	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/markdown"
	"indigex.com/indigex/build/policies"
	"indigex.com/indigex/policy"
)

// A formText is a form whose words are resolved as a page's are, but for a
// reader who may be on any host.
type formText struct {
	*policies.Form
	text *page
}

// formTexts makes the words of all forms pages of a place that is none of the
// sites, so that links to each of them have the whole address.
func (b *Builder) formTexts() []*formText {
	if len(b.x.sites) == 0 {
		return nil // reported
	}
	apex := b.x.sites[0]
	nowhere := &site{id: apex.id, host: apex.host, origin: apex.origin}
	var all []*formText
	for _, f := range b.x.declared.Forms {
		p := &page{
			source: &source{path: f.File, kind: declaredFile, page: &content.Page{Document: f.Document}},
			site:   nowhere, url: "/forms/" + f.ID,
		}
		p.setAnchors()
		all = append(all, &formText{f, p})
	}
	return all
}

// resolve fills the gaps of the words.
func (f *formText) resolve(r *reader) {
	gaps := f.Document.Gaps
	f.text.filled = make([]string, len(gaps))
	for i, gap := range gaps {
		if gap.Kind == markdown.ImageGap {
			r.report(f.File, front.Pos{Line: gap.Line, Col: gap.Col}, "image-elsewhere", "a form can't show pictures", "link to a page that shows it: every site has the form, and pages load pictures from their own host alone")
			continue
		}
		f.text.filled[i] = f.anywhere(f.text.linkGap(r, gap))
	}
}

// anywhere turns a path on the first site into a whole address, unless every
// host has it.
func (f *formText) anywhere(address string) string {
	if target, err := url.Parse(address); err == nil && strings.HasPrefix(address, "/") {
		if _, edge := policy.EdgeAddress(target.Path, func(string) bool { return true }); !edge {
			return f.text.site.origin + address
		}
	}
	return address
}

// formModels are the forms with their words as HTML.
func (b *Builder) formModels(forms []*formText) []policy.Form {
	var choices []policy.Choice
	for _, c := range b.x.declared.Choices {
		choices = append(choices, c.Model())
	}
	var all []policy.Form
	for _, f := range forms {
		m := f.Model()
		for i, p := range f.Parts {
			var html strings.Builder
			f.text.writePart(&html, p.Start, p.End) // into memory: does not fail
			m.Parts[i].HTML = html.String()
		}
		m.Hash = policy.HashForm(&m, choices)
		all = append(all, m)
	}
	return all
}
