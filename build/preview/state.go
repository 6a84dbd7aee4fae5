package preview

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"indigex.com/indigex/build/problem"
	"indigex.com/indigex/policy"
)

const (
	// remembered is how many addresses the history may hold; a tab that
	// was away for longer reloads.
	remembered = 20_000
	// listed is how many problems a page shows; more would be scrolled
	// past.
	listed = 30
	// few is up to how many changed pages are offered as links.
	few = 3
)

// A state is what pages are told, and what they may have missed.
type state struct {
	// instance tells the marks of this server from those of another.
	instance string

	mu    sync.Mutex
	step  int
	build int
	// history are the latest steps, the last of which is step.
	history  []step
	problems problem.List
	duration time.Duration
	// catalog and drafts are those of the last good build.
	catalog *policy.Catalog
	drafts  bool
	// wake is closed by the next publish.
	wake chan struct{}
}

// A step is what one update changed.
type step struct {
	changed []Changed
	styles  []string
}

func (s step) size() int { return 1 + len(s.changed) + len(s.styles) }

// A message is what a page is told, as JSON. Members that are empty are left
// out.
type message struct {
	// At is the mark of the state after this message.
	At string `json:"at"`
	// Reload says that it is not known what the page missed.
	Reload  bool     `json:"reload,omitempty"`
	Changed []string `json:"changed,omitempty"`
	Styles  []string `json:"styles,omitempty"`
	// Elsewhere are addresses without scheme and port of changed pages,
	// where these are few.
	Elsewhere []string `json:"elsewhere,omitempty"`
	Problems  []entry  `json:"problems,omitempty"`
	// More is how many problems are not listed.
	More int `json:"more,omitempty"`
	// Milliseconds is how long the build took.
	Milliseconds int64 `json:"ms"`
}

// An entry is a problem as it is shown.
type entry struct {
	Place    string `json:"place"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
	Source   string `json:"source,omitempty"`
	Caret    string `json:"caret,omitempty"`
	Hint     string `json:"hint,omitempty"`
}

func newState() state {
	return state{instance: strings.ToLower(rand.Text()[:8]), wake: make(chan struct{})}
}

func (s *state) publish(u Update) {
	changed := make([]Changed, len(u.Changed))
	for i, c := range u.Changed {
		changed[i] = Changed{c.Host, strings.TrimSuffix(c.Path, "index.html")}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.step++
	s.build, s.problems, s.duration = u.Build, slices.Clone(u.Problems), u.Duration
	if u.Catalog != nil {
		s.catalog, s.drafts = u.Catalog, u.Drafts
	}
	s.history = append(s.history, step{changed, slices.Clone(u.Styles)})
	size := 0
	for i := len(s.history) - 1; i >= 0; i-- {
		if size += s.history[i].size(); size > remembered {
			s.history = slices.Clone(s.history[i+1:])
			break
		}
	}
	close(s.wake)
	s.wake = make(chan struct{})
}

// ready says whether there is anything to show.
func (s *state) ready() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.build > 0
}

// sites returns the catalog, nil where there is none, and whether drafts are
// shown.
func (s *state) sites() (catalog *policy.Catalog, drafts bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.catalog, s.drafts
}

// mark names the present state.
func (s *state) mark() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.markLocked()
}

func (s *state) markLocked() string { return s.instance + "-" + strconv.Itoa(s.step) }

// since returns what a page of the host that knows the state of a mark has to
// be told, and a channel that is closed when there is more.
func (s *state) since(mark, host string) (message, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := message{At: s.markLocked(), Milliseconds: s.duration.Milliseconds()}
	m.Problems, m.More = entries(s.problems)
	missed, known := s.missed(mark)
	m.Reload = !known
	for _, step := range missed {
		m.add(step, host)
	}
	if len(missed) != 1 || len(m.Elsewhere) > few {
		m.Elsewhere = nil
	}
	return m, s.wake
}

// missed are the steps after the one that a mark names. It is not known if
// the mark is of another server, or older than the history.
func (s *state) missed(mark string) (steps []step, known bool) {
	instance, number, _ := strings.Cut(mark, "-")
	at, err := strconv.Atoi(number)
	first := s.step - len(s.history)
	if instance != s.instance || err != nil || at < first || at > s.step {
		return nil, false
	}
	return s.history[at-first:], true
}

func (m *message) add(s step, host string) {
	for _, c := range s.changed {
		switch {
		case c.Host == host && path.Ext(c.Path) == ".css":
			m.Styles = append(m.Styles, c.Path)
		case c.Host == host:
			m.Changed = append(m.Changed, c.Path)
		}
		if strings.HasSuffix(c.Path, "/") && len(m.Elsewhere) <= few {
			m.Elsewhere = append(m.Elsewhere, "//"+c.Host+c.Path)
		}
	}
	m.Styles = append(m.Styles, s.styles...)
}

// entries are the first problems as they are shown, and how many follow.
func entries(list problem.List) (shown []entry, more int) {
	more = max(0, len(list)-listed)
	for _, p := range list[:len(list)-more] {
		source, caret := p.Excerpt()
		shown = append(shown, entry{p.Place(), p.Severity.String(), p.Message, source, caret, p.Hint})
	}
	return shown, more
}

// event is a message in the form of a server-sent event.
func (m message) event() []byte {
	data, err := json.Marshal(m)
	if err != nil {
		// Strings, numbers and a bool always encode.
		panic(fmt.Sprintf("preview: message: %v", err))
	}
	return fmt.Appendf(nil, "data: %s\n\n", data)
}
