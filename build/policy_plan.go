package build

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"indigex.com/indigex/build/content"
	"indigex.com/indigex/build/policies"
	"indigex.com/indigex/build/problem"
	"indigex.com/indigex/templates"
)

// A policyPage is one address of a policy, as it is at one moment.
type policyPage struct {
	policy *policies.Policy
	site   *site
	kind   policyKind
	path   string
	// version is the one shown; old, in a comparison, the one it is held
	// against.
	version, old *policies.Version
	standing     standing
	// at is zero for the page as it is now, else the moment from which the
	// clock makes it so.
	at time.Time
	// text is the version's document on this page; nil where the page shows
	// none.
	text *page
}

type policyKind int

const (
	inForcePage policyKind = iota
	permanentPage
	versionsPage
	changesPage
	feedFile
	dataFile
)

// A standing is what the clock decides of a policy.
type standing struct {
	at      time.Time
	inForce *policies.Version
	// public are the published versions and, where they are built, drafts.
	public []*policies.Version
	// dated are the versions that the clock brings into force; see dated.
	dated []*policies.Version
}

func (b *Builder) standing(p *policies.Policy, at time.Time) standing {
	s := standing{at: at, inForce: p.InForce(at), public: p.Published(at), dated: b.dated(p)}
	if !b.cfg.Drafts {
		return s
	}
	for _, v := range p.Versions {
		if !slices.Contains(s.public, v) && v.Number() > 0 && !v.Effective().IsZero() && p.Version(v.Number()) == v {
			s.public = append(s.public, v)
		}
	}
	for _, v := range s.dated {
		if !at.Before(v.Effective()) {
			s.inForce = v
		}
	}
	return s
}

// dated returns the versions that are or will be in force: those that are no
// drafts, and, where drafts are built, each draft that could be published
// behind them.
func (b *Builder) dated(p *policies.Policy) []*policies.Version {
	var all []*policies.Version
	for _, v := range p.Versions {
		if !v.Meta.Draft || b.cfg.Drafts && couldFollow(all, v) {
			all = append(all, v)
		}
	}
	return all
}

// couldFollow says whether number and dates of a draft come behind those of
// other versions.
func couldFollow(before []*policies.Version, v *policies.Version) bool {
	if v.Number() != len(before)+1 || v.Effective().IsZero() || v.Effective().Before(v.Meta.Published.Time) {
		return false
	}
	return len(before) == 0 || v.Effective().After(before[len(before)-1].Effective())
}

