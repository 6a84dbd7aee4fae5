package build

import (
	"fmt"
	"path"
	"strings"

	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/problem"
)

// A topic is something outside a node's own file that its output depends on.
type topic struct {
	kind topicKind
	name string
}

type topicKind uint8

const (
	// frontOf is a page's front matter and whether it is public, by path.
	frontOf topicKind = iota
	// anchorsOf is the ids of a page, by path.
	anchorsOf
	// orderOf is which pages a folder lists, in which order, by path.
	orderOf
	// fileOf is a file that is no page, by path.
	fileOf
	// taggedOn is the pages of a tag, by site/tag.
	taggedOn
	// tagsOf is the tags of a site, by id.
	tagsOf
	// pagesOf is the pages of a site with addresses and dates, by id.
	pagesOf
	// declaredOf is all that package policies reads.
	declaredOf
)

// A reader looks things up for one node and notes what it read.
type reader struct {
	b        *Builder
	x        *index
	topics   []topic
	problems problem.List
}

func (r *reader) note(kind topicKind, name string) {
	if r.b.tracking {
		r.topics = append(r.topics, topic{kind, name})
	}
}

// page returns the public page of a file, or nil.
func (r *reader) page(file string) *page {
	r.note(frontOf, file)
	return r.x.byPath[file]
}

// source returns a file that is no page, or nil.
func (r *reader) source(file string) *source {
	r.note(fileOf, file)
	if s := r.x.sources[file]; s != nil && s.kind == assetFile {
		return s
	}
	return nil
}

// folder returns the pages that a list of the folder shows.
func (r *reader) folder(dir, sort string) []*page {
	r.note(orderOf, dir)
	pages := r.x.sequence(dir, sort).pages
	for _, p := range pages {
		r.note(frontOf, p.path)
	}
	return pages
}

// maxProblems bounds what is reported of one node.
const maxProblems = 100

// report adds a problem at a place of a file.
func (r *reader) report(file string, at front.Pos, rule, message, hint string) {
	if len(r.problems) >= maxProblems {
		return
	}
	r.problems = append(r.problems, r.b.problem(file, at, rule, message, hint))
}

// join resolves a reference as written in a file: relative to its folder.
func join(file, ref string) string { return path.Join(path.Dir(file), ref) }

// reference finds the page that front matter or site.yaml names, and reports
// it where there is none.
func (r *reader) reference(file string, ref front.Text) *page {
	if ref.Value == "" {
		return nil // reported where it was decoded
	}
	target, _, _ := strings.Cut(ref.Value, "#")
	full := join(file, target)
	if p := r.page(full); p != nil {
		return p
	}
	message, hint := r.missing(full, ref.Value)
	r.report(file, ref.Pos, "link-target", message, hint)
	return nil
}

// missing explains why there is no public page for a file.
func (r *reader) missing(full, written string) (message, hint string) {
	if len(r.problems) >= maxProblems {
		return "", "" // looking for what was meant costs time
	}
	if s := r.x.sources[full]; s != nil && s.page != nil {
		why := s.page.Meta.Why(r.b.cfg.Now, r.b.cfg.Drafts)
		if strings.HasPrefix(why, "expired") {
			return fmt.Sprintf("page %s %s", written, why), "remove the link, or move the day in the page's expires"
		}
		return fmt.Sprintf("page %s %s", written, why), "link to it once it is public"
	}
	if r.x.sources[path.Join(full, "index.md")] != nil {
		return fmt.Sprintf("%s is a folder", written), fmt.Sprintf("link to its file: %s", path.Join(written, "index.md"))
	}
	if path.Ext(full) == "" && r.x.sources[full+".md"] != nil {
		return fmt.Sprintf("there is no file %s", written), fmt.Sprintf("link to the file: %s.md", strings.TrimSuffix(written, "/"))
	}
	return fmt.Sprintf("there is no file %s", written), r.nearest(full)
}

// nearest looks for a file that the editor may have meant.
func (r *reader) nearest(full string) string {
	var beside, named []string
	for _, name := range r.b.paths {
		if path.Ext(name) != path.Ext(full) {
			continue
		}
		if path.Dir(name) == path.Dir(full) {
			beside = append(beside, path.Base(name))
		} else if path.Base(name) == path.Base(full) && path.Base(name) != "index.md" {
			named = append(named, name)
		}
	}
	if near := problem.Nearest(path.Base(full), beside); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(named) > 0 {
		return fmt.Sprintf("there is a %s", named[0])
	}
	return "paths are relative to the file in which the link stands"
}
