package identity

import (
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func drawVisitor(t *rapid.T) Visitor {
	v := NewVisitor()
	ids := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z0-9][a-z0-9-]{0,62}`), 0, maxPolicies, rapid.ID[string]).Draw(t, "policies")
	for _, id := range ids {
		v = v.WithSeen(id, rapid.IntRange(1, maxVersion).Draw(t, "seen"))
		if rapid.Bool().Draw(t, "acknowledges") {
			v = v.WithAcknowledged(id, rapid.IntRange(1, maxVersion).Draw(t, "acknowledged"))
		}
	}
	return v
}

// A cluster is two nodes with files of their own, and an operator who rotates
// and brings the file to them. Their three clocks differ by up to Skew.
type cluster struct {
	now     time.Time
	skews   [3]time.Duration // of the nodes and the operator
	paths   [2]string
	nodes   [2]*Keys
	cookies [2]*Cookies
	newest  *Ring
	// due is when a node must have the newest ring; zero where it has.
	due [2]time.Time
}

func newCluster(t *rapid.T, dir string) *cluster {
	c := &cluster{now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	for i := range c.skews {
		c.skews[i] = time.Duration(rapid.Int64Range(0, int64(Skew)).Draw(t, "skew"))
	}
	c.newest = New(c.now.Add(c.skews[2]))
	for i := range c.nodes {
		c.paths[i] = filepath.Join(dir, string(rune('a'+i)))
		c.bring(t, i)
		var err error
		cfg := Config{Apex: apex, Ring: func() *Ring { return c.nodes[i].Ring() }, Now: func() time.Time { return c.now.Add(c.skews[i]) }}
		if c.cookies[i], err = NewCookies(cfg); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// bring gives a node the newest ring.
func (c *cluster) bring(t *rapid.T, node int) {
	err := c.newest.Save(c.paths[node])
	if c.nodes[node] == nil && err == nil {
		c.nodes[node], err = OpenKeys(c.paths[node])
	} else if err == nil {
		_, err = c.nodes[node].Reload()
	}
	if err != nil {
		t.Fatal(err)
	}
	c.due[node] = time.Time{}
}

// rotate is due everywhere within the lead less the skew.
func (c *cluster) rotate(t *rapid.T) {
	ring, err := c.newest.Rotate(c.now.Add(c.skews[2]), MinLead)
	if err != nil {
		return // the last key does not issue yet, or there are too many
	}
	c.newest = ring
	for i := range c.due {
		if c.due[i].IsZero() {
			c.due[i] = c.now.Add(MinLead - Skew - time.Second)
		}
	}
}

// pass moves the clock, but not past the moment when a node must have a ring.
func (c *cluster) pass(t *rapid.T, d time.Duration) {
	end := c.now.Add(d)
	for i := range c.due {
		if due := c.due[i]; !due.IsZero() && due.Before(end) {
			c.now = due
			c.bring(t, i)
		}
	}
	c.now = end
}

// TestNodesAgree: what one node writes, the other reads as the same, over
// random visitors and rotations, for as long as the cookie may live.
func TestNodesAgree(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		c := newCluster(t, dir)
		type sent struct {
			value string
			v     Visitor
			at    time.Time
		}
		var jar []sent
		t.Repeat(map[string]func(*rapid.T){
			"write": func(t *rapid.T) {
				node, v, response := rapid.IntRange(0, 1).Draw(t, "node"), drawVisitor(t), recorder()
				if err := c.cookies[node].Write(response, v); err != nil {
					t.Fatal(err)
				}
				jar = append(jar, sent{response.Result().Cookies()[0].Value, v, c.now.Add(c.skews[node])})
			},
			"rotate":  func(t *rapid.T) { c.rotate(t) },
			"bring":   func(t *rapid.T) { c.bring(t, rapid.IntRange(0, 1).Draw(t, "node")) },
			"minutes": func(t *rapid.T) { c.pass(t, time.Duration(rapid.IntRange(1, 30).Draw(t, "n"))*time.Minute) },
			"months":  func(t *rapid.T) { c.pass(t, time.Duration(rapid.IntRange(10, 200).Draw(t, "n"))*24*time.Hour) },
			"": func(t *rapid.T) {
				for _, s := range jar {
					for i := range c.nodes {
						v, state := c.cookies[i].Read(request(codeCookie + "=" + s.value))
						age := c.now.Add(c.skews[i]).Sub(s.at.Truncate(time.Second))
						if want := age <= MaxAge; (state == Known) != want {
							t.Fatalf("node %d reads a cookie of age %v as %v", i, age, state)
						}
						if state == Known && (!v.Code.Equal(s.v.Code) || !v.Issued.Equal(s.at.Truncate(time.Second)) || len(v.policies)+len(s.v.policies) > 0 && !reflect.DeepEqual(v.policies, s.v.policies)) {
							t.Fatalf("node %d reads %+v, written was %+v", i, v, s.v)
						}
					}
				}
			},
		})
	})
}
