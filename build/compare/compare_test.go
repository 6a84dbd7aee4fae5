package compare

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"indigex.com/indigex/policy"
)

// both compares two texts in both directions.
func both(old, new string) []*policy.Comparison {
	return []*policy.Comparison{compared(old, new), compared(new, old)}
}

func compared(old, new string) *policy.Comparison {
	return Diff(Parse([]byte(old)), Parse([]byte(new)))
}

// redline writes operations as one line.
func redline(ops []policy.Op) string {
	var b strings.Builder
	for _, op := range ops {
		switch op.Kind {
		case policy.OpDelete:
			b.WriteString("[-" + op.Text + "-]")
		case policy.OpInsert:
			b.WriteString("{+" + op.Text + "+}")
		default:
			b.WriteString(op.Text)
		}
	}
	return b.String()
}

// outline writes what became of sections, a line each.
func outline(c *policy.Comparison) string {
	var b strings.Builder
	for _, s := range c.Sections {
		fmt.Fprintf(&b, "%s %s", s.ID, s.Status)
		for _, flag := range []struct {
			is   bool
			name string
		}{
			{s.Moved, "moved"},
			{s.Renamed, "renamed"},
			{s.Renumbered, "renumbered"},
			{s.SplitFrom != "", "split from " + s.SplitFrom},
			{s.MergedInto != "", "merged into " + s.MergedInto},
		} {
			if flag.is {
				b.WriteString(", " + flag.name)
			}
		}
		if s.WordsAdded+s.WordsRemoved > 0 {
			fmt.Fprintf(&b, " +%d -%d", s.WordsAdded, s.WordsRemoved)
		}
		b.WriteString("\n")
	}
	return b.String()
}

const (
	collect = "We collect your name, your postal address and the products that you ordered from the shop.\n\n"
	share   = "Carriers receive the address to which a parcel goes. Nobody else learns where customers live.\n\n"
	keep    = "Invoices stay in our books for as long as the revenue service demands, then a machine shreds them.\n\n"
	rights  = "Write to the sales office to see, to correct or to delete whatever it has stored about you.\n\n"
)

