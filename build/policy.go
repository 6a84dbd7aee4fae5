package build

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"indigex.com/indigex/build/markdown"
	"indigex.com/indigex/build/policies"
	"indigex.com/indigex/build/problem"
	"indigex.com/indigex/policy"
)

// OpenPolicies reads what the content declares, without its sites. The
// problems are those of finding the files; those within and between files are
// the set's.
func OpenPolicies(ctx context.Context, cfg Config) (*policies.Set, problem.List, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, nil, err
	}
	t := openTree(cfg.Content)
	paths, walked, err := t.files()
	if err != nil {
		return nil, nil, fmt.Errorf("content folder %s: %w", cfg.Content, err)
	}
	problems := slices.DeleteFunc(walked, func(p problem.Problem) bool {
		return kindOf(p.Path) != declaredFile && p.Path != path.Dir(policies.SumFile) && path.Dir(p.Path) != path.Dir(policies.SumFile)
	})
	files := map[string][]byte{}
	for _, name := range paths {
		if kindOf(name) != declaredFile {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		data, err := t.read(name)
		if errors.Is(err, errTooLarge) {
			problems = append(problems, problem.Problem{Path: name, Rule: "too-large", Message: "the " + errTooLarge.Error(), Hint: "a version may have 1 MiB"})
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		files[name] = data
	}
	return policies.NewLoader(markdown.New()).Load(files), problems, nil
}

// FindPolicy returns the policy with an id, or a UsageError.
func FindPolicy(set *policies.Set, id string) (*policies.Policy, error) {
	if p := set.Policy(id); p != nil {
		return p, nil
	}
	var ids []string
	for _, p := range set.Policies {
		ids = append(ids, p.ID)
	}
	hint := "the policies are: " + strings.Join(ids, ", ")
	if near := problem.Nearest(id, ids); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	} else if len(ids) == 0 {
		hint = "a policy begins with policies/ID/policy.yaml and its first version, policies/ID/YYYY-MM-DD.md"
	}
	return nil, &UsageError{Message: fmt.Sprintf("there is no policy %q", id), Hint: hint}
}

// DraftPolicy writes a draft of a policy's next version, taking effect on a
// day, or on [policies.Policy.Ahead] where the day is zero. It never
// overwrites a file.
func DraftPolicy(ctx context.Context, cfg Config, id string, effective time.Time) (*policies.Version, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	set, _, err := OpenPolicies(ctx, cfg)
	if err != nil {
		return nil, err
	}
	p, err := FindPolicy(set, id)
	if err != nil {
		return nil, err
	}
	if effective.IsZero() {
		effective = p.Ahead(cfg.Now)
	}
	v, err := policies.Draft(p, effective)
	if err != nil {
		return nil, draftRefused(p, err)
	}
	root, err := os.OpenRoot(cfg.Content)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	if err := createFile(root, v.File, v.Source); err != nil {
		return nil, err
	}
	return v, nil
}

// draftRefused says why there is no draft, and what to do about it.
func draftRefused(p *policies.Policy, err error) error {
	e := &UsageError{Message: fmt.Sprintf("policy %s: %v", p.ID, err)}
	switch {
	case errors.Is(err, policies.ErrDraft):
		e.Hint = "go on with it, or remove it"
	case errors.Is(err, policies.ErrNoVersion):
		e.Hint = "write the first as policies/" + p.ID + "/YYYY-MM-DD.md"
	case errors.Is(err, policies.ErrTooEarly):
		e.Hint = "choose a later day: --effective YYYY-MM-DD"
	case errors.Is(err, policies.ErrFront):
		e.Hint = "write one key a line, without quotes around the key"
	}
	return e
}

// A Publication is what was published.
type Publication struct {
	Policy *policies.Policy
	// Files are the versions' files that were written, without policies.sum.
	Files []string
	// Versions were added to policies.sum, the oldest first.
	Versions []*policies.Version
	// Signed are the lines of policies.sum that say anew what a version of
	// the policy rests on.
	Signed []policies.Sum
	// Problems are those of the policy, of policies.sum and of what is
	// declared, in the content as it is once it is published. Where one is
	// an error, nothing was written.
	Problems problem.List
}

