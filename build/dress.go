package build

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/url"
	"path"
	"strings"

	"github.com/a-h/templ"

	"indigex.com/indigex/build/bundle"
	"indigex.com/indigex/build/content"
	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/picture"
	"indigex.com/indigex/build/problem"
	"indigex.com/indigex/templates"
)

// A style is a site's bundled stylesheets and its script.
type style struct {
	site, code, edge bundled
	// script has no data where the site needs none.
	script   bundled
	problems problem.List
}

// A bundled file has the address that it is served by.
type bundled struct {
	address string
	data    []byte
}

var noBody = templ.ComponentFunc(func(context.Context, io.Writer) error { return nil })

// dress gives a site what all its pages share. Pages are rendered again only
// if that differs from what they shared before.
func (b *Builder) dress(t *site, before *index) {
	r := &reader{b: b, x: b.x}
	view := b.siteView(r, t)
	t.look = b.looks(t, view)
	b.x.problems = append(b.x.problems, r.problems...)
	if before != nil && before.byID[t.id] != nil && before.byID[t.id].look == t.look {
		t.view = before.byID[t.id].view
		return
	}
	prepared, err := templates.Prepare(view)
	if err != nil {
		panic(err) // rendering into memory does not fail
	}
	t.view = prepared
}

// looks is the hash of all that pages of a site read beside their own file
// and their topics.
func (b *Builder) looks(t *site, view templates.Site) hash {
	h := sha256.New()
	fmt.Fprintf(h, "%+v %+v %q %q", view, b.x.provider, t.file.Brand.Card.Value, t.file.Brand.Icon.Value)
	for _, other := range b.x.sites {
		fmt.Fprintf(h, "%q %q %q %q %q", other.id, other.origin, other.file.Title.Value, other.file.Short, other.file.Currency.Value)
	}
	return hash(h.Sum(nil))
}

func (b *Builder) siteView(r *reader, t *site) templates.Site {
	file, provider := t.file, b.x.provider
	st := b.style(t)
	r.problems = append(r.problems, st.problems...)
	v := templates.Site{
		ID: t.id, Title: file.Title.Value, Short: file.Short, Description: file.Description.Value,
		Language: cmp.Or(file.Language.Value, provider.Language.Value, "en"), Origin: t.origin,
		Provider: provider.Name, LegalName: provider.LegalName,
		Logo: b.inline(r, t, file.Brand.Logo), Motif: b.inline(r, t, file.Brand.Motif),
		Stylesheet: st.site.address, CodeStylesheet: st.code.address, EdgeStylesheet: st.edge.address, Script: st.script.address,
		ThemeLight: file.Brand.Light.Background.Value, ThemeDark: file.Brand.Dark.Background.Value,
	}
	for _, ref := range []front.Text{file.Brand.Icon, file.Brand.Card} {
		if ref.Value != "" {
			b.brandFile(r, t, ref)
		}
	}
	if file.Brand.Icon.Value != "" {
		v.Icon, v.TouchIcon = "/icon-32.png", "/apple-touch-icon.png"
	}
	for _, other := range b.x.sites {
		v.Family = append(v.Family, templates.Link{Title: other.file.Short, URL: other.origin + "/", Current: other == t})
	}
	name := path.Join("sites", t.id, "site.yaml")
	v.Navigation = b.menu(r, t, name, file.Navigation)
	for _, column := range file.Footer {
		v.Footer = append(v.Footer, templates.Column{Title: column.Title, Links: b.menu(r, t, name, column.Links)})
	}
	for _, p := range t.feeds {
		v.Feeds = append(v.Feeds, templates.Link{Title: p.label(), URL: p.feedURL()})
	}
	for _, p := range b.x.declared.Policies {
		if p.Meta.Site.Value == t.id && b.standing(p, b.cfg.Now).shown() != nil {
			v.Feeds = append(v.Feeds, templates.Link{Title: p.Meta.Title.Value, URL: "/" + p.ID + "/feed.atom"})
		}
	}
	v.Policies = b.policyMenu(t)
	for _, c := range provider.Contacts {
		v.Contacts = append(v.Contacts, templates.Contact{ID: c.ID, Label: c.Label, Email: c.Email.Value, About: c.About})
	}
	return v
}

