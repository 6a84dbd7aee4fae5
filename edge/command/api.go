package command

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/admin"
	"indigex.com/indigex/edge/admin/apikey"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/policy"
)

func apiCommands() map[string]command {
	return map[string]command{"keys": {below: map[string]command{
		"new":    {run: runAPIKeysNew},
		"rotate": {run: runAPIKeysRotate},
		"list":   {run: runAPIKeysList},
		"revoke": {run: runAPIKeysRevoke},
	}}}
}

// withKeys opens the store that is there and hands its keys on.
func (c *call) withKeys(ctx context.Context, url string, do func(apikey.Store) error) error {
	if err := present(url); err != nil {
		return err
	}
	s, err := c.openStore(ctx, url, true)
	if err != nil {
		return err
	}
	return errors.Join(do(s.APIKeys()), s.Close())
}

func runAPIKeysNew(ctx context.Context, c *call) error {
	url, scope, length := c.requiredSetting("store"), c.flags.String("scope", "", ""), c.flags.String("for", "90d", "")
	if err := c.parse("NAME"); err != nil {
		return err
	}
	name := c.arguments[0]
	if err := apikey.CheckName(name); err != nil {
		return c.misused(err.Error())
	}
	if *scope == "" {
		return &usageError{"--scope is missing", "--scope permit, or several of " + apikey.JoinScopes(apikey.Scopes())}
	}
	scopes, err := apikey.ParseScopes(*scope)
	if err != nil {
		return c.misused("--scope: " + err.Error())
	}
	keep, err := parseKeep(*length)
	if err != nil {
		return err
	}
	text, k := c.newKey(name, keep)
	k.Scopes = scopes
	err = c.withKeys(ctx, *url, func(keys apikey.Store) error { return keys.Add(ctx, k) })
	if errors.Is(err, apikey.ErrTaken) {
		return &usageError{fmt.Sprintf("name %q was given before", name), "edge api keys rotate " + name + " makes another key of it; take a new name for another system"}
	}
	if err != nil {
		return err
	}
	c.printKey(text, k)
	return nil
}

// newKey makes a key without scopes.
func (c *call) newKey(name string, keep time.Duration) (text string, k apikey.Key) {
	text, id, hash := apikey.New()
	k = apikey.Key{ID: id, Name: name, Hash: hash, Created: c.Now().UTC().Truncate(time.Microsecond)}
	if keep > 0 {
		k.Expires = k.Created.Add(keep)
	}
	return text, k
}

// printKey prints the one line that programs read to standard output, and
// what people should know to standard error.
func (c *call) printKey(text string, k apikey.Key) {
	fmt.Fprintln(c.Stdout, text)
	fmt.Fprintf(c.Stderr, "this is the only time that the key of %s is shown: it opens %s, %s\n", k.Name, apikey.JoinScopes(k.Scopes), untilWords(k.Expires))
}

func untilWords(expires time.Time) string {
	if expires.IsZero() {
		return "without an end"
	}
	return "until " + stamp(expires)
}

func runAPIKeysRotate(ctx context.Context, c *call) error {
	url, length, overlap := c.requiredSetting("store"), c.flags.String("for", "", ""), c.flags.String("overlap", "24h", "")
	if err := c.parse("NAME"); err != nil {
		return err
	}
	name := c.arguments[0]
	lap, err := parseLength(*overlap)
	if err != nil {
		return &usageError{fmt.Sprintf("--overlap %q is no length of time", *overlap), "--overlap 36h, --overlap 7d, or --overlap 0s for none"}
	}
	var keep time.Duration
	if *length != "" {
		if keep, err = parseKeep(*length); err != nil {
			return err
		}
	}
	var text string
	var k apikey.Key
	err = c.withKeys(ctx, *url, func(keys apikey.Store) error {
		if *length == "" {
			if keep, err = lengthOf(ctx, keys, name); err != nil {
				return err
			}
		}
		text, k = c.newKey(name, keep)
		k.Scopes, err = keys.Rotate(ctx, k, k.Created.Add(lap))
		return err
	})
	if errors.Is(err, apikey.ErrNotFound) {
		return &usageError{fmt.Sprintf("no valid key has the name %q", name), "edge api keys list shows all keys"}
	}
	if err != nil {
		return err
	}
	c.printKey(text, k)
	fmt.Fprintf(c.Stderr, "the key before is accepted until %s at most\n", stamp(k.Created.Add(lap)))
	return nil
}

