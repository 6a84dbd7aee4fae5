package build

import (
	"fmt"
	"path"
	"strings"

	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/picture"
	"indigex.com/indigex/build/problem"
	"indigex.com/indigex/templates"
)

// inspect reads the size of a picture.
func (s *source) inspect(text []byte) {
	info, err := picture.Inspect(s.path, text)
	if err != nil {
		s.problems = append(s.problems, problem.Problem{
			Path: s.path, Rule: "picture", Message: fmt.Sprintf("the picture can't be used: %v", err),
			Hint: "save it again as svg, png, jpg, gif or webp, under a name that says which",
		})
		return
	}
	s.info = &info
}

// A variant is a smaller copy of a picture, with its address on its site.
type variant struct {
	width   int
	address string
}

// variants lists the smaller copies of a picture, none of one that is shown
// nowhere but in the head of pages. Their names carry a part of the picture's
// hash, so that they can be kept for ever.
func (t *site) variants(s *source) []variant {
	if s.info == nil || t.brandFile(s) {
		return nil
	}
	_, rel := siteOf(s.path)
	var all []variant
	for _, v := range picture.Variants(rel, *s.info, picture.Config{}) {
		ext := path.Ext(rel)
		all = append(all, variant{v.Width, fmt.Sprintf("/%s.%dw.%x%s", strings.TrimSuffix(rel, ext), v.Width, s.sum[:5], ext)})
	}
	return all
}

// image is a picture as a page of its site shows it, with its variants for
// browsers to choose from.
func (r *reader) image(t *site, s *source) *templates.Image {
	image := &templates.Image{Src: r.assetURL(t, s), Width: s.info.Width, Height: s.info.Height}
	var set strings.Builder
	for _, v := range t.variants(s) {
		fmt.Fprintf(&set, "%s %dw, ", v.address, v.width)
	}
	if set.Len() > 0 {
		fmt.Fprintf(&set, "%s %dw", image.Src, s.info.Width)
	}
	image.Srcset = set.String()
	return image
}

// assetNode copies a file and makes its variants.
func (b *Builder) assetNode(t *site, s *source) *node {
	_, rel := siteOf(s.path)
	n := &node{id: "asset " + s.path, files: []string{t.fileName("/" + rel)}, version: version{own: s.sum}, origin: origin{path: s.path}}
	variants := t.variants(s)
	for _, v := range variants {
		n.files = append(n.files, t.fileName(v.address))
	}
	var copies []file
	n.resolve = func(r *reader) { copies = b.copies(r, n, s, variants) }
	n.render = func(*reader) ([]file, error) {
		text, err := b.text(s)
		return append([]file{{n.files[0], text}}, copies...), err
	}
	return n
}

// copies makes a picture's variants. It belongs to resolving, since only that
// shows whether the whole picture can be read.
func (b *Builder) copies(r *reader, n *node, s *source, variants []variant) []file {
	if len(variants) == 0 {
		return nil
	}
	text, err := b.text(s)
	if err != nil {
		return nil // gone; rendering finds out
	}
	var files []file
	for i, v := range variants {
		f, err := b.variant(n.files[i+1], text, v)
		if err != nil {
			r.report(s.path, front.Pos{}, "picture", fmt.Sprintf("the picture can't be used: %v", err), "save or copy it again: it is cut off or damaged")
			return nil
		}
		files = append(files, f)
	}
	return files
}

// variant makes a smaller copy, once where there is a cache.
func (b *Builder) variant(name string, text []byte, v variant) (file, error) {
	cache := picture.Cache{}
	if b.cfg.Cache != "" {
		cache.Dir = path.Join(b.cfg.Cache, "pictures")
	}
	data, err := cache.Encode(text, v.width)
	return file{name, data}, err
}

// brandFile says whether site.yaml names the file as one of the brand.
func (t *site) brandFile(s *source) bool {
	_, rel := siteOf(s.path)
	brand := t.file.Brand
	return rel != "" && (rel == brand.Icon.Value || rel == brand.Card.Value)
}

// iconNode makes the icons from the brand's; nil where there is none.
func (b *Builder) iconNode(t *site) *node {
	if t.file.Brand.Icon.Value == "" {
		return nil
	}
	s := b.sources[join(path.Join("sites", t.id, "site.yaml"), t.file.Brand.Icon.Value)]
	if s == nil || s.kind != assetFile {
		return nil // dress reports it
	}
	n := &node{id: "icon " + t.id, version: version{own: s.sum}, origin: origin{what: "an icon made from " + s.path}}
	for _, name := range []string{"/favicon.ico", "/icon-32.png", "/apple-touch-icon.png"} {
		n.files = append(n.files, t.fileName(name))
	}
	n.resolve = func(r *reader) {
		if s.info == nil || s.info.Kind != picture.PNG || s.info.Width != s.info.Height || s.info.Width < 180 {
			r.report(path.Join("sites", t.id, "site.yaml"), t.file.Brand.Icon.Pos, "icon", "the icon is not a square PNG of at least 180 pixels", "512 by 512 pixels serve well")
		}
	}
	n.render = func(*reader) ([]file, error) { return b.icons(n, s) }
	return n
}

func (b *Builder) icons(n *node, s *source) ([]file, error) {
	text, err := b.text(s)
	if err != nil {
		return nil, err
	}
	small, err := picture.Icon(text, 32)
	if err != nil {
		return nil, err
	}
	ico, err := picture.ICO(small)
	if err != nil {
		return nil, err
	}
	touch, err := picture.Icon(text, 180)
	return []file{{n.files[0], ico}, {n.files[1], small}, {n.files[2], touch}}, err
}

// shareImage is the address of the picture that shared links show.
func (t *site) shareImage() string {
	if t.file.Brand.Card.Value == "" {
		return ""
	}
	return t.origin + "/" + path.Clean(t.file.Brand.Card.Value)
}

// shareImage is the page's own picture where networks can show it.
func (p *page) shareImage(r *reader) string {
	if m := p.meta(); m.Image != nil {
		if s := r.source(join(p.path, m.Image.File.Value)); s != nil && s.info != nil && s.info.Kind != picture.SVG {
			return p.site.origin + strings.TrimPrefix(r.assetURL(p.site, s), p.site.origin)
		}
	}
	return p.site.shareImage()
}
