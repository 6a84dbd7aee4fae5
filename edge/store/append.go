package store

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"indigex.com/indigex/edge/consent"
)

// A hash is that of a text, SHA-256.
type hash [32]byte

// A job is a submission that waits for a writer.
type job struct {
	ctx     context.Context
	nonce   [16]byte
	receipt consent.Receipt // without what the writer gives it
	hashes  []answerHashes  // of the receipt's answers
	texts   map[hash]string
	// shown are the states that the answers of a guarded submission may
	// replace; nil where it isn't guarded.
	shown []consent.State

	// What the writer found, to be read once done is closed.
	done     chan struct{}
	previous int64
	secret   uint64
	repeats  int64 // the sequence of the receipt that is there already
	err      error
}

type answerHashes struct{ section, words hash }

// Append stores a submission; see [consent.Store]. Where ctx ends before a
// writer has taken the submission, it is not stored; where it ends later,
// Append does not wait for the outcome, which the same nonce tells. An error
// that is none of consent's says what is wrong with the submission.
func (s *Store) Append(ctx context.Context, sub consent.Submission) (consent.Receipt, bool, error) {
	j, err := newJob(ctx, &sub)
	if err != nil {
		return consent.Receipt{}, false, fmt.Errorf("submission: %w", err)
	}
	if err := s.enqueue(j); err != nil {
		return consent.Receipt{}, false, err
	}
	select {
	case <-j.done:
	case <-ctx.Done():
		return consent.Receipt{}, false, ctx.Err()
	}
	if j.err != nil {
		return consent.Receipt{}, false, j.err
	}
	if j.repeats != 0 {
		found, err := s.receipt(ctx, j.receipt.Code, j.repeats)
		return found.Receipt, true, err
	}
	return j.receipt, false, nil
}

func (s *Store) enqueue(j *job) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return fmt.Errorf("%w: it is closed", consent.ErrUnavailable)
	}
	select {
	case s.queue <- j:
		return nil
	default:
		return fmt.Errorf("%w: %d submissions wait", consent.ErrUnavailable, maxWaiting)
	}
}

// newJob checks a submission and keeps what is needed of it: the caller may
// change its slices and maps when Append has returned early.
func newJob(ctx context.Context, sub *consent.Submission) (*job, error) {
	if err := checkSubmission(sub); err != nil {
		return nil, err
	}
	j := &job{
		ctx: ctx, nonce: sub.Nonce, done: make(chan struct{}),
		hashes: make([]answerHashes, len(sub.Answers)), texts: make(map[hash]string, 2*len(sub.Answers)),
		receipt: consent.Receipt{
			Code: sub.Code, Host: sub.Host, At: time.UnixMicro(sub.At.UnixMicro()).UTC(),
			Source: sub.Source, Reason: sub.Reason, Answers: append([]consent.Answer(nil), sub.Answers...),
		},
	}
	for i := range sub.Answers {
		if err := j.add(sub, i); err != nil {
			return nil, fmt.Errorf("choice %q: %w", sub.Answers[i].Choice, err)
		}
	}
	return j, nil
}

func (j *job) add(sub *consent.Submission, i int) error {
	a := &sub.Answers[i]
	for k := range i {
		if sub.Answers[k].Choice == a.Choice {
			return errors.New("is answered twice")
		}
	}
	if err := checkAnswer(a); err != nil {
		return err
	}
	var err error
	if j.hashes[i].section, err = j.addText(sub, a.SectionHash); err != nil {
		return fmt.Errorf("section: %w", err)
	}
	if j.hashes[i].words, err = j.addText(sub, a.WordsHash); err != nil {
		return fmt.Errorf("words: %w", err)
	}
	if sub.Guarded {
		j.shown = append(j.shown, sub.Shown[a.Choice])
	}
	return nil
}

func (j *job) addText(sub *consent.Submission, name string) (hash, error) {
	h, err := parseHash(name)
	if err != nil {
		return hash{}, err
	}
	text, ok := sub.Texts[name]
	if !ok {
		return hash{}, fmt.Errorf("there is no text for hash %s", name)
	}
	j.texts[h] = text
	return h, nil
}

// parseHash reads a hash as policy.HashText writes it.
func parseHash(text string) (hash, error) {
	var h hash
	if len(text) != 2*len(h) || strings.ContainsAny(text, "ABCDEF") {
		return h, fmt.Errorf("%q is not 64 small hexadecimal digits", text)
	}
	b, err := hex.DecodeString(text)
	if err != nil {
		return h, fmt.Errorf("%q is not 64 small hexadecimal digits", text)
	}
	copy(h[:], b)
	return h, nil
}

func checkSubmission(sub *consent.Submission) error {
	switch {
	case sub.Code.IsZero():
		return errors.New("is nobody's")
	case sub.At.IsZero():
		return errors.New("has no time")
	case len(sub.Answers) == 0:
		return errors.New("answers nothing")
	case sub.Host == "" || !isText(sub.Host):
		return errors.New("host is empty or not text")
	case sub.Source == "" || !isText(string(sub.Source)):
		return errors.New("source is empty or not text")
	case !isText(sub.Reason):
		return errors.New("reason is not text")
	}
	return nil
}

func checkAnswer(a *consent.Answer) error {
	switch {
	case a.Choice == "" || !isText(a.Choice):
		return errors.New("is not a name")
	case a.State != consent.Granted && a.State != consent.Refused:
		return fmt.Errorf("%q is neither granted nor refused", a.State)
	case a.Policy == "" || !isText(a.Policy):
		return errors.New("has no policy")
	case a.Version < 1:
		return fmt.Errorf("there is no version %d", a.Version)
	}
	return nil
}

// isText says whether both engines take a string and give it back as it is.
func isText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

func compareHashes(a, b hash) int { return bytes.Compare(a[:], b[:]) }
