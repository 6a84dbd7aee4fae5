package build

import (
	"fmt"
	"html"
	"net/url"
	"strings"

	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/markdown"
	"indigex.com/indigex/build/problem"
	"indigex.com/indigex/templates"
)

// resolve fills the gaps of a page's document and checks every reference
// that the page makes to others.
func (p *page) resolve(r *reader) {
	doc := &p.page.Document
	p.filled = make([]string, len(doc.Gaps))
	for i, gap := range doc.Gaps {
		if gap.Kind == markdown.ImageGap {
			p.filled[i] = p.imageGap(r, gap)
		} else {
			p.filled[i] = p.linkGap(r, gap)
		}
	}
	m := p.meta()
	for _, a := range m.Actions {
		r.reference(p.path, a.Page)
	}
	for _, f := range m.Features {
		r.reference(p.path, f.Page)
	}
	if m.Product != nil {
		for _, related := range m.Product.Related {
			r.reference(p.path, related)
		}
	}
	if m.Image != nil {
		p.picture(r, m.Image.File)
	}
	if m.List != nil && m.List.Of.Value != "" {
		folder := join(p.path, m.List.Of.Value)
		if r.folder(folder, ""); len(r.x.folders[folder]) == 0 {
			r.report(p.path, m.List.Of.Pos, "link-target", fmt.Sprintf("there is no folder %s with pages", m.List.Of.Value), "name a folder, relative to this file")
		}
	}
}

// linkGap returns the address that a link's destination means.
func (p *page) linkGap(r *reader, gap markdown.Gap) string {
	at := front.Pos{Line: gap.Line, Col: gap.Col}
	target, err := url.Parse(gap.Target)
	if err != nil || target.Scheme != "" || target.Host != "" {
		r.report(p.path, at, "link-target", fmt.Sprintf("link %q can't be read", gap.Target), "write %20 for a space, or rename the file")
		return "#"
	}
	switch {
	case target.Path == "" && target.RawQuery == "":
		return p.fragment(r, at, p, target.Fragment)
	case strings.HasPrefix(target.Path, "/"):
		return p.rooted(r, at, gap.Target, target)
	}
	full := join(p.path, target.Path)
	if strings.HasSuffix(target.Path, ".md") {
		return p.pageLink(r, at, gap.Target, full, target)
	}
	if s := r.source(full); s != nil {
		return html.EscapeString(r.assetURL(p.site, s))
	}
	message, hint := r.missing(full, target.Path)
	r.report(p.path, at, "link-target", message, hint)
	return "#"
}

func (p *page) pageLink(r *reader, at front.Pos, written, full string, target *url.URL) string {
	to := r.page(full)
	if to == nil {
		message, hint := r.missing(full, target.Path)
		r.report(p.path, at, "link-target", message, hint)
		return "#"
	}
	address := to.from(p.site)
	if target.RawQuery != "" {
		address += "?" + target.RawQuery
	}
	if target.Fragment == "" {
		return html.EscapeString(address)
	}
	return html.EscapeString(address) + p.fragment(r, at, to, target.Fragment)
}

// from is the page's address as seen from a site: a path on the same site,
// the whole address on another.
func (p *page) from(t *site) string {
	if p.site == t {
		return p.url
	}
	return p.site.origin + p.url
}

// fragment checks that a page has an id, and returns it with its mark.
func (p *page) fragment(r *reader, at front.Pos, to *page, id string) string {
	if to != p {
		r.note(anchorsOf, to.path)
	}
	if id != "" && !to.anchors[id] {
		r.report(p.path, at, "link-anchor", fmt.Sprintf("there is no heading #%s in %s", id, to.path), idsOf(to, id))
	}
	return "#" + html.EscapeString(url.PathEscape(id))
}

// idsOf helps who named an id that a page doesn't have.
func idsOf(to *page, id string) string {
	ids := to.page.Document.Anchors
	if near := problem.Nearest(id, ids); near != "" {
		return fmt.Sprintf("did you mean #%s?", near)
	}
	if len(ids) == 0 {
		return fmt.Sprintf("%s has no headings with ids", to.path)
	}
	return "ids there: #" + strings.Join(ids[:min(len(ids), 8)], ", #")
}

// rooted allows addresses that the site is known to have.
func (p *page) rooted(r *reader, at front.Pos, written string, target *url.URL) string {
	r.note(pagesOf, p.site.id)
	r.note(declaredOf, "")
	if address, to, ok := r.x.elsewhere(p.site, target); ok {
		if to != nil && target.Fragment != "" {
			p.fragment(r, at, to, target.Fragment)
		}
		return html.EscapeString(address)
	}
	file, ok := r.x.addresses[p.site.host+strings.ToLower(target.Path)]
	if !ok {
		r.report(p.path, at, "link-target", fmt.Sprintf("site %s has no address %s", p.site.id, target.Path), r.x.nearAddress(target.Path))
		return "#"
	}
	if to := r.x.byPath[file]; to != nil && target.Fragment != "" {
		p.fragment(r, at, to, target.Fragment)
	}
	return html.EscapeString(written)
}

// assetURL is the address of a file beside pages, as seen from a site.
func (r *reader) assetURL(from *site, s *source) string {
	id, rel := siteOf(s.path)
	address := (&url.URL{Path: "/" + rel}).EscapedPath()
	if t := r.x.byID[id]; t != nil && t != from {
		return t.origin + address
	}
	return address
}

// imageGap returns the attributes of an img element.
func (p *page) imageGap(r *reader, gap markdown.Gap) string {
	target, err := url.Parse(gap.Target)
	name := gap.Target
	if err == nil {
		name = target.Path
	}
	image := p.picture(r, front.Text{Value: name, Pos: front.Pos{Line: gap.Line, Col: gap.Col}})
	if image == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, ` src="%s" width="%d" height="%d" loading="lazy" decoding="async"`, html.EscapeString(image.Src), image.Width, image.Height)
	if image.Srcset != "" {
		fmt.Fprintf(&b, ` srcset="%s" sizes="(min-width: 48rem) 44rem, 100vw"`, html.EscapeString(image.Srcset))
	}
	return b.String()
}

// picture finds the picture that a page names and reports it where there is
// none.
func (p *page) picture(r *reader, file front.Text) *templates.Image {
	if file.Value == "" {
		return nil
	}
	full := join(p.path, file.Value)
	s := r.source(full)
	switch {
	case s == nil:
		_, hint := r.missing(full, file.Value)
		r.report(p.path, file.Pos, "image-missing", fmt.Sprintf("there is no picture %s", file.Value), hint)
		return nil
	case !strings.HasPrefix(full, "sites/"+p.site.id+"/"):
		r.report(p.path, file.Pos, "image-elsewhere", fmt.Sprintf("picture %s belongs to another site", file.Value), "copy it beside this page: pages load pictures from their own host alone")
		return nil
	case s.info == nil:
		r.report(p.path, file.Pos, "image-missing", fmt.Sprintf("%s is not a picture that can be shown", file.Value), "use svg, png, jpg, gif or webp")
		return nil
	}
	return r.image(p.site, s)
}