func TestSectionsAreAligned(t *testing.T) {
	old := "## 1. What we collect\n" + collect + "## 2. Whom we tell\n" + share + "## 3. How long\n" + keep + "## 4. Rights\n" + rights
	tests := []struct{ name, old, new, want string }{
		{"nothing changed", old, old, "what-we-collect unchanged\nwhom-we-tell unchanged\nhow-long unchanged\nrights unchanged\n"},
		{
			"a section added, others renumbered", old,
			"## 1. What we collect\n" + collect + "## 2. Cookies\nThere are none.\n\n## 3. Whom we tell\n" + share + "## 4. How long\n" + keep + "## 5. Rights\n" + rights,
			"what-we-collect unchanged\ncookies added +5 -0\nwhom-we-tell unchanged, renumbered\nhow-long unchanged, renumbered\nrights unchanged, renumbered\n",
		},
		{
			"a section removed", old, "## 1. What we collect\n" + collect + "## 3. How long\n" + keep + "## 4. Rights\n" + rights,
			"what-we-collect unchanged\nwhom-we-tell removed +0 -19\nhow-long unchanged\nrights unchanged\n",
		},
		{
			"the last one moved to the front", old, "## 4. Rights\n" + rights + "## 1. What we collect\n" + collect + "## 2. Whom we tell\n" + share + "## 3. How long\n" + keep,
			"rights unchanged, moved\nwhat-we-collect unchanged\nwhom-we-tell unchanged\nhow-long unchanged\n",
		},
		{
			"renamed, found by its words", old, "## 1. Personal data\n" + collect + "## 2. Whom we tell\n" + share + "## 3. How long\n" + keep + "## 4. Rights\n" + rights,
			"personal-data changed, renamed +2 -3\nwhom-we-tell unchanged\nhow-long unchanged\nrights unchanged\n",
		},
		{
			"rewritten, found by its title", old, "## 1. What we collect\nNothing at all.\n## 2. Whom we tell\n" + share + "## 3. How long\n" + keep + "## 4. Rights\n" + rights,
			"what-we-collect changed +3 -16\nwhom-we-tell unchanged\nhow-long unchanged\nrights unchanged\n",
		},
		{
			"moved, renamed and edited, found by its id",
			"## One {#a}\n" + collect + "## Two {#b}\n" + share + "## Three {#c}\n" + keep,
			"## Two {#b}\n" + share + "## Three {#c}\n" + keep + "## New {#a}\nNothing.",
			"b unchanged\nc unchanged\na changed, moved, renamed +2 -17\n",
		},
		{
			"split", "## Data\n" + collect + share + "## Rights\n" + rights, "## Data\n" + collect + "## Carriers\n" + share + "## Rights\n" + rights,
			"data unchanged\ncarriers added, split from data +1 -0\nrights unchanged\n",
		},
		{
			"merged", "## Data\n" + collect + "## Carriers\n" + share + "## Rights\n" + rights, "## Data\n" + collect + share + "## Rights\n" + rights,
			"data unchanged\ncarriers removed, merged into data +0 -1\nrights unchanged\n",
		},
		{
			"split off and put elsewhere", "## Data\n" + collect + share + "## Rights\n" + rights + "## Time\n" + keep, "## Data\n" + collect + "## Rights\n" + rights + "## Time\n" + keep + "## Carriers\n" + share,
			"data unchanged\nrights unchanged\ntime unchanged\ncarriers added, moved, split from data +1 -0\n",
		},
		{
			"the same title twice", "## A\n### Scope\n" + collect + "## B\n### Scope\n" + share, "## B\n### Scope\n" + share + "## C\n### Scope\n" + keep,
			"a removed +0 -1\nscope removed +0 -17\nb unchanged\nscope unchanged\nc added +1 -0\nscope-2 added +19 -0\n",
		},
		{
			"without headings", collect + share, share + "New.", " changed +1 -16\n",
		},
		{"all new", "", "a\n# B\n", " added +1 -0\nb added +1 -0\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := compared(test.old, test.new)
			if got := outline(c); got != test.want {
				t.Errorf("got\n%swant\n%s%s", got, test.want, redline(c.Ops))
			}
			rebuilds(t, c, Parse([]byte(test.old)), Parse([]byte(test.new)))
		})
	}
}

// rebuilds holds a comparison against what every comparison promises.
func rebuilds(t interface {
	Helper()
	Fatalf(string, ...any)
}, c *policy.Comparison, old, new *Text,
) {
	t.Helper()
	if c.OldText() != old.String() || c.NewText() != new.String() {
		t.Fatalf("operations do not rebuild the texts:\n%s", redline(c.Ops))
	}
	for i, op := range c.Ops {
		if op.Text == "" || i > 0 && c.Ops[i-1].Kind == op.Kind || i > 0 && op.Kind == policy.OpDelete && c.Ops[i-1].Kind == policy.OpInsert {
			t.Fatalf("operation %d is out of order:\n%s", i, redline(c.Ops))
		}
	}
	words, links := 0, 0
	for _, s := range c.Sections {
		words += s.WordsAdded + s.WordsRemoved
		for _, b := range s.Blocks {
			links += len(b.Links)
		}
		if changed := s.Status != policy.SectionUnchanged; s.WordsAdded+s.WordsRemoved > 0 && !changed {
			t.Fatalf("section %s with %d words is %s", s.ID, words, s.Status)
		}
	}
	if words != c.WordsChanged || links != c.LinksChanged {
		t.Fatalf("%d words and %d links, the sections have %d and %d", c.WordsChanged, c.LinksChanged, words, links)
	}
	if c.Same != (c.Proposed == policy.ProposedNone) || c.Same && words+links > 0 {
		t.Fatalf("same is %v, proposed %s, %d words, %d links", c.Same, c.Proposed, words, links)
	}
	for kind, text := range map[policy.OpKind]*Text{policy.OpDelete: old, policy.OpInsert: new} {
		if r := oddCharacter(blocksOf(c, kind), text.String()); r != 0 {
			t.Fatalf("the blocks and the text have %q not as often (%s)", r, kind)
		}
	}
}

