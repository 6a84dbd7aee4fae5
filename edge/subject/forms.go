package subject

import (
	"context"
	"errors"
	"strings"
	"time"

	"indigex.com/indigex/policy"
)

// unconfirmed is how long what nobody confirmed is kept: longer than the link
// that would.
const unconfirmed = 7 * 24 * time.Hour

// A FormTerm says what of a form is over.
type FormTerm struct {
	Form string
	// Kind is that under which it is counted.
	Kind Kind
	// Before is the time before which what was sent is over, a case by its
	// end; zero for nothing.
	Before time.Time
	// Choice has what was sent be over when this was refused before that
	// time, as for a subscription; empty for other forms.
	Choice string
	// Waiting is the time before which what nobody confirmed is over.
	Waiting time.Time
	// Sever has the keys deleted that join answers to who gave them.
	Sever bool
}

// termOf is what of a form is over at a time.
func termOf(c *policy.Catalog, f *policy.Form, now time.Time) FormTerm {
	t := FormTerm{Form: f.ID, Kind: kindOf(f), Waiting: now.Add(-unconfirmed), Sever: f.Apart && !now.Before(f.Closes.Time)}
	if f.Then.Confirm {
		for i := range f.Fields {
			if f.Fields[i].Choice != "" {
				t.Choice = f.Fields[i].Choice
			}
		}
	}
	keep := c.Term(f.Retention)
	switch {
	case keep == nil:
		t.Before = now.Add(-otherwise)
	case f.Closes.IsZero():
		t.Before = keep.Keep.Before(now)
	case !now.Before(keep.Keep.AddTo(f.Closes.Time)):
		// All of it counts from the day on which the form closed.
		t.Before = now
	}
	return t
}

// kindOf is the kind of what a form asks for that is no contact information.
func kindOf(f *policy.Form) Kind {
	for i := range f.Fields {
		if k := f.Fields[i].Category; k != "" && !strings.HasPrefix(k, "contact.") {
			return Kind(k)
		}
	}
	return Request
}

// expire deletes what is over of all forms.
func (k *Keeper) expire(ctx context.Context, now time.Time) (deleted int, err error) {
	c := k.Catalog()
	for i := range c.Forms {
		t := termOf(c, &c.Forms[i], now)
		n, failed := k.Store.Expire(ctx, t, now)
		k.count(t.Kind, n)
		deleted += n
		err = errors.Join(err, failed)
	}
	return deleted, err
}
