package consent

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"time"

	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/policy"
)

const (
	// maxSignals is how many visits wait at most, maxRemembered how many
	// codes a generation of those seen holds.
	maxSignals, maxRemembered = 256, 8192
	// rememberedFor is how long a visitor's signal needs no other look: what
	// they grant meanwhile in another browser is refused after that.
	rememberedFor = time.Hour
	// signalTime bounds the work for one visit.
	signalTime = 10 * time.Second
)

// Signals stores the refusals that Global Privacy Control stands for, behind
// the pages: a visit is handed over without waiting. It may be used by several
// goroutines.
type Signals struct {
	store  Store
	logger *slog.Logger
	now    func() time.Time

	queue chan visit
	stop  context.CancelFunc
	done  sync.WaitGroup
	// waiting counts visits that were handed over and aren't done.
	waiting sync.WaitGroup

	mu     sync.Mutex
	closed bool
	// recent and before are two generations of codes, with when they were
	// seen.
	recent, before map[identity.Code]time.Time
}

type visit struct {
	catalog *policy.Catalog
	host    string
	code    identity.Code
}

// NewSignals returns a worker that has not started. The logger is told of
// refusals that could not be stored.
func NewSignals(s Store, logger *slog.Logger, now func() time.Time) *Signals {
	return &Signals{
		store: s, logger: logger, now: now, queue: make(chan visit, maxSignals),
		recent: map[identity.Code]time.Time{}, before: map[identity.Code]time.Time{},
	}
}

// Start has the worker run until Close. It is called once.
func (s *Signals) Start() {
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.done.Go(func() { s.run(ctx) })
}

// Close gives up what waits, which is tried again at those visitors' next
// pages, and waits until the worker has ended.
func (s *Signals) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	if s.stop != nil {
		s.stop()
	}
	s.done.Wait()
}

// Honour is told that a known visitor's browser sent the signal. It does not
// wait. Where too many do, the visit is dropped and false returned; the next
// page tries again.
func (s *Signals) Honour(c *policy.Catalog, host string, code identity.Code) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	now := s.now()
	if s.remembers(code, now) {
		return true
	}
	select {
	case s.queue <- visit{c, host, code}:
		s.waiting.Add(1)
	default:
		return false
	}
	if len(s.recent) >= maxRemembered {
		s.recent, s.before = map[identity.Code]time.Time{}, s.recent
	}
	s.recent[code] = now
	return true
}

// remembers says whether a code was seen not long before now. A clock that was
// set back counts as long ago.
func (s *Signals) remembers(code identity.Code, now time.Time) bool {
	at, ok := s.recent[code]
	if !ok {
		at, ok = s.before[code]
	}
	since := now.Sub(at)
	return ok && since >= 0 && since < rememberedFor
}

// Flush waits until all that was handed over is done, for tests.
func (s *Signals) Flush() { s.waiting.Wait() }

func (s *Signals) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			s.drop()
			return
		case v := <-s.queue:
			if err := s.refuse(ctx, v); err != nil {
				s.forget(v.code)
				if ctx.Err() == nil {
					s.logger.Error("privacy signal not stored", "event", "gpc", "error", err)
				}
			}
			s.waiting.Done()
		}
	}
}

// drop gives up what waits; nothing is added any more.
func (s *Signals) drop() {
	for {
		select {
		case <-s.queue:
			s.waiting.Done()
		default:
			return
		}
	}
}

func (s *Signals) forget(code identity.Code) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.recent, code)
	delete(s.before, code)
}

// refuse stores a refusal for each grant that was given without knowing of
// the signal. It writes nothing about somebody who granted nothing.
func (s *Signals) refuse(ctx context.Context, v visit) error {
	ctx, cancel := context.WithTimeout(ctx, signalTime)
	defer cancel()
	records, err := s.store.Latest(ctx, v.code)
	if err != nil {
		return err
	}
	in := Situation{Catalog: v.catalog, Now: s.now(), Host: v.host, Source: FromSignal, Code: v.code, Records: records, Signal: true}
	// It never fails: the program ends where there is no randomness.
	_, _ = rand.Read(in.Nonce[:])
	sub := Submission{
		Nonce: in.Nonce, Code: v.code, Host: v.host, At: in.Now, Source: FromSignal,
		Texts: map[string]string{}, Shown: map[string]State{}, Guarded: true,
	}
	for _, now := range Evaluate(v.catalog, in.Now, records, true) {
		if !now.Signal || now.Stored != Granted {
			continue
		}
		a, _ := in.answer(now, Refused)
		sub.Answers = append(sub.Answers, a)
		sub.Shown[a.Choice] = Granted
	}
	if len(sub.Answers) == 0 {
		return nil
	}
	in.addTexts(&sub)
	_, _, err = s.store.Append(ctx, sub)
	return err
}