func TestWordsAreAligned(t *testing.T) {
	tests := []struct{ name, old, new, want string }{
		{"one word", "We sell your data.", "We share your data.", "We [-sell-]{+share+} your data.\n"},
		{"first and last", "One of two", "None of three", "[-One-]{+None+} of [-two-]{+three+}\n"},
		{"added and removed", "We sell data", "We never sell", "We{+ never+} sell[- data-]\n"},
		{"punctuation", "a, b.", "a b!", "a[-,-] b[-.-]{+!+}\n"},
		{
			"a sentence stands as a whole", "We collect names. We share them.", "We collect names. We store them. We share them.",
			"We collect names.{+ We store them.+} We share them.\n",
		},
		{
			"no islands of small words", "the old carrier brings the parcel to the door", "the new courier company hands its cargo to your own neighbor",
			"[-the old carrier brings the parcel to the door-]{+the new courier company hands its cargo to your own neighbor+}\n",
		},
		{"name and possessive", "Acme and Acme's", "Zenith and Zenith's", "[-Acme-]{+Zenith+} and [-Acme-]{+Zenith+}'s\n"},
		{
			"paragraphs apart", collect + keep, collect + rights + keep,
			strings.TrimSpace(collect) + "\n{+" + strings.TrimSpace(rights) + "\n+}" + strings.TrimSpace(keep) + "\n",
		},
		{"paragraph cut", "We keep it. We share it.", "We keep it.\n\nWe share it.", "We keep it.[- -]{+\n+}We share it.\n"},
		{
			"item by item", "- your name\n- your address\n- your bank\n", "- your name\n- your bank account\n- your phone\n",
			"your name\n[-your address\n-]your bank{+ account+}\n{+your phone\n+}",
		},
		{
			"cell by cell", "|C|K|\n|-|-|\n|sid|a day|\n|x||\n", "|C|K|\n|-|-|\n|sid|two days|\n|x|y|\n",
			"C\tK\nsid\t[-a day-]{+two days+}\nx{+\ty+}\n",
		},
		{"column added", "|a|b|\n|-|-|\n|c|d|\n", "|a|n|b|\n|-|-|-|\n|c|n|d|\n", "a{+\tn+}\tb\nc{+\tn+}\td\n"},
		{
			"an item moved", "- the first of the items\n- the second of them\n- the last one here\n", "- the last one here\n- the first of the items\n- the second of them\n",
			"{+the last one here\n+}the first of the items\nthe second of them\n[-the last one here\n-]",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := compared(test.old, test.new)
			if got := redline(c.Ops); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
			rebuilds(t, c, Parse([]byte(test.old)), Parse([]byte(test.new)))
		})
	}
}

