package compare

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"indigex.com/indigex/policy"
)

// A draft is a policy while it is edited. No word stands in it twice, so that
// what an edit does can be told in advance.
type draft struct {
	sections []draftSection
	// next makes the next word.
	next int
}

type draftSection struct {
	id     string
	title  []string
	blocks [][]string
	item   []bool
}

// edits are what was done to a section.
type edits struct {
	renamed        bool
	added, removed int
}

func (d *draft) words(n int) []string {
	list := make([]string, n)
	for i := range list {
		d.next++
		list[i] = fmt.Sprintf("w%sx", strings.Map(func(r rune) rune { return r - '0' + 'a' }, fmt.Sprint(d.next)))
	}
	return list
}

func drawDraft(t *rapid.T) *draft {
	d := &draft{}
	for i := range rapid.IntRange(1, 7).Draw(t, "sections") {
		s := draftSection{id: fmt.Sprintf("s%d", i), title: d.words(rapid.IntRange(2, 4).Draw(t, "title"))}
		for range rapid.IntRange(1, 4).Draw(t, "blocks") {
			s.blocks = append(s.blocks, d.words(rapid.IntRange(12, 30).Draw(t, "words")))
			s.item = append(s.item, rapid.Bool().Draw(t, "item"))
		}
		d.sections = append(d.sections, s)
	}
	return d
}

func (d *draft) clone() *draft {
	c := &draft{next: d.next}
	for _, s := range d.sections {
		s.title, s.item = slices.Clone(s.title), slices.Clone(s.item)
		s.blocks = slices.Clone(s.blocks)
		for i := range s.blocks {
			s.blocks[i] = slices.Clone(s.blocks[i])
		}
		c.sections = append(c.sections, s)
	}
	return c
}

// markdown writes the draft in one of several styles, which must not matter.
func (d *draft) markdown(style int, ids, numbers bool) string {
	var b strings.Builder
	if style&1 == 1 {
		b.WriteString("\ufeff---\ntitle: a\n---\n")
	}
	for i, s := range d.sections {
		b.WriteString("## ")
		if numbers {
			fmt.Fprintf(&b, "%d. ", i+1)
		}
		b.WriteString(strings.Join(s.title, " "))
		if ids {
			fmt.Fprintf(&b, " {#%s}", s.id)
		}
		b.WriteString("\n\n")
		for j, words := range s.blocks {
			between, bullet := " ", "- "
			if style&2 == 2 {
				between, bullet = "\n  ", "* "
			}
			text := strings.Join(words[:5], " ") + " " + strings.Join(words[5:], between)
			if style&4 == 4 {
				text = "**" + words[0] + "**" + text[len(words[0]):]
			}
			if s.item[j] {
				text = bullet + text
			}
			b.WriteString(text + "\n\n")
		}
	}
	text := b.String()
	if style&8 == 8 {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text
}

// edit changes the draft at random and says what it did, by section.
func (d *draft) edit(t *rapid.T, rename bool) map[string]*edits {
	done := map[string]*edits{}
	for i := range d.sections {
		s := &d.sections[i]
		e := &edits{}
		done[s.id] = e
		if rename && rapid.IntRange(0, 4).Draw(t, "rename") == 0 {
			e.renamed = true
			e.removed += len(s.title)
			s.title = d.words(2)
			e.added += 2
		}
		for b := range s.blocks {
			if rapid.IntRange(0, 2).Draw(t, "edit") > 0 {
				continue
			}
			at := rapid.IntRange(6, len(s.blocks[b])-2).Draw(t, "at")
			n := rapid.IntRange(0, 2).Draw(t, "inserted")
			cut := rapid.IntRange(0, 1).Draw(t, "deleted")
			s.blocks[b] = slices.Replace(s.blocks[b], at, at+cut, d.words(n)...)
			e.added += n
			e.removed += cut
		}
	}
	if rapid.Bool().Draw(t, "move") {
		from := rapid.IntRange(0, len(d.sections)-1).Draw(t, "from")
		s := d.sections[from]
		d.sections = slices.Delete(d.sections, from, from+1)
		d.sections = slices.Insert(d.sections, rapid.IntRange(0, len(d.sections)).Draw(t, "to"), s)
	}
	return done
}

// Sections are recognized, by id or without, whatever happened to them, and
// each word that was changed is counted, and no other.
func TestEditsAreFound(t *testing.T) {
	for _, ids := range []bool{true, false} {
		t.Run(fmt.Sprintf("ids=%v", ids), rapid.MakeCheck(func(t *rapid.T) {
			before := drawDraft(t)
			after := before.clone()
			done := after.edit(t, true)
			numbers := rapid.Bool().Draw(t, "numbers")
			style := rapid.IntRange(0, 15)
			old := Parse([]byte(before.markdown(style.Draw(t, "old style"), ids, numbers)))
			new := Parse([]byte(after.markdown(style.Draw(t, "new style"), ids, numbers)))
			c := Diff(old, new)
			rebuilds(t, c, old, new)
			if len(c.Sections) != len(after.sections) {
				t.Fatalf("sections were not recognized:\n%s", outline(c))
			}
			moved := 0
			for i, s := range c.Sections {
				is := after.sections[i]
				was := slices.IndexFunc(before.sections, func(b draftSection) bool { return b.id == is.id })
				want := done[is.id]
				if s.Renamed != want.renamed || s.WordsAdded != want.added || s.WordsRemoved != want.removed {
					t.Fatalf("section %s: want %+v\n%s\n%s", is.id, *want, outline(c), redline(c.Ops))
				}
				if s.Renumbered != (numbers && was != i) {
					t.Fatalf("section %s was %d, is %d\n%s", is.id, was, i, outline(c))
				}
				if s.Moved {
					moved++
				}
			}
			if order := slices.EqualFunc(before.sections, after.sections, func(a, b draftSection) bool { return a.id == b.id }); order != (moved == 0) || moved > 1 {
				t.Fatalf("%d moved\n%s", moved, outline(c))
			}
		}))
	}
}

// What happened between two versions does not matter.
func TestOnlyTheEndsMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawDraft(t)
		b := a.clone()
		b.edit(t, true)
		c := b.clone()
		c.edit(t, true)
		first, between, last := Parse([]byte(a.markdown(0, false, true))), Parse([]byte(b.markdown(0, false, true))), Parse([]byte(c.markdown(0, false, true)))
		alone := Diff(first, last)
		rebuilds(t, Diff(first, between), first, between)
		rebuilds(t, Diff(between, last), between, last)
		if again := Diff(first, last); !reflect.DeepEqual(alone, again) {
			t.Fatalf("what lies between has changed the result:\n%s\n%s", redline(alone.Ops), redline(again.Ops))
		}
		if c := Diff(first, Parse([]byte(a.markdown(15, false, true)))); !c.Same || c.WordsChanged > 0 {
			t.Fatalf("a text differs from itself:\n%s", redline(c.Ops))
		}
	})
}