// moments returns the times after now at which pages of a policy change.
func (b *Builder) moments(p *policies.Policy) []time.Time {
	all := p.Moments(b.cfg.Now)
	for _, v := range b.dated(p) {
		if v.Meta.Draft && v.Effective().After(b.cfg.Now) {
			all = append(all, v.Effective())
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	return slices.CompactFunc(all, time.Time.Equal)
}

// upcoming says whether the page of an earlier version announces this one.
func (s standing) upcoming(v *policies.Version) bool {
	if v.Meta.Draft {
		return slices.Contains(s.dated, v) && s.at.Before(v.Effective())
	}
	return s.state(v) == templates.Announced
}

// key tells standings apart: pages of a policy with the same key are the
// same.
func (s standing) key() string {
	var b strings.Builder
	for _, v := range s.public {
		fmt.Fprintf(&b, "%d ", v.Number())
	}
	if s.inForce != nil {
		fmt.Fprintf(&b, "in force %d", s.inForce.Number())
	}
	return b.String()
}

// state says how a version stands.
func (s standing) state(v *policies.Version) templates.VersionState {
	switch {
	case v == s.inForce:
		return templates.InForce
	case v.Meta.Draft || s.at.Before(v.Meta.Published.Time):
		return templates.Draft
	case s.at.Before(v.Effective()):
		return templates.Announced
	}
	return templates.Superseded
}

// manyVersions is how many versions have all their pairs compared, so that no
// link to a comparison ever breaks; pages would grow with their square.
const manyVersions = 12

// compared says whether there is a page about two versions: with many of
// them, each with the next, with the one in force and with those announced.
func (s standing) compared(old, new *policies.Version) bool {
	return len(s.public) <= manyVersions || new.Before() == old || s.state(new) != templates.Superseded
}

// shown is the version on the policy's main page: the one in force, or else
// the first that will be.
func (s standing) shown() *policies.Version {
	if s.inForce != nil || len(s.public) == 0 {
		return s.inForce
	}
	return s.public[0]
}

// planPolicies lists the pages of all policies: as they are now, and, for
// each later moment at which the clock alone changes them, those that differ.
func (b *Builder) planPolicies() []*policyPage {
	var all []*policyPage
	for _, p := range b.x.declared.Policies {
		t := b.x.byID[p.Meta.Site.Value]
		if t == nil {
			continue // reported by package policies
		}
		now := b.standing(p, b.cfg.Now)
		all = append(all, b.policyPages(p, t, now, time.Time{})...)
		last := now.key()
		for _, at := range b.moments(p) {
			if b.x.next.IsZero() || at.Before(b.x.next) {
				b.x.next = at
			}
			then := b.standing(p, at)
			if then.key() != last {
				all = append(all, b.policyPages(p, t, then, at)...)
				last = then.key()
			}
		}
	}
	return all
}

func (b *Builder) policyPages(p *policies.Policy, t *site, s standing, at time.Time) []*policyPage {
	if s.shown() == nil {
		return nil
	}
	root := "/" + p.ID + "/"
	var all []*policyPage
	add := func(kind policyKind, path string, v, old *policies.Version) {
		pp := &policyPage{policy: p, site: t, kind: kind, path: path, version: v, old: old, standing: s, at: at}
		if kind == inForcePage || kind == permanentPage {
			pp.text = versionText(v, t, path)
		}
		all = append(all, pp)
	}
	add(inForcePage, root, s.shown(), nil)
	add(versionsPage, root+"versions/", nil, nil)
	add(feedFile, root+"feed.atom", nil, nil)
	add(dataFile, root+"policy.json", s.shown(), nil)
	for i, v := range s.public {
		add(permanentPage, fmt.Sprintf("%sv/%d/", root, v.Number()), v, nil)
		for _, old := range s.public[:i] {
			if !s.compared(old, v) {
				continue
			}
			add(changesPage, fmt.Sprintf("%schanges/%d..%d/", root, old.Number(), v.Number()), v, old)
		}
	}
	return all
}

// versionText makes a version's text a page, whose links are resolved as
// those of any other.
func versionText(v *policies.Version, t *site, path string) *page {
	p := &page{
		source: &source{path: v.File, kind: declaredFile, page: &content.Page{Document: v.Document}},
		site:   t, url: path,
	}
	p.setAnchors()
	for id, others := range v.Names() {
		p.anchors[id] = true
		for _, other := range others {
			p.anchors[other] = true
		}
	}
	return p
}

// fileName is where the page lies below the output folder.
func (p *policyPage) fileName() string {
	if p.at.IsZero() {
		return p.site.fileName(p.path)
	}
	return p.site.host + "/" + p.timedFile()
}

// timedFile is where the page of a later moment lies below its host's folder:
// hidden, since no address leads there.
func (p *policyPage) timedFile() string {
	_, rest, _ := strings.Cut(p.site.fileName(p.path), "/")
	return ".at/" + p.at.UTC().Format("2006-01-02T150405Z") + "/" + rest
}

func (b *Builder) policyNode(p *policyPage) *node {
	own := sha256.New()
	fmt.Fprintf(own, "%x %s", b.declaredSum, p.standing.key())
	n := &node{
		id: "policy " + p.fileName(), files: []string{p.fileName()}, version: version{hash(own.Sum(nil)), p.site.look},
		policy: p.reads(),
		origin: origin{path: p.policy.File, what: "policy " + p.policy.ID},
		write:  func(r *reader, w *bytes.Buffer) error { return b.writePolicy(p, r, w) },
	}
	if p.text != nil {
		n.resolve = func(r *reader) { b.resolvePolicy(p, r) }
	}
	return n
}

// reads says whether the page is one for people, as it is now.
func (p *policyPage) reads() bool {
	return p.at.IsZero() && p.kind != feedFile && p.kind != dataFile
}

// modified is the day on which the page's text was published; zero for pages
// about several versions.
func (p *policyPage) modified() time.Time {
	if p.version == nil {
		return time.Time{}
	}
	return p.version.Meta.Published.Time
}

// resolvePolicy looks up the links of a version's text. Nobody can mend those
// of a superseded one: they are only noted.
func (b *Builder) resolvePolicy(p *policyPage, r *reader) {
	p.text.resolve(r)
	for i := range r.problems {
		switch {
		case p.version.Meta.Draft:
			r.problems[i].Severity = b.eased(r.problems[i].Severity)
		case p.standing.state(p.version) == templates.Superseded:
			r.problems[i].Severity = problem.Notice
		}
	}
}

func (b *Builder) writePolicy(p *policyPage, r *reader, w *bytes.Buffer) error {
	switch p.kind {
	case feedFile:
		return templates.Atom(w, b.policyFeed(p))
	case dataFile:
		return b.policyData(p, w)
	}
	return templates.Document(b.policyView(p)).Render(context.Background(), w)
}
