package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/subject"
	"indigex.com/indigex/policy"
)

// The statements of a batch. Lists of rows and values follow their heads.
const (
	selectNonces   = "SELECT nonce, code, receipt FROM nonces WHERE nonce IN "
	selectStanding = "SELECT code, choice, receipt, state, key FROM standing WHERE code IN "
	selectBuried   = "SELECT hash FROM tombstones WHERE hash IN "
	insertReasons  = "INSERT INTO reasons (receipt, code, reason)"
	insertReceipts = "INSERT INTO receipts (sequence, secret, who, previous, host, at, source)"
	insertRecords  = "INSERT INTO records (receipt, position, choice, state, policy, version, section_hash, words_hash, signal)"
	insertTexts    = "INSERT INTO texts (hash, text)"
	insertStanding = "INSERT INTO standing (code, choice, receipt, position, state, key)"
	insertNonces   = "INSERT INTO nonces (nonce, code, receipt, at)"
	unlessThere    = " ON CONFLICT DO NOTHING"
	elseUpdate     = " ON CONFLICT (code, choice) DO UPDATE SET receipt = excluded.receipt, position = excluded.position, state = excluded.state"
)

// A transaction stores one batch, once.
type transaction struct {
	ctx     context.Context
	tx      *sql.Tx
	session *session
	engine  *engine
	now     time.Time // of nonces, by the clock that they are purged by

	nonces   map[[16]byte]use
	persons  map[identity.Code]*person
	accepted []*job
	texts    map[hash]string // that are not known to be stored
}

// A use is what a nonce was used for: a receipt that is there, or a job of
// this batch that will have one.
type use struct {
	code    identity.Code
	receipt int64
	job     *job
}

// A person is who submits something in the batch.
type person struct {
	last   int64 // the last receipt
	stands map[string]stand
	key    []byte
	// buried says that the code was erased.
	buried bool
}

// A stand is the last answer to a choice.
type stand struct {
	receipt  int64
	position int64
	state    consent.State
	changed  bool
}

// store decides about each job and writes what is accepted. An error is one of
// the whole batch; those of jobs are left with them.
func (t *transaction) store(batch []*job) error {
	t.nonces = make(map[[16]byte]use, len(batch))
	t.persons = make(map[identity.Code]*person, len(batch))
	t.texts = make(map[hash]string)
	for _, j := range batch {
		j.err, j.repeats = nil, 0
		t.persons[j.receipt.Code] = &person{}
	}
	codes := slices.SortedFunc(maps.Keys(t.persons), func(a, b identity.Code) int { return bytes.Compare(a[:], b[:]) })
	if err := t.lock(codes); err != nil {
		return err
	}
	if err := errors.Join(t.readNonces(batch), t.readStanding(codes), t.meetNew(codes)); err != nil {
		return err
	}
	for _, j := range batch {
		t.decide(j)
	}
	return t.write(batch, codes)
}

// lock has the transaction wait for every other one of these persons.
func (t *transaction) lock(codes []identity.Code) error {
	if t.engine.lock == "" {
		return nil
	}
	numbers := make([]int64, len(codes))
	for i, code := range codes {
		numbers[i] = int64(binary.BigEndian.Uint64(code[:]))
	}
	// Two persons of one number share a lock, at no harm.
	_, err := t.session.exec(t.ctx, t.engine.lock, numbers)
	return err
}

func (t *transaction) readNonces(batch []*job) error {
	values := make([]any, 0, 2*len(batch))
	for _, j := range batch {
		values = append(values, j.nonce[:])
	}
	return t.each(selectNonces, values, func(rows *sql.Rows) error {
		var nonce, code sql.RawBytes
		var u use
		if err := rows.Scan(&nonce, &code, &u.receipt); err != nil {
			return err
		}
		copy(u.code[:], code)
		t.nonces[[16]byte(nonce)] = u
		return nil
	})
}

// meetNew makes keys for persons who have none, unless their code was erased.
func (t *transaction) meetNew(codes []identity.Code) error {
	tombs := make(map[subject.Tombstone]*person)
	var values []any
	for _, code := range codes {
		if p := t.persons[code]; p.key == nil {
			p.key = newKey()
			tomb := subject.Tomb(code)
			tombs[tomb] = p
			values = append(values, tomb[:])
		}
	}
	if len(values) == 0 {
		return nil
	}
	return t.each(selectBuried, values, func(rows *sql.Rows) error {
		var hash sql.RawBytes
		err := rows.Scan(&hash)
		if err == nil {
			tombs[subject.Tombstone(hash)].buried = true
		}
		return err
	})
}