// Any two texts, however unlike, have a comparison that holds what it
// promises. They are made of few words, so that chance makes them alike.
func TestAnyTwoTexts(t *testing.T) {
	word := rapid.SampledFrom([]string{"a", "the", "data", "name", "30", "not", ",", ".", "&", "*b*", "[l](/x)", "[l](/y)", "A", "naem", "[^1]", "个", "—", "$5"})
	line := rapid.Custom(func(t *rapid.T) string {
		mark := rapid.SampledFrom([]string{"", "", "# ", "## 1. ", "## 2. ", "## data {#d}", "- ", "1. ", "  - ", "> ", "    ", "|", "[^1]: ", ": ", "<p>", "```\n"}).Draw(t, "mark")
		end := rapid.SampledFrom([]string{"\n", "\n\n", "\n\n", "|b|\n|-|-|\n|c|"}).Draw(t, "end")
		return mark + strings.Join(rapid.SliceOfN(word, 0, 8).Draw(t, "words"), " ") + end
	})
	text := rapid.SliceOfN(line, 0, 25)
	rapid.Check(t, func(t *rapid.T) {
		lines := text.Draw(t, "old")
		old := Parse([]byte(strings.Join(lines, "")))
		rest := text.Draw(t, "new")
		if rapid.Bool().Draw(t, "related") {
			cut := rapid.IntRange(0, len(lines)).Draw(t, "cut")
			rest = slices.Concat(lines[cut:], rest, lines[:cut])
		}
		new := Parse([]byte(strings.Join(rest, "")))
		c := Diff(old, new)
		rebuilds(t, c, old, new)
		if c := Diff(new, old); c.OldText() != new.String() || c.NewText() != old.String() {
			t.Fatalf("backwards: %s", redline(c.Ops))
		}
		if itself := Diff(new, new); !itself.Same || len(itself.Ops) > 1 {
			t.Fatalf("differs from itself: %s", redline(itself.Ops))
		}
		if c.OldText() == c.NewText() && c.WordsChanged > 0 {
			t.Fatalf("equal texts have %d changed words", c.WordsChanged)
		}
	})
}

func FuzzDiff(f *testing.F) {
	f.Add([]byte(page), []byte(strings.ReplaceAll(page, "you", "we")))
	f.Add([]byte("## 1. A {#a}\nx y\n## B\nz"), []byte("## B\nz y\n## 2. C {#a}\nx"))
	f.Add([]byte("|a|b|\n|-|-|\n|c|d|"), []byte("|a|b|\n|-|-|\n||d e|"))
	f.Add([]byte("a\n\nb c d e f g h\n\ni"), []byte("a b c d\n\ne f g h i"))
	f.Add([]byte("# \xfd\nz A\n# 0) \x00\x00}\n"), []byte("# ?\n# !"))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		old, new := Parse(a), Parse(b)
		c := Diff(old, new)
		rebuilds(t, c, old, new)
		if _, err := c.Encode(); err != nil {
			t.Fatal(err)
		}
		if itself := Diff(old, Parse(a)); !itself.Same || len(itself.Ops) > 1 || len(itself.Ops) == 1 && itself.Ops[0].Kind != policy.OpEqual {
			t.Fatalf("differs from itself: %s", redline(itself.Ops))
		}
	})
}
