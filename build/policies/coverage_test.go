package policies

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestCoverage(t *testing.T) {
	var b strings.Builder
	if err := WriteCoverage(&b, load(t, "").Coverage(worldTime)); err != nil {
		t.Fatal(err)
	}
	want := `privacy, version 2
  notice   purpose    account            forms/register.md:8, forms/register.md:9
           category   contact.email      3 years from last sign-in, forms/register.md:9
           category   account.user-id    3 years from last sign-in, forms/register.md:8
           mechanism  register           /forms/register
  consent  choice     newsletter         forms/preferences.md:8
           choice     use.announcements  forms/preferences.md:9
           choice     marketing.postal   forms/preferences.md:10, forms/register.md:12
           purpose    news               choice newsletter
           purpose    announcements      choice use.announcements
           purpose    offers.postal      choice marketing.postal, forms/register.md:10, forms/register.md:11
           category   contact.email      3 years from last sign-in, forms/register.md:9
           category   contact.name       3 years from last sign-in, forms/register.md:10
           category   contact.postal     3 years from last sign-in, forms/register.md:11
           mechanism  preference-centre  /preferences
  sharing  purpose    offers.postal      choice marketing.postal, forms/register.md:10, forms/register.md:11
           processor  mail-house         gets contact.name, contact.postal
16 promises in 1 policy, all kept
`
	if got := b.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestCoverageByTheClock follows the version in force, and the text's order
// rather than that of the front matter.
func TestCoverageByTheClock(t *testing.T) {
	s := load(t, edit(t, announcedFile, "  notice:\n    purposes: [account]\n    categories: [contact.email, account.user-id]\n    mechanisms: [register]\n", "", "---\n## 1.", "  notice:\n    purposes: [account]\n    categories: [contact.email, account.user-id]\n    mechanisms: [register]\n---\n## 1."))
	rows := s.Coverage(time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC))
	var sections []string
	for _, r := range rows {
		if r.Version != 3 {
			t.Errorf("row of version %d", r.Version)
		}
		if len(sections) == 0 || sections[len(sections)-1] != r.Section {
			sections = append(sections, r.Section)
		}
	}
	if got := strings.Join(sections, " "); got != "notice consent sharing surveys" {
		t.Errorf("sections %s", got)
	}
	last := rows[len(rows)-2]
	if last.ID != "surveys" || strings.Join(last.Kept, "; ") != "declared in purposes.yaml:28" {
		t.Errorf("got %+v", last)
	}
	if rows := s.Coverage(time.Date(2024, 12, 31, 0, 0, 0, 0, time.UTC)); len(rows) == 0 || rows[0].Version != 2 {
		t.Errorf("before the newest publication: got %v", rows)
	}
}

// TestCoverageOpen names what nothing keeps.
func TestCoverageOpen(t *testing.T) {
	changes := edit(t, "forms/preferences.md", "  - {name: choice.newsletter, type: consent, choice: newsletter}\n", "") +
		edit(t, "purposes.yaml", "    dpv: \"pd:Name\"\n    retention: account\n", "") +
		edit(t, inForceFile, "[register]", "[register, nothing]", "[mail-house]\n---", "[mail-house, nobody]\n---", "purposes: [account]", "purposes: [account, none]")
	var open []string
	rows := load(t, changes).Coverage(worldTime)
	for _, r := range rows {
		if len(r.Kept) == 0 {
			open = append(open, r.Kind+" "+r.ID)
		}
	}
	if got := strings.Join(open, ", "); got != "purpose none, mechanism nothing, choice newsletter, category contact.name, processor nobody" {
		t.Errorf("open: %s", got)
	}
	var b strings.Builder
	if err := WriteCoverage(&b, rows); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(b.String(), "\n19 promises in 1 policy, 5 not kept\n") || strings.Count(b.String(), "nothing keeps it\n") != 5 {
		t.Errorf("got\n%s", b.String())
	}
}

func TestWriteCoverageWidth(t *testing.T) {
	long := strings.Repeat("long-", 40)
	rows := []Row{
		{"privacy", 1, "consent", "category", "contact.email", []string{"é" + long, "one", "two"}},
		{"privacy", 1, "consent", "category", "contact.name", strings.Fields(strings.Repeat("forms/register.md:12 ", 9))},
		{"terms", 4, "about", "mechanism", "contest", []string{"/" + long}},
	}
	var b strings.Builder
	if err := WriteCoverage(&b, rows); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > tableWidth {
			t.Errorf("wider than %d: %s", tableWidth, line)
		}
	}
	for _, want := range []string{"… and 2 more\n", ":12 and 7 more\n", "…\n3 prom", "terms, version 4\n", "\n3 promises in 2 policies, all kept\n"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	b.Reset()
	if err := WriteCoverage(&b, nil); err != nil || b.String() != "0 promises in 0 policies, all kept\n" {
		t.Errorf("of nothing: %q, %v", b.String(), err)
	}
	if err := WriteCoverage(full{}, rows); !errors.Is(err, errFull) {
		t.Errorf("writing to what is full: %v", err)
	}
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