// menu resolves links of site.yaml.
func (b *Builder) menu(r *reader, t *site, name string, links []content.Link) []templates.Link {
	var menu []templates.Link
	for _, l := range links {
		to := r.reference(name, l.Page)
		if to == nil {
			continue
		}
		address := to.from(t)
		if _, id, ok := strings.Cut(l.Page.Value, "#"); ok {
			address += "#" + url.PathEscape(id)
			b.x.menus[to.path] = true
			if !to.anchors[id] {
				r.report(name, l.Page.Pos, "link-anchor", fmt.Sprintf("there is no heading #%s in %s", id, to.path), idsOf(to, id))
			}
		}
		menu = append(menu, templates.Link{Title: cmp.Or(l.Title, to.label()), URL: address})
	}
	return menu
}

// inline returns a drawing of the site's folder, checked to be harmless.
func (b *Builder) inline(r *reader, t *site, ref front.Text) string {
	if ref.Value == "" {
		return ""
	}
	s := b.brandFile(r, t, ref)
	if s == nil {
		return ""
	}
	text, err := b.text(s)
	if err != nil {
		return ""
	}
	drawing, problems := picture.Inline(text)
	for _, p := range problems {
		p.Path = s.path
		r.problems = append(r.problems, p)
	}
	return drawing
}

// brandFile finds a file that site.yaml names.
func (b *Builder) brandFile(r *reader, t *site, ref front.Text) *source {
	name := path.Join("sites", t.id, "site.yaml")
	s := r.source(join(name, ref.Value))
	if s == nil {
		_, hint := r.missing(join(name, ref.Value), ref.Value)
		r.report(name, ref.Pos, "image-missing", fmt.Sprintf("there is no picture %s", ref.Value), hint)
	}
	return s
}

// style bundles the site's stylesheets and script, unless its tokens and the
// assets are those of last time.
func (b *Builder) style(t *site) style {
	key := styleKey{tokens(t.file.Brand), b.x.provider.CDN}
	st, ok := b.styles[key]
	if ok {
		return st
	}
	one := func(name, extra string) bundled {
		data, problems := bundle.Styles(b.cfg.Assets, assetsLabel, name, extra)
		st.problems = append(st.problems, problems...)
		return b.named(name, data)
	}
	st.site, st.code, st.edge = one("site.css", key.tokens), one("code.css", ""), one("edge.css", "")
	if key.cdn {
		data, problems := bundle.Script(b.cfg.Assets, assetsLabel, "notice.js")
		st.problems = append(st.problems, problems...)
		st.script = b.named("notice.js", data)
	}
	b.styles[key] = st
	return st
}

// assetsLabel is where the sources of styles and scripts stand.
const assetsLabel = "templates/assets"

// A styleKey is what a site's styles and script follow from, beside the
// assets.
type styleKey struct {
	tokens string
	cdn    bool
}

// named gives a bundled file its address, which changes with its content so
// that browsers can keep it; not in the preview, where it is loaded anew.
func (b *Builder) named(name string, data []byte) bundled {
	address := "/assets/" + name
	if b.cfg.Port == 0 {
		address = bundle.Fingerprint(address, data)
	}
	return bundled{address, data}
}

// tokens are the brand's custom properties, light and dark.
func tokens(brand content.Brand) string {
	palette := func(p content.Palette) string {
		return fmt.Sprintf("--background:%s;--surface:%s;--text:%s;--muted:%s;--line:%s;--accent:%s;",
			p.Background.Value, p.Surface.Value, p.Text.Value, p.Muted.Value, p.Line.Value, p.Accent.Value)
	}
	return fmt.Sprintf(":root{%s--font-heading:var(--font-%s);--font-body:var(--font-%s)}\n@media (prefers-color-scheme:dark){:root{%s}}\n",
		palette(brand.Light), cmp.Or(brand.Type.Heading, "sans"), cmp.Or(brand.Type.Body, "sans"), palette(brand.Dark))
}

func (b *Builder) styleNodes(t *site) []*node {
	st := b.style(t)
	one := func(id string, f bundled) *node {
		name := t.fileName(f.address)
		return &node{
			id: id + " " + t.id, files: []string{name}, version: version{own: sha256.Sum256(f.data)}, origin: origin{what: "a generated style"},
			render: func(*reader) ([]file, error) { return []file{{name, f.data}}, nil },
		}
	}
	nodes := []*node{one("style", st.site), one("code-style", st.code), one("edge-style", st.edge)}
	if st.script.data != nil {
		nodes = append(nodes, one("script", st.script))
	}
	return nodes
}