func (t *transaction) readStanding(codes []identity.Code) error {
	values := make([]any, 0, 2*len(codes))
	for i := range codes {
		values = append(values, codes[i][:])
	}
	return t.each(selectStanding, values, func(rows *sql.Rows) error {
		var code, key sql.RawBytes
		var choice string
		var s stand
		if err := rows.Scan(&code, &choice, &s.receipt, &s.state, &key); err != nil {
			return err
		}
		p := t.persons[identity.Code(code)]
		if p.key == nil {
			p.key = bytes.Clone(key)
		}
		p.last = max(p.last, s.receipt)
		p.set(choice, s)
		return nil
	})
}

func (p *person) set(choice string, s stand) {
	if p.stands == nil {
		p.stands = make(map[string]stand)
	}
	p.stands[choice] = s
}

func (t *transaction) each(head string, values []any, read func(*sql.Rows) error) error {
	rows, err := t.session.query(t.ctx, head, values)
	if err != nil {
		return err
	}
	for rows.Next() && err == nil {
		err = read(rows)
	}
	return errors.Join(err, rows.Close(), rows.Err())
}

// decide accepts a job or leaves with it why not, given what is stored and
// what was accepted before it.
func (t *transaction) decide(j *job) {
	if u, ok := t.nonces[j.nonce]; ok {
		if !u.code.Equal(j.receipt.Code) {
			j.err = consent.ErrForeignNonce
		}
		return
	}
	p := t.persons[j.receipt.Code]
	if p.buried {
		j.err = consent.ErrForgotten
		return
	}
	if conflicts := j.conflicts(p); len(conflicts) > 0 {
		j.err = &consent.ConflictError{Conflicts: conflicts}
		return
	}
	if j.err = t.addTexts(j); j.err != nil {
		return
	}
	for i, a := range j.receipt.Answers {
		p.set(a.Choice, stand{position: int64(i), state: a.State, changed: true})
	}
	t.nonces[j.nonce] = use{code: j.receipt.Code, job: j}
	t.accepted = append(t.accepted, j)
}

func (j *job) conflicts(p *person) []consent.Conflict {
	var found []consent.Conflict
	for i, shown := range j.shown {
		a := &j.receipt.Answers[i]
		if stored := p.stands[a.Choice].state; stored != shown && stored != a.State {
			found = append(found, consent.Conflict{Choice: a.Choice, Stored: stored, Sent: a.State})
		}
	}
	return found
}

// addTexts notes the texts of a job that have to be stored.
func (t *transaction) addTexts(j *job) error {
	for h, text := range j.texts {
		if t.session.known[h] {
			continue
		}
		if name := fmt.Sprintf("%x", h); !isText(text) || policy.HashText(text) != name {
			return fmt.Errorf("submission: the text given for hash %s is another one", name)
		}
	}
	for h, text := range j.texts {
		if !t.session.known[h] {
			t.texts[h] = text
		}
	}
	return nil
}

// write stores what was accepted, in an order in which no two transactions
// wait for each other.
func (t *transaction) write(batch []*job, codes []identity.Code) error {
	if len(t.accepted) == 0 {
		return t.touch(batch)
	}
	if err := t.number(); err != nil {
		return err
	}
	t.settle(batch)
	for _, insert := range []func() error{t.insertTexts, t.insertNonces, t.insertReceipts, t.insertReasons, t.insertRecords} {
		if err := insert(); err != nil {
			return err
		}
	}
	return t.insertStanding(codes)
}

// touch has the commit wait for the receipts that are answered again, which
// another node may have stored just now.
func (t *transaction) touch(batch []*job) error {
	t.settle(batch)
	if t.engine.touch == "" || !slices.ContainsFunc(batch, func(j *job) bool { return j.repeats != 0 }) {
		return nil
	}
	_, err := t.session.exec(t.ctx, t.engine.touch)
	return err
}

