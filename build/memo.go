package build

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"indigex.com/indigex/build/output"
	"indigex.com/indigex/build/problem"
)

// A memo remembers what a build was made of and what it wrote, so that the
// next one can see that there is nothing to do: the same program, options
// and files, and an output that nobody touched since.
type memo struct {
	cfg  Config
	name string // "" goes without
}

// A record is what the memo's file holds, in CBOR.
type record struct {
	Tree hash
	// From and Until bound the times for which the same pages are public.
	From, Until time.Time
	Result      Result
	Files       []stamp
}

type stamp struct {
	Name          string
	Size, Changed int64
}

func openMemo(cfg Config) *memo {
	m := &memo{cfg: cfg}
	dir := cacheDir(cfg)
	out, err := filepath.Abs(cfg.Out)
	if dir == "" || err != nil {
		return m
	}
	key := sha256.Sum256(fmt.Appendf(nil, "%s %v %v %d", out, cfg.Drafts, cfg.Compress, cfg.Port))
	m.name = filepath.Join(dir, fmt.Sprintf("build-%x", key[:8]))
	return m
}

// unchanged returns the result that building again would have.
func (m *memo) unchanged(ctx context.Context) (Result, bool) {
	if m.name == "" {
		return Result{}, false
	}
	text, err := os.ReadFile(m.name)
	if err != nil {
		return Result{}, false
	}
	var rec record
	if decode(text, &rec) != nil || m.cfg.Now.Before(rec.From) || !rec.Until.IsZero() && !m.cfg.Now.Before(rec.Until) {
		return Result{}, false
	}
	out, err := output.Open(m.cfg.Out)
	if err != nil {
		return Result{}, false
	}
	defer out.Close()
	if !m.untouched(ctx, out, rec.Files) {
		return Result{}, false
	}
	tree, err := m.treeHash(ctx)
	if err != nil || tree != rec.Tree {
		return Result{}, false
	}
	r := rec.Result
	r.Changed, r.Written, r.Addresses = 0, 0, nil
	return r, true
}

func (m *memo) untouched(ctx context.Context, out *output.Folder, files []stamp) bool {
	err := parallel(ctx, len(files), func(i int) error {
		size, changed, ok := out.Stamp(files[i].Name)
		if !ok || size != files[i].Size || changed != files[i].Changed {
			return fmt.Errorf("%s changed", files[i].Name)
		}
		return nil
	})
	return err == nil && len(files) > 0
}

// treeHash is the hash of all names and bytes of the content, and of the
// styles and scripts.
func (m *memo) treeHash(ctx context.Context) (hash, error) {
	t := openTree(m.cfg.Content)
	names, problems, err := t.files()
	if err != nil || len(problems) > 0 {
		return hash{}, cmp.Or(err, fs.ErrInvalid)
	}
	sums := make([]hash, len(names))
	err = parallel(ctx, len(names), func(i int) error {
		text, err := t.read(names[i])
		sums[i] = sha256.Sum256(text)
		return err
	})
	if err != nil {
		return hash{}, err
	}
	return m.join(names, sums)
}

func (m *memo) join(names []string, sums []hash) (hash, error) {
	h := sha256.New()
	for i, name := range names {
		binary.Write(h, binary.BigEndian, uint32(len(name)))
		h.Write([]byte(name))
		h.Write(sums[i][:])
	}
	err := fs.WalkDir(m.cfg.Assets, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(m.cfg.Assets, name)
		sum := sha256.Sum256(text)
		h.Write([]byte(name))
		h.Write(sum[:])
		return err
	})
	return hash(h.Sum(nil)), err
}

// remember keeps the record of a build that went well. A memo that can't be
// written costs the next build time and nothing else.
func (m *memo) remember(b *Builder, r Result) error {
	if m.name == "" || r.Problems.Count(problem.Error) > 0 {
		return nil
	}
	rec := record{From: m.cfg.Now, Until: r.Next, Result: r}
	sums := make([]hash, len(b.paths))
	for i, name := range b.paths {
		sums[i] = b.sources[name].sum
	}
	tree, err := m.join(b.paths, sums)
	if err != nil {
		return err
	}
	rec.Tree = tree
	rec.Result.Addresses = nil
	for _, name := range append(slices.Sorted(slices.Values(b.plan())), output.List) {
		size, changed, ok := b.out.Stamp(name)
		if !ok {
			return nil
		}
		rec.Files = append(rec.Files, stamp{name, size, changed})
	}
	text, err := encode(rec)
	if err != nil {
		return err
	}
	temp := m.name + ".tmp"
	if os.WriteFile(temp, text, 0o644) == nil {
		os.Rename(temp, m.name)
	}
	return nil
}
