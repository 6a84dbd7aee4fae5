package command_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"indigex.com/indigex/edge/identity"
)

// TestRotationOverTwoNodes adds a key to the ring of two nodes one after the
// other: a visitor of before and one of after are known on both all the while,
// and once a key is retired, whoever had it is a new visitor on both.
func TestRotationOverTwoNodes(t *testing.T) {
	public, dir := newPublic(t), t.TempDir()
	first, second := filepath.Join(dir, "first.json"), filepath.Join(dir, "second.json")
	must(t, identity.New(time.Now().Add(-2*time.Hour)).Create(first))
	copyRing(t, first, second)
	nodes := []*node{
		start(t, public, "sqlite:"+filepath.Join(dir, "first.db"), first),
		start(t, public, "sqlite:"+filepath.Join(dir, "second.db"), second),
	}
	before := visits(t, nodes[0])
	known(t, nodes, before)

	old := ringOf(t, first)
	// The clock of the rotation is set back, so that the new key issues now.
	ring, err := old.Rotate(time.Now().Add(-time.Hour), identity.DefaultLead)
	must(t, err)
	must(t, ring.Save(first))
	nodes[0].await("keys reloaded")
	known(t, nodes, before)
	copyRing(t, first, second)
	nodes[1].await("keys reloaded")
	after := visits(t, nodes[1])
	known(t, nodes, before, after)

	list := ring.List(time.Now())
	ring, err = ring.Retire(list[0].ID, time.Now())
	must(t, err)
	must(t, ring.Save(first))
	nodes[0].await("keys reloaded")
	known(t, nodes[:1], after)
	if again := visitedBy(t, nodes[0], before); !again {
		t.Error("a cookie of the retired key still counts")
	}
	for _, n := range nodes {
		if code := n.end(syscall.SIGTERM); code != 0 {
			t.Errorf("exit code %d", code)
		}
	}
}

func ringOf(t *testing.T, file string) *identity.Ring {
	t.Helper()
	ring, err := identity.Load(file)
	must(t, err)
	return ring
}

// copyRing brings a ring to another node.
func copyRing(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	must(t, err)
	if !json.Valid(data) {
		t.Fatal("half a ring was read")
	}
	must(t, os.WriteFile(to+".new", data, 0o600))
	must(t, os.Rename(to+".new", to))
}

// visits is somebody's first visit of a node.
func visits(t *testing.T, n *node) *visitor {
	t.Helper()
	v := newVisitor()
	if !visitedBy(t, n, v) {
		t.Fatal("the first visit brought no cookie")
	}
	return v
}

// visitedBy asks for the home page and says whether the visitor got a new
// cookie, as new visitors do.
func visitedBy(t *testing.T, n *node, v *visitor) bool {
	t.Helper()
	const name = "__Secure-code"
	had := v.cookies[name]
	_, _, err := v.send(t.Context(), n.addr, "/", nil)
	must(t, err)
	return v.cookies[name] != had
}

// known holds that each of the nodes knows each of the visitors.
func known(t *testing.T, nodes []*node, people ...*visitor) {
	t.Helper()
	for i, n := range nodes {
		for j, v := range people {
			if visitedBy(t, n, v) {
				t.Errorf("visitor %d is new on node %d", j, i)
			}
		}
	}
}
