package build

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"indigex.com/indigex/build/front"
)

// An origin says which file of the content a node comes from; path is "" for
// what is generated, and what then says what that is.
type origin struct {
	path string
	at   front.Pos
	what string
}

func (o origin) String() string { return cmp.Or(o.path, o.what) }

// rank orders claims: pages first, then the files beside them, then what is
// generated, then aliases, which give way to all.
func (n *node) rank() int {
	switch {
	case n.page:
		return 0
	case strings.HasPrefix(n.id, "asset "):
		return 1
	case strings.HasPrefix(n.id, "redirect "):
		return 3
	}
	return 2
}

// claim gives each file of the output to the node that writes it and reports
// where two want the same, or one wants a folder where another has a file.
// Names that differ in case alone are the same, since they are one file on
// some systems. It fills the index's addresses.
func (b *Builder) claim(nodes map[string]*node) {
	list := make([]*node, 0, len(nodes))
	for _, n := range nodes {
		list = append(list, n)
	}
	slices.SortFunc(list, func(x, y *node) int {
		return cmp.Or(cmp.Compare(x.rank(), y.rank()), cmp.Compare(x.id, y.id))
	})
	owners := make(map[string]*node, 2*len(nodes))
	for _, n := range list {
		for _, name := range n.files {
			if b.claimFile(owners, n, strings.ToLower(name)) && compressible(name) {
				b.claimFile(owners, n, strings.ToLower(name)+".gz")
			}
		}
	}
	for name, n := range owners {
		for dir := path.Dir(name); dir != "." && dir != "/"; dir = path.Dir(dir) {
			if first := owners[dir]; first != nil && first != n {
				b.collide(first, n, dir)
				break
			}
		}
	}
	b.x.addresses = make(map[string]string, len(owners))
	for name, n := range owners {
		b.x.addresses[strings.TrimSuffix(name, "index.html")] = n.origin.path
	}
}

// claimFile says whether the node got the file.
func (b *Builder) claimFile(owners map[string]*node, n *node, name string) bool {
	if first := owners[name]; first != nil && first != n {
		b.collide(first, n, name)
		return false
	}
	owners[name] = n
	return true
}

// collide reports two nodes that want one name, at the file of the content
// that can give way.
func (b *Builder) collide(first, second *node, name string) {
	if second.origin.path == "" {
		first, second = second, first
	}
	host, rest, _ := strings.Cut(name, "/")
	address := "/" + strings.TrimSuffix(rest, "index.html")
	var of []string
	for _, t := range b.x.sites {
		if t.host == host {
			of = append(of, t.id)
		}
	}
	if len(of) > 1 || second.origin.path == "" {
		return // two sites on one host, which is reported as that
	}
	if len(of) == 1 {
		address += " of site " + of[0]
	}
	at := second.origin.at
	if at.Line == 0 && second.page {
		at = front.Pos{Line: 1, Col: 1}
	}
	b.x.report(second.origin.path, at, b, "duplicate-url",
		fmt.Sprintf("address %s is taken by %s", address, first.origin), "rename one of the two files, or remove the alias")
}