// PublishPolicy adds a policy's versions to policies.sum that it doesn't have,
// drafts included, which become drafts no longer, and the hashes of what the
// policy's versions rest on, unless that changed and no new version says so.
// It returns ErrContent where
// the content would then have errors in the files that Publication names.
func PublishPolicy(ctx context.Context, cfg Config, id string) (Publication, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return Publication{}, err
	}
	unlock, err := lock(cfg.Content)
	if err != nil {
		return Publication{}, err
	}
	defer unlock()
	b, err := newBuilder(cfg, false)
	if err != nil {
		return Publication{}, err
	}
	if err := b.scan(ctx); err != nil {
		return Publication{}, err
	}
	p, err := FindPolicy(b.declared, id)
	if err != nil {
		return Publication{}, err
	}
	pub := &publishing{b: b, before: p, files: map[string][]byte{}}
	if err := pub.plan(); err != nil {
		return pub.Publication, err
	}
	if len(pub.Versions) == 0 && len(pub.Signed) == 0 { // whoever changed a published text is told so
		return pub.Publication, pub.keep(b.declared.Verify(cfg.Now))
	}
	if err := pub.judge(ctx); err != nil {
		return pub.Publication, err
	}
	return pub.Publication, pub.write()
}

// lockFile is there while versions are published: two at once would each
// write a policies.sum without the other's line.
const lockFile = "policies/.publishing"

