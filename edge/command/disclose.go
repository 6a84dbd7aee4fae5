package command

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/disclosure"
	"indigex.com/indigex/edge/form"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/policy"
)

// pageSize is how many submissions are read at once.
const pageSize = 500

// runDisclose writes what a processor may receive for a purpose, of those whom
// the purpose and their choices allow, and notes it for each of them.
func runDisclose(ctx context.Context, c *call) error {
	public, url := c.requiredSetting("public"), c.requiredSetting("store")
	purpose, to := c.flags.String("for", "", ""), c.flags.String("to", "", "")
	if err := c.parse("PROCESSOR"); err != nil {
		return err
	}
	if *purpose == "" {
		return &usageError{"no purpose was given", "--for names one of purposes.yaml"}
	}
	catalog, _, err := readCatalog(*public)
	if err != nil {
		return err
	}
	plan, err := disclosure.NewPlan(catalog, c.arguments[0], *purpose)
	var refused *disclosure.RefusedError
	if errors.As(err, &refused) {
		return &usageError{refused.Text, refused.Hint}
	}
	if err != nil {
		return err
	}
	if err := present(*url); err != nil {
		return err
	}
	s, err := c.openStore(ctx, *url, true)
	if err != nil {
		return err
	}
	return errors.Join(c.disclose(ctx, s, catalog, plan, *to), s.Close())
}

// A passage is a file with what is passed on.
type passage struct {
	id      string
	store   *store.Store
	catalog *policy.Catalog
	plan    *disclosure.Plan
	now     time.Time
	rows    []row
	// asked has what was decided about a code.
	asked map[identity.Code]bool
}

// A row is what is passed on of one person.
type row struct {
	code   identity.Code
	values map[string]string // by category
}

func (c *call) disclose(ctx context.Context, s *store.Store, catalog *policy.Catalog, plan *disclosure.Plan, to string) error {
	var random [8]byte
	_, _ = rand.Read(random[:])
	p := &passage{id: hex.EncodeToString(random[:]), store: s, catalog: catalog, plan: plan, now: c.Now().UTC(), asked: map[identity.Code]bool{}}
	if err := errors.Join(p.accounts(ctx), p.forms(ctx)); err != nil {
		return err
	}
	if to == "" {
		to = plan.Processor.ID + "-" + p.id + ".csv"
	}
	file, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return &usageError{to + " is there already", "--to names another file"}
	}
	if err != nil {
		return err
	}
	data, err := p.file()
	if err == nil {
		// Noted first: what is passed on is never more than what is noted.
		err = p.note(ctx)
	}
	if err == nil {
		_, err = file.Write(data)
	}
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(to))
	}
	fmt.Fprintf(c.Stdout, "wrote %s: rows %d, columns %s, for %s to %s, noted as %s\n", to, len(p.rows), strings.Join(plan.Categories, " "), plan.Purpose.ID, plan.Processor.ID, p.id)
	return nil
}

// accounts adds those of registered people.
func (p *passage) accounts(ctx context.Context) error {
	f := p.catalog.Form("register")
	if f == nil || len(p.plan.Fields(f)) == 0 {
		return nil
	}
	ids, err := p.store.Subjects().All(ctx)
	for _, id := range ids {
		if err != nil {
			return err
		}
		var a account.Account
		a, err = p.store.Accounts().Account(ctx, id)
		if errors.Is(err, account.ErrNotFound) {
			err = nil
			continue
		}
		if err == nil {
			err = p.add(ctx, a.Profile, f, func(field string) string {
				if field == "user_id" {
					return a.UserID
				}
				// An address that nobody confirmed may be another's.
				d := a.Details[account.Field(field)]
				if field == string(account.Email) && d.Confirmed.IsZero() {
					return ""
				}
				return d.Value
			})
		}
	}
	return err
}

// forms adds those of what people sent by other forms.
func (p *passage) forms(ctx context.Context) error {
	for i := range p.catalog.Forms {
		f := &p.catalog.Forms[i]
		if f.ID == "register" || len(p.plan.Fields(f)) == 0 {
			continue
		}
		var after identity.Nonce
		for {
			list, err := p.store.Forms().Submissions(ctx, f.ID, after, pageSize)
			for _, s := range list {
				if err == nil && s.State == form.Taken {
					err = p.add(ctx, s.Code, f, func(field string) string { return strings.Join(s.Answers[field], ", ") })
				}
				after = s.ID
			}
			if err != nil {
				return err
			}
			if len(list) < pageSize {
				break
			}
		}
	}
	return nil
}

// add adds a person whose choices allow it, and of whom there is anything.
func (p *passage) add(ctx context.Context, code identity.Code, f *policy.Form, value func(field string) string) error {
	allowed, known := p.asked[code]
	if !known {
		allowed = true
		for _, choice := range p.plan.Choices {
			d, err := permitted(ctx, p.store, p.store.Accounts(), question{p.catalog, p.now, choice, code})
			if err != nil {
				return err
			}
			allowed = allowed && d.Allowed
		}
		p.asked[code] = allowed
	}
	if !allowed {
		return nil
	}
	r := row{code, map[string]string{}}
	for category, field := range p.plan.Fields(f) {
		if text := value(field); text != "" {
			r.values[category] = text
		}
	}
	if len(r.values) > 0 {
		p.rows = append(p.rows, r)
	}
	return nil
}

// file is the CSV (RFC 4180). Its first column names the disclosure, so that a
// copy that turns up says where it came from.
func (p *passage) file() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	lines := [][]string{append([]string{"disclosure"}, p.plan.Categories...)}
	for _, r := range p.rows {
		line := []string{p.id}
		for _, category := range p.plan.Categories {
			line = append(line, plain(r.values[category]))
		}
		lines = append(lines, line)
	}
	err := w.WriteAll(lines)
	return b.Bytes(), err
}

// plain has no program take a text for a formula.
func plain(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}

// note notes what is passed on, for each person.
func (p *passage) note(ctx context.Context) error {
	for i, r := range p.rows {
		var categories []string
		for _, category := range p.plan.Categories {
			if r.values[category] != "" {
				categories = append(categories, category)
			}
		}
		_, _, err := p.store.Disclosures().Disclose(ctx, disclosure.Disclosure{
			At: p.now, Code: r.code, Key: "edge disclose", Reference: fmt.Sprintf("%s/%d", p.id, i+1),
			Processor: p.plan.Processor.ID, Purpose: p.plan.Purpose.ID, Categories: categories,
		})
		if errors.Is(err, disclosure.ErrErased) {
			// Erased at this moment: nothing of theirs may go out.
			return errors.New("a person was erased while the file was made: run it again")
		}
		if err != nil {
			return err
		}
	}
	return nil
}