func TestBlocks(t *testing.T) {
	old := "## Data\n\n" + collect + "1. our shop at [this place](/shop)\n2. the old shop\n\n|a|b|\n|-|-|\n|c|one|\n"
	new := "## Data\n\n" + collect + "1. our shop at [this place](/store)\n2. a word that is new\n3. the old house\n\n|a|b|\n|-|-|\n|c|two|\n"
	s := compared(old, new).Sections[0]
	var got []string
	for _, b := range s.Blocks {
		line := fmt.Sprintf("%s %s%s %s: %s", b.Status, b.Marker, b.Kind, strings.Repeat(">", b.Level), redline(b.Ops))
		for _, l := range b.Links {
			line += fmt.Sprintf(" (%s: %s to %s)", l.Text, l.Old, l.New)
		}
		got = append(got, line)
	}
	want := []string{
		"unchanged heading >>: Data",
		"unchanged paragraph : " + strings.TrimSpace(collect),
		"unchanged 1.item >: our shop at this place (this place: /shop to /store)",
		"added 2.item >: {+a word that is new+}",
		"changed 3.item >: the old [-shop-]{+house+}",
		"unchanged head : a\tb",
		"changed row : c\t[-one-]{+two+}",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	row := s.Blocks[len(s.Blocks)-1]
	if cells := row.Cells(); len(cells) != 2 || redline(cells[1]) != "[-one-]{+two+}" {
		t.Errorf("cells are %v", cells)
	}
}

func TestLinks(t *testing.T) {
	old := "See [our terms](/a), [the shop](/b), [help](/c) and prices."
	new := "See [our terms](/x), [the shop](/b), help and [prices](/d)."
	c := compared(old, new)
	links := c.Sections[0].Blocks[0].Links
	want := []policy.LinkChange{{Text: "our terms", Old: "/a", New: "/x"}, {Text: "help", Old: "/c"}, {Text: "prices", New: "/d"}}
	if fmt.Sprint(links) != fmt.Sprint(want) || c.LinksChanged != 3 || c.WordsChanged != 0 || c.Proposed != policy.ProposedEditorial {
		t.Errorf("links %v, %d of them, %d words, %s", links, c.LinksChanged, c.WordsChanged, c.Proposed)
	}
}

func TestReplacements(t *testing.T) {
	old := strings.Repeat("Acme sells lamps. Acme's lamps burn. ", 50) + "\n\nLamps of the old kind, from Acme."
	new := strings.ReplaceAll(old, "Acme", "Zenith Corp.")
	new = strings.Replace(new, "old kind", "new kind", 1)
	c := compared(old, new)
	want := []policy.Replacement{{Old: "Acme", New: "Zenith Corp.", Count: 101}}
	if len(c.Replacements) == 0 || c.Replacements[0] != want[0] {
		t.Errorf("replacements %v, want %v", c.Replacements, want)
	}
	blocks := c.Sections[0].Blocks
	if !blocks[0].Repeated || blocks[1].Repeated {
		t.Errorf("repeated %v and %v, want the first alone", blocks[0].Repeated, blocks[1].Repeated)
	}
}

func TestMovedBlock(t *testing.T) {
	c := compared("## A {#a}\n"+collect+keep+"## B {#b}\n"+share, "## A {#a}\n"+collect+"## B {#b}\n"+share+keep)
	a, b := c.Sections[0].Blocks, c.Sections[1].Blocks
	if gone, come := a[len(a)-1], b[len(b)-1]; gone.MovedTo != "b" || come.MovedFrom != "a" {
		t.Errorf("moved to %q, from %q", gone.MovedTo, come.MovedFrom)
	}
}

func TestRewritten(t *testing.T) {
	if c := compared(collect+share+rights, collect+keep+rights); c.Rewritten {
		t.Error("a third of a text is not more than half")
	}
	if c := compared(collect+share, rights+keep); !c.Rewritten {
		t.Error("a new text is not the old one")
	}
}

// oddCharacter returns a character, white space aside, that two texts do not
// have equally often, or 0. Blocks are reported by section, which may have
// moved, and a line that was cut may divide a word of the other side.
func oddCharacter(a, b string) rune {
	n := map[rune]int{}
	for _, r := range a {
		n[r]++
	}
	for _, r := range b {
		n[r]--
	}
	for r, n := range n {
		if n != 0 && !unicode.IsSpace(r) {
			return r
		}
	}
	return 0
}

// blocksOf returns one side of all blocks.
func blocksOf(c *policy.Comparison, kind policy.OpKind) string {
	var b strings.Builder
	for _, s := range c.Sections {
		for _, block := range s.Blocks {
			for _, op := range block.Ops {
				if op.Kind == policy.OpEqual || op.Kind == kind {
					b.WriteString(op.Text)
				}
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}