// lock keeps others from publishing until unlock is called.
func lock(dir string) (unlock func(), err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	f, err := root.OpenFile(lockFile, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	switch {
	case errors.Is(err, fs.ErrExist):
		err = &UsageError{Message: "somebody else is publishing: there is " + path.Join(dir, lockFile), Hint: "try again in a moment; if nobody is, a publication was interrupted: remove the file and publish again"}
	case errors.Is(err, fs.ErrNotExist):
		err = &UsageError{Message: fmt.Sprintf("content folder %s has no policies", dir), Hint: "a policy begins with policies/ID/policy.yaml and its first version, policies/ID/YYYY-MM-DD.md"}
	case errors.Is(err, fs.ErrPermission):
		err = &UsageError{Message: fmt.Sprintf("can't write in %s: %v", path.Join(dir, "policies"), errors.Unwrap(err)), Hint: "publishing writes policies.sum there: ask for the right to, or publish as who has it"}
	}
	if err != nil {
		root.Close()
		return nil, err
	}
	return func() {
		f.Close()
		root.Remove(lockFile)
		root.Close()
	}, nil
}

// publishing is one publication under way.
type publishing struct {
	Publication
	b      *Builder
	before *policies.Policy
	// files are those to write, sums the new policies.sum.
	files map[string][]byte
	sums  []byte
}

// plan works out what is written, and gives the builder the content as it
// will be.
func (p *publishing) plan() error {
	p.Policy = p.before
	all := p.b.declaredFiles()
	var pending []string
	for _, v := range p.before.Versions {
		if v.Listed {
			continue
		}
		pending = append(pending, v.File)
		if v.Meta.Draft {
			data, err := v.AsPublished(p.b.cfg.Now)
			if err != nil {
				return err
			}
			all[v.File], p.files[v.File] = data, data
			p.Files = append(p.Files, v.File)
		}
	}
	set := p.b.loader.Load(all)
	sums := set.Sums
	p.Policy = set.Policy(p.before.ID)
	for _, v := range p.Policy.Versions {
		if !slices.Contains(pending, v.File) {
			continue
		}
		p.Versions = append(p.Versions, v)
		if v.Number() > 0 && sums.Find(p.before.ID, v.Number()) == nil { // else the checks say what is wrong
			sums = sums.With(v)
		}
	}
	if err := p.late(set.Sums); err != nil {
		return err
	}
	p.sums = sums.Encode()
	if _, problems := policies.ParseSums(all[policies.SumFile]); len(problems) == 0 {
		all[policies.SumFile] = p.sums
		p.sign(all)
	}
	p.b.declared = p.b.loader.Load(all)
	return nil
}

// sign adds to policies.sum what the versions of the policy rest on. Where that
// changed, a new version has to say so, and more than an editorial change of
// it: else the lines stay, and the checks report the change.
func (p *publishing) sign(all map[string][]byte) {
	shifted := p.b.declared.Shifted(p.before, p.b.cfg.Now)
	told := slices.ContainsFunc(p.Versions, func(v *policies.Version) bool {
		return slices.ContainsFunc(v.Meta.Changes, func(c policies.Change) bool { return c.Kind != string(policy.Editorial) })
	})
	if len(shifted) > 0 && !told {
		return
	}
	set := p.b.loader.Load(all)
	sums, changed := set.Sign(set.Policy(p.before.ID), p.b.cfg.Now)
	p.sums, p.Signed = sums.Encode(), changed
	all[policies.SumFile] = p.sums
}

// late refuses what would rewrite history: a version before one that is
// listed, and a day of publication that has passed. A policy of which nothing
// is listed yet may bring the versions that it had elsewhere.
func (p *publishing) late(sums *policies.Sums) error {
	listed := slices.ContainsFunc(sums.Lines, func(l policies.Sum) bool { return l.Policy == p.before.ID })
	today := p.b.cfg.Now.UTC().Truncate(24 * time.Hour)
	for _, v := range p.Versions {
		published := v.Meta.Published
		switch {
		case sums.Follows(v):
			p.Problems = append(p.Problems, p.b.problem(v.File, v.Meta.Number.Pos, "policy-sums", fmt.Sprintf("version %d has no line in %s, and a later version has one", v.Number(), policies.SumFile), "restore "+policies.SumFile+" from your version control: what was published is not published again"))
		case listed && !published.IsZero() && published.Time.Before(today):
			p.Problems = append(p.Problems, p.b.problem(v.File, published.Pos, "policy-date", fmt.Sprintf("published is %s, a day that has passed", published.Time.Format(time.DateOnly)), "leave the line out: publishing writes the present day"))
		}
	}
	if len(p.Problems) > 0 {
		return ErrContent
	}
	return nil
}

// judge checks the content as it will be, as Check does.
func (p *publishing) judge(ctx context.Context) error {
	p.b.prepare()
	if err := p.b.resolve(ctx); err != nil {
		return err
	}
	return p.keep(p.b.problems())
}

// keep keeps the problems that concern the publication, and returns
// ErrContent where one is an error.
func (p *publishing) keep(all problem.List) error {
	for _, found := range all.Sorted() {
		if !p.concerns(found.Path) {
			continue
		}
		if published, ok := p.files[found.Path]; ok && found.Line > 0 {
			i := slices.IndexFunc(p.before.Versions, func(v *policies.Version) bool { return v.File == found.Path })
			found.Line = p.before.Versions[i].LineBefore(published, found.Line)
		}
		p.Problems = append(p.Problems, found)
	}
	if p.Problems.Count(problem.Error) > 0 {
		return ErrContent
	}
	return nil
}

// concerns says whether an error in a file stops the publication.
func (p *publishing) concerns(name string) bool {
	switch name {
	case policies.SumFile, policies.PurposesFile, policies.ChoicesFile, policies.ProcessorsFile:
		return true
	}
	return strings.HasPrefix(name, "policies/"+p.before.ID+"/")
}

// write writes the versions, then policies.sum: whoever is interrupted
// publishes again.
func (p *publishing) write() error {
	root, err := os.OpenRoot(p.b.cfg.Content)
	if err != nil {
		return err
	}
	defer root.Close()
	before := p.b.declaredFiles()
	for _, name := range p.Files {
		if err := replaceFile(root, name, before[name], p.files[name]); err != nil {
			return err
		}
	}
	if _, ok := before[policies.SumFile]; !ok {
		return createFile(root, policies.SumFile, p.sums)
	}
	return replaceFile(root, policies.SumFile, before[policies.SumFile], p.sums)
}

// declaredFiles are the files that package policies reads.
func (b *Builder) declaredFiles() map[string][]byte {
	files := map[string][]byte{}
	for _, name := range b.paths {
		if s := b.sources[name]; s.kind == declaredFile {
			files[name] = s.data
		}
	}
	return files
}

// createFile writes a file that must not be there yet, at once.
func createFile(root *os.Root, name string, data []byte) error {
	if _, err := root.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			err = &UsageError{Message: name + " is there already", Hint: "move it away, or choose another day: --effective YYYY-MM-DD"}
		}
		return err
	}
	temp, err := writeTemp(root, name, data, 0o644)
	if err != nil {
		return err
	}
	defer root.Remove(temp)
	err = root.Link(temp, name) // unlike renaming, it never replaces a file
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return root.Rename(temp, name) // the file system has no links
	}
	return err
}

// replaceFile writes a file anew, at once, unless it isn't the one that was
// read.
func replaceFile(root *os.Root, name string, old, data []byte) error {
	info, err := root.Lstat(name)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return &UsageError{Message: name + " is a symbolic link", Hint: "put the file itself there"}
	}
	if now, err := root.ReadFile(name); err != nil || !bytes.Equal(now, old) {
		return &UsageError{Message: name + " was changed meanwhile", Hint: "run the command again"}
	}
	temp, err := writeTemp(root, name, data, info.Mode().Perm())
	if err != nil {
		return err
	}
	if err := root.Rename(temp, name); err != nil {
		root.Remove(temp)
		return err
	}
	return nil
}

// writeTemp writes a file beside another, under a name that is no content.
func writeTemp(root *os.Root, name string, data []byte, mode fs.FileMode) (string, error) {
	temp := path.Join(path.Dir(name), ".indigex-"+rand.Text()+".tmp")
	file, err := root.OpenFile(filepath.FromSlash(temp), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return "", err
	}
	_, err = file.Write(data)
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		root.Remove(temp)
		return "", err
	}
	return temp, nil
}