// lengthOf returns for how long the newest key of a name was made; 0 is without
// an end.
func lengthOf(ctx context.Context, keys apikey.Store, name string) (time.Duration, error) {
	all, err := keys.List(ctx)
	if err != nil {
		return 0, err
	}
	var newest apikey.Key
	for _, k := range all {
		if k.Name == name && !k.Created.Before(newest.Created) {
			newest = k
		}
	}
	if newest.Expires.IsZero() {
		return 0, nil
	}
	return newest.Expires.Sub(newest.Created), nil
}

func runAPIKeysList(ctx context.Context, c *call) error {
	url := c.requiredSetting("store")
	if err := c.parse(); err != nil {
		return err
	}
	var all []apikey.Key
	err := c.withKeys(ctx, *url, func(keys apikey.Store) (err error) {
		all, err = keys.List(ctx)
		return err
	})
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tID\tSCOPES\tMADE\tLAST USED\tSTATE")
	for _, k := range all {
		used := "never"
		if !k.Used.IsZero() {
			used = k.Used.Format(time.DateOnly)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", k.Name, k.ID, apikey.JoinScopes(k.Scopes), k.Created.Format(time.DateOnly), used, stateOf(k, c.Now()))
	}
	return w.Flush()
}

func stateOf(k apikey.Key, now time.Time) string {
	switch {
	case !k.Revoked.IsZero():
		return "revoked " + stamp(k.Revoked)
	case !k.Valid(now):
		return "expired " + stamp(k.Expires)
	}
	return "valid " + untilWords(k.Expires)
}

func runAPIKeysRevoke(ctx context.Context, c *call) error {
	url := c.requiredSetting("store")
	if err := c.parse("NAME"); err != nil {
		return err
	}
	name, ended := c.arguments[0], 0
	err := c.withKeys(ctx, *url, func(keys apikey.Store) (err error) {
		ended, err = keys.Revoke(ctx, name, c.Now())
		return err
	})
	if errors.Is(err, apikey.ErrNotFound) {
		return &usageError{fmt.Sprintf("no key has the name %q", name), "edge api keys list shows all keys"}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Stdout, "revoked %d of %s: every node refuses them from now on\n", ended, name)
	return nil
}

// never stands for no end.
const never = "never"

// maxLength bounds what a length may be: ten years.
const maxLength = 3653 * 24 * time.Hour

// parseKeep reads for how long a key is made; 0 is without an end.
func parseKeep(text string) (time.Duration, error) {
	if text == never {
		return 0, nil
	}
	length, err := parseLength(text)
	if err != nil || length == 0 {
		return 0, &usageError{fmt.Sprintf("--for %q is no length of time", text), "--for 90d, --for 36h, or --for never"}
	}
	return length, nil
}

// parseLength reads a length of time such as 90d, 36h or 0s.
func parseLength(text string) (time.Duration, error) {
	length, err := time.ParseDuration(text)
	if days, found := strings.CutSuffix(text, "d"); found {
		var n int
		n, err = strconv.Atoi(days)
		length = time.Duration(min(max(n, -1), 4000)) * 24 * time.Hour
	}
	if err != nil || length < 0 || length > maxLength {
		return 0, fmt.Errorf("%q is no length such as 7d or 36h", text)
	}
	return length, nil
}

// adminConfig is what the admin listener answers from.
func (s *serving) adminConfig() admin.Config {
	return admin.Config{
		Key: s.key, Keys: s.data.APIKeys(), Metrics: s.metrics, Permit: s.permit, Catalog: func() *policy.Catalog { return s.followed.now().catalog }, People: registered{s.data},
		Trail: s.data.Disclosures(), Refused: s.data.Refused, Now: s.Now,
		Checks: []admin.Check{
			{Name: "serving", Run: s.checkEnding},
			{Name: "catalog", Run: s.checkCatalog},
			{Name: "store", Run: s.data.Ping},
		},
	}
}

// Registered people are those of the store.
type registered struct{ *store.Store }

// Erased says whether a code was somebody's; see [admin.People].
func (r registered) Erased(ctx context.Context, code identity.Code) (bool, error) {
	id, err := r.Accounts().Owner(ctx, code)
	if errors.Is(err, account.ErrNotFound) {
		return false, nil
	}
	return err == nil && id == (account.ID{}), err
}

// Profile returns the details of a User ID; see [admin.People].
func (r registered) Profile(ctx context.Context, userID string) (admin.Profile, error) {
	a, err := r.Accounts().Find(ctx, userID)
	if errors.Is(err, account.ErrNotFound) {
		return admin.Profile{}, admin.ErrNobody
	}
	return admin.Profile{
		Code: a.Profile, UserID: a.UserID, Name: a.Details[account.Name].Value, Email: a.Details[account.Email].Value,
		Phone: a.Details[account.Phone].Value, PostalAddress: a.Details[account.PostalAddress].Value,
	}, err
}
