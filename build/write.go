package build

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"indigex.com/indigex/templates/stitch"
)

// write renders the dirty nodes and writes what changed.
func (b *Builder) write(ctx context.Context, r *Result) error {
	if b.replanned {
		removed, err := b.out.Plan(b.plan())
		if err != nil {
			return err
		}
		b.written = append(b.written, removed...)
	}
	list := b.dirtyNodes()
	progress := b.progress("writing", len(list))
	var mu sync.Mutex
	buffers := sync.Pool{New: func() any { return new(bytes.Buffer) }}
	err := parallel(ctx, len(list), func(i int) error {
		buffer := buffers.Get().(*bytes.Buffer)
		written, err := b.writeNode(list[i], buffer)
		buffers.Put(buffer)
		progress()
		mu.Lock()
		defer mu.Unlock()
		b.written = append(b.written, written...)
		if len(written) > 0 && (list[i].page || list[i].policy) {
			r.Changed++
		}
		return err
	})
	if err != nil {
		return err
	}
	if b.replanned {
		b.out.Done()
		b.replanned = false
	}
	clear(b.dirty)
	for _, name := range b.written {
		r.note(name)
	}
	b.written = nil
	slices.SortFunc(r.Addresses, func(x, y Address) int {
		return cmp.Or(cmp.Compare(x.Host, y.Host), cmp.Compare(x.Path, y.Path))
	})
	return nil
}

// plan lists every file that the output has.
func (b *Builder) plan() []string {
	var names []string
	for _, n := range b.nodes {
		names = append(names, n.files...)
		if b.cfg.Compress {
			for _, name := range n.files {
				if compressible(name) {
					names = append(names, name+".gz")
				}
			}
		}
	}
	return names
}

// writeNode renders one node and returns the names of files that changed.
// The buffer is the caller's, to be used again.
func (b *Builder) writeNode(n *node, buffer *bytes.Buffer) ([]string, error) {
	rd := &reader{b: b, x: b.x}
	files, err := n.output(rd, buffer)
	if err != nil {
		return nil, err
	}
	if b.tracking {
		n.topics = merged(n.topics, rd.topics)
	}
	var written []string
	for _, f := range files {
		changed, err := b.writeFile(f)
		if err != nil {
			return written, err
		}
		if changed {
			written = append(written, f.name)
		}
	}
	return written, nil
}

// output renders a node; what it returns may lie in the buffer.
func (n *node) output(r *reader, buffer *bytes.Buffer) ([]file, error) {
	if n.render != nil {
		return n.render(r)
	}
	buffer.Reset()
	if err := n.write(r, buffer); err != nil {
		return nil, fmt.Errorf("%s: %w", n.files[0], err)
	}
	return []file{{n.files[0], buffer.Bytes()}}, nil
}

func (b *Builder) writeFile(f file) (bool, error) {
	changed, err := b.out.Write(f.name, f.data)
	if err != nil || !b.cfg.Compress || !compressible(f.name) {
		return changed, err
	}
	packed, err := compressed(f)
	if err != nil {
		return changed, fmt.Errorf("%s: %w", f.name, err)
	}
	_, err = b.out.Write(f.name+".gz", packed)
	return changed, err
}

// compressible says whether files of this name are served, and gzip makes
// them smaller.
func compressible(name string) bool {
	if strings.HasSuffix(name, "/"+shellFile) {
		return false
	}
	switch path.Ext(name) {
	case ".html", ".css", ".js", ".svg", ".xml", ".txt", ".atom", ".json", ".ico":
		return name != "catalog.json"
	}
	return false
}

// compressed is a file in gzip, without a name or a time, so that the same
// data gives the same bytes. A page with a notice slot is cut there.
func compressed(f file) ([]byte, error) {
	if path.Ext(f.name) == ".html" {
		if slot, ok := stitch.Slot(f.data); ok {
			return stitch.Pack(f.data, slot, gzip.BestCompression)
		}
		if bytes.Contains(f.data, []byte(stitch.Marker)) {
			return nil, errors.New("the page has more than one notice slot")
		}
	}
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(f.data); err != nil {
		return nil, err
	}
	err = w.Close()
	return b.Bytes(), err
}

// note adds a changed file to the result.
func (r *Result) note(name string) {
	r.Written++
	host, rest, ok := strings.Cut(name, "/")
	if !ok || strings.HasSuffix(name, ".gz") {
		return
	}
	r.Addresses = append(r.Addresses, Address{host, "/" + strings.TrimSuffix(rest, "index.html")})
}

// merged joins two lists of topics, each topic once.
func merged(a, b []topic) []topic {
	all := slices.Concat(a, b)
	slices.SortFunc(all, func(x, y topic) int {
		return cmp.Or(cmp.Compare(x.kind, y.kind), cmp.Compare(x.name, y.name))
	})
	return slices.Clip(slices.Compact(all))
}
