package command_test

import (
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"indigex.com/indigex/edge/store/storetest"
)

// TestKilledUnderLoad kills a serving edge while visitors choose, starts it
// again, and asks for the receipt of each answer that was acknowledged.
func TestKilledUnderLoad(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		killed(t, "sqlite:"+filepath.Join(t.TempDir(), "edge.db"))
	})
	t.Run("postgres", func(t *testing.T) { killed(t, storetest.Postgres(t).Database()) })
}

// A chooser is a visitor with the receipts that they were given.
type chooser struct {
	*visitor
	receipts []string
}

func killed(t *testing.T, store string) {
	const rounds, visitors, each = 3, 8, 30
	public, keys := newPublic(t), filepath.Join(t.TempDir(), "keys.json")
	edge(t, "keys", "new", "--keys", keys)
	people := make([]*chooser, visitors)
	for i := range people {
		people[i] = &chooser{visitor: newVisitor()}
	}
	for range rounds {
		n := start(t, public, store, keys)
		choosing(t, n, people, each*visitors)
		n.kill()
		n = start(t, public, store, keys)
		for _, p := range people {
			p.holds(t, n)
		}
		if code := n.end(syscall.SIGTERM); code != 0 {
			t.Errorf("exit code %d", code)
		}
	}
}

// choosing has people choose until so many answers were acknowledged, kills the
// node, and waits until everybody has noticed.
func choosing(t *testing.T, n *node, people []*chooser, answers int64) {
	var acknowledged atomic.Int64
	var all sync.WaitGroup
	for _, p := range people {
		all.Go(func() {
			for i := 0; ; i++ {
				receipt, err := p.choose(t.Context(), n.addr, []string{"granted", "refused"}[i%2])
				var refused *refusedError
				if errors.As(err, &refused) {
					t.Errorf("refused: %v", err)
				}
				if err != nil {
					return
				}
				if !strings.HasPrefix(receipt, "/preferences/receipts/") {
					continue // what stood was chosen again
				}
				p.receipts = append(p.receipts, receipt)
				if acknowledged.Add(1) == answers {
					_ = n.Process.Signal(syscall.SIGKILL) // others are under way
				}
			}
		})
	}
	all.Wait()
}

// holds asks for each receipt, and that no answer is there in halves or twice.
func (p *chooser) holds(t *testing.T, n *node) {
	t.Helper()
	for _, path := range p.receipts {
		answer, page, err := p.send(t.Context(), n.addr, path+".json", nil)
		must(t, err)
		if answer.StatusCode != 200 || !strings.Contains(page, "marketing.email") {
			t.Fatalf("%s was acknowledged and is %s: %s", path, answer.Status, page)
		}
	}
	if len(p.receipts) == 0 {
		t.Error("a visitor got no receipt, so nothing was tried")
	}
}