// settle tells jobs whose nonce was used which receipt there is.
func (t *transaction) settle(batch []*job) {
	for _, j := range batch {
		u, ok := t.nonces[j.nonce]
		if j.err != nil || !ok || u.job == j {
			continue
		}
		if j.repeats = u.receipt; u.job != nil {
			j.repeats = u.job.receipt.Sequence
		}
	}
}

// number gives the accepted jobs their sequences, IDs and predecessors.
func (t *transaction) number() error {
	statement, err := t.session.prepare(t.ctx, statementKey{t.engine.sequences, 0}, func() string { return t.engine.sequences })
	if err != nil {
		return err
	}
	rows, err := statement.QueryContext(t.ctx, len(t.accepted))
	if err != nil {
		return err
	}
	var next int64
	for _, j := range t.accepted {
		// Where the engine gives one number, those behind it are free.
		if next++; rows.Next() {
			if err := rows.Scan(&next); err != nil {
				return errors.Join(err, rows.Close())
			}
		}
		j.number(next, t.persons[j.receipt.Code])
	}
	return errors.Join(rows.Close(), rows.Err())
}

func (j *job) number(sequence int64, p *person) {
	j.secret = newSecret()
	j.receipt.Sequence, j.receipt.ID = sequence, id{sequence, j.secret}.String()
	j.previous, p.last = p.last, sequence
	// Of several jobs of one person, the last one has its way.
	for _, a := range j.receipt.Answers {
		s := p.stands[a.Choice]
		s.receipt = sequence
		p.stands[a.Choice] = s
	}
}

func (t *transaction) insertTexts() error {
	args := make([]any, 0, 2*len(t.texts))
	for _, h := range slices.SortedFunc(maps.Keys(t.texts), compareHashes) {
		args = append(args, h[:], t.texts[h])
	}
	_, err := t.session.insert(t.ctx, insertTexts, 2, unlessThere, args)
	return err
}

func (t *transaction) insertNonces() error {
	sorted := slices.SortedFunc(slices.Values(t.accepted), func(a, b *job) int { return bytes.Compare(a.nonce[:], b.nonce[:]) })
	args := make([]any, 0, 4*len(sorted))
	for _, j := range sorted {
		args = append(args, j.nonce[:], j.receipt.Code[:], j.receipt.Sequence, t.now.UnixMicro())
	}
	n, err := t.session.insert(t.ctx, insertNonces, 4, unlessThere, args)
	if err == nil && n != int64(len(sorted)) {
		return errRace
	}
	return err
}

func (t *transaction) insertReceipts() error {
	args := make([]any, 0, 7*len(t.accepted))
	for _, j := range t.accepted {
		r := &j.receipt
		args = append(args, r.Sequence, int64(j.secret), commitment(t.persons[r.Code].key, r.Code), j.previous, r.Host, r.At.UnixMicro(), string(r.Source))
	}
	_, err := t.session.insert(t.ctx, insertReceipts, 7, "", args)
	return err
}

func (t *transaction) insertReasons() error {
	var args []any
	for _, j := range t.accepted {
		if r := &j.receipt; r.Reason != "" {
			args = append(args, r.Sequence, r.Code[:], r.Reason)
		}
	}
	_, err := t.session.insert(t.ctx, insertReasons, 3, "", args)
	return err
}

func (t *transaction) insertRecords() error {
	args := make([]any, 0, 9*len(t.accepted))
	for _, j := range t.accepted {
		for i := range j.receipt.Answers {
			a, h := &j.receipt.Answers[i], &j.hashes[i]
			args = append(args, j.receipt.Sequence, int64(i), a.Choice, string(a.State), a.Policy, int64(a.Version), h.section[:], h.words[:], number(a.Signal))
		}
	}
	_, err := t.session.insert(t.ctx, insertRecords, 9, "", args)
	return err
}

func number(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func (t *transaction) insertStanding(codes []identity.Code) error {
	args := make([]any, 0, 6*len(t.accepted))
	for i := range codes {
		p := t.persons[codes[i]]
		for choice, s := range p.stands {
			if s.changed {
				args = append(args, codes[i][:], choice, s.receipt, s.position, string(s.state), p.key)
			}
		}
	}
	_, err := t.session.insert(t.ctx, insertStanding, 6, elseUpdate, args)
	return err
}
