package subject

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/policy"
)

const (
	// passEvery is how often what is over is deleted.
	passEvery = time.Hour
	// otherwise is how long what has no term in the catalog is kept.
	otherwise = 365 * 24 * time.Hour
)

// A Keeper keeps things no longer than was promised. Its fields are required,
// but for the last two.
type Keeper struct {
	Store  Store
	Graves *Graves
	// Catalog returns the one that is served.
	Catalog func() *policy.Catalog
	Now     func() time.Time
	Logger  *slog.Logger
	// Also is done in each pass; nil is nothing.
	Also func(context.Context) error
	// Count is told how many of a kind were deleted; nil is not.
	Count func(kind Kind, n int)
}

// Restore has a database forget whom the tombstones of the file name, as after
// it came back from a backup. Call it before anything is served.
func (k *Keeper) Restore(ctx context.Context) error {
	if err := k.Graves.Writable(); err != nil {
		return err
	}
	n, err := k.Store.Bury(ctx, k.Graves.List(), k.Now().UTC())
	if err == nil && n > 0 {
		k.Logger.Warn("erased again what a backup had brought back", "event", "tombstones", "erased", n)
		err = k.Store.Scrub(ctx)
	}
	return err
}

// Run makes a pass now and then until ctx ends. Whoever starts it waits for it.
func (k *Keeper) Run(ctx context.Context) {
	tick := time.NewTicker(passEvery)
	defer tick.Stop()
	for {
		if err := k.Pass(ctx); err != nil && ctx.Err() == nil {
			k.Logger.Error("what is over was not deleted", "event", "retention", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Pass deletes all that is over: accounts whose erasure is due or that nobody
// uses, and what is older than its term.
func (k *Keeper) Pass(ctx context.Context) error {
	now := k.Now().UTC()
	erased, err := k.eraseAll(ctx, now)
	deleted := erased
	for _, kind := range Kinds() {
		if kind == Account {
			continue
		}
		n, purgeErr := k.Store.Purge(ctx, Term{kind, k.before(kind, now)}, now)
		k.count(kind, n)
		deleted += n
		err = errors.Join(err, purgeErr)
	}
	n, expired := k.expire(ctx, now)
	deleted += n
	err = errors.Join(err, expired)
	if k.Also != nil {
		err = errors.Join(err, k.Also(ctx))
	}
	err = errors.Join(err, k.remember(ctx))
	if deleted > 0 {
		k.Logger.Info("deleted what is over", "event", "retention", "deleted", deleted)
		err = errors.Join(err, k.Store.Scrub(ctx))
	}
	return err
}

// before is the time before which things of a kind are over.
func (k *Keeper) before(kind Kind, now time.Time) time.Time {
	if term := k.Catalog().TermOf(string(kind)); term != nil {
		return term.Keep.Before(now)
	}
	return now.Add(-otherwise)
}

// eraseAll erases accounts that are due. Those that nobody uses are erased
// where the catalog says after how long, and otherwise kept.
func (k *Keeper) eraseAll(ctx context.Context, now time.Time) (n int, err error) {
	if err := k.Graves.Writable(); err != nil {
		// Who is erased and not noted would come back with a backup.
		return 0, err
	}
	ids, err := k.Store.Due(ctx, now)
	if err == nil && k.Catalog().TermOf(string(Account)) != nil {
		var idle []account.ID
		idle, err = k.Store.Idle(ctx, k.before(Account, now))
		ids = append(ids, idle...)
	}
	for _, id := range ids {
		p, found := k.Store.Person(ctx, id)
		if found == nil {
			found = k.Erase(ctx, p)
		}
		// Another node was first, or the person came back at this moment.
		if errors.Is(found, account.ErrNotFound) || errors.Is(found, account.ErrStale) {
			continue
		}
		if found == nil {
			n++
		}
		err = errors.Join(err, found)
	}
	return n, err
}

// Erase erases a person now, and tells their address, if it is theirs for sure.
func (k *Keeper) Erase(ctx context.Context, p Person) error {
	if err := k.Graves.Writable(); err != nil {
		return err
	}
	now := k.Now().UTC()
	var letters []mail.Letter
	if d := p.Account.Details[account.Email]; !d.Confirmed.IsZero() {
		l := mail.NewLetter(mail.Erased, d.Value, [16]byte{}, now)
		l.Values = map[string]string{"user_id": p.Account.UserID}
		letters = append(letters, l)
	}
	if err := k.Store.Erase(ctx, p, now, letters); err != nil {
		return err
	}
	k.count(Account, 1)
	return errors.Join(k.Graves.Add(p.Tombs()), k.Store.Scrub(ctx))
}

// remember brings the tombstones of other nodes into the file.
func (k *Keeper) remember(ctx context.Context) error {
	list, err := k.Store.Tombstones(ctx)
	if err != nil {
		return err
	}
	return k.Graves.Add(list)
}

func (k *Keeper) count(kind Kind, n int) {
	if k.Count != nil && n > 0 {
		k.Count(kind, n)
	}
}
