package policy

import (
	"bytes"
	"encoding/json"
	"strings"
)

// A Comparison says how one text became another, as far as a reader sees it.
// It depends on the two texts alone, never on versions between them.
//
// As JSON it is the answer of "indigex policy diff --format json"; what pages
// need beyond that is left out there.
type Comparison struct {
	// Same says that a reader is told the same in the same order: no word,
	// no link, no title and no section's number or place has changed. Then,
	// and only then, Proposed is ProposedNone. Texts that are the same may
	// still differ in where their blocks end.
	Same bool `json:"same"`
	// Proposed is how much a person should make of it, judged from the words
	// alone.
	Proposed Proposal `json:"proposed"`
	// WordsChanged is the sum of all words added to and removed from
	// sections. A replaced word counts twice. A word is what stands between
	// two spaces, so that a changed comma counts the word that it follows.
	WordsChanged int `json:"words_changed"`
	// LinksChanged counts the links that lead elsewhere, appeared or
	// vanished on words that stayed.
	LinksChanged int `json:"links_changed"`
	// Sections are in the order of the new text; removed ones follow the
	// section that they stood behind.
	Sections []SectionComparison `json:"sections"`
	// Ops lead from the old text to the new one; see [Comparison.OldText].
	// A section that moved is deleted at its old place and inserted at its
	// new one. Neighbors differ in kind, deletions stand before insertions,
	// and no text is empty.
	Ops []Op `json:"ops"`

	// Rewritten says that more than half of all words have changed: lists of
	// sections then tell more than a redline does.
	Rewritten bool `json:"-"`
	// Replacements are the changes that occur more than once, by falling
	// count.
	Replacements []Replacement `json:"-"`
}

// A Proposal is the weight that a change seems to have.
type Proposal string

// Proposals, by rising weight.
const (
	ProposedNone        Proposal = "none"
	ProposedEditorial   Proposal = "editorial"
	ProposedSubstantive Proposal = "substantive"
)

// An OpKind is what an operation does with its text.
type OpKind string

// The kinds of operations.
const (
	OpEqual  OpKind = "equal"
	OpInsert OpKind = "insert"
	OpDelete OpKind = "delete"
)

// An Op is one operation on a text.
type Op struct {
	Kind OpKind `json:"op"`
	Text string `json:"text"`
}

// A SectionStatus is what became of a section.
type SectionStatus string

// What can become of a section. One that only moved, or got another number,
// is unchanged.
const (
	SectionUnchanged SectionStatus = "unchanged"
	SectionChanged   SectionStatus = "changed"
	SectionAdded     SectionStatus = "added"
	SectionRemoved   SectionStatus = "removed"
)

// A SectionComparison is what became of one section: a heading and what
// stands below it, up to the next heading. What stands before the first
// heading is a section with neither id nor title.
type SectionComparison struct {
	// ID and Title are those of the new text, for a removed section those of
	// the old one.
	ID    string `json:"id"`
	Title string `json:"title"`
	// OldTitle is empty for an added section.
	OldTitle string        `json:"old_title"`
	Status   SectionStatus `json:"status"`
	// Moved says that the section stands elsewhere among those that stayed.
	Moved bool `json:"moved"`
	// Renamed says that the title has other words, its number aside.
	Renamed bool `json:"renamed"`
	// Renumbered says that the number before the title is another one. It
	// counts for no word.
	Renumbered   bool `json:"renumbered"`
	WordsAdded   int  `json:"words_added"`
	WordsRemoved int  `json:"words_removed"`

	// OldID is the id in the old text, empty for an added section.
	OldID string `json:"-"`
	// Level is that of the heading, 1 to 6; 0 without one.
	Level int `json:"-"`
	// After is the id of the section that the old text had before this one,
	// where it moved.
	After string `json:"-"`
	// SplitFrom is the id of the old section that an added one was part of;
	// SplitInto are the ids of the sections added that way.
	SplitFrom string   `json:"-"`
	SplitInto []string `json:"-"`
	// MergedInto is the id of the new section that took over a removed one;
	// MergedFrom are the ids of the sections taken over.
	MergedInto string   `json:"-"`
	MergedFrom []string `json:"-"`
	// Proposed is the weight of this section's change, Decisive the first
	// change that has this weight.
	Proposed Proposal `json:"-"`
	Decisive Edit     `json:"-"`
	// Blocks are those of the new text and, between them, the removed ones.
	Blocks []BlockComparison `json:"-"`
}

// An EditKind says what an edit is about.
type EditKind string

// The kinds of edits. The first five are editorial.
const (
	EditPunctuation EditKind = "punctuation" // marks, spaces and hyphens
	EditCase        EditKind = "case"        // capital and small letters
	EditTypo        EditKind = "typo"
	EditDate        EditKind = "date"
	EditNumbering   EditKind = "numbering" // a heading's number
	EditNumber      EditKind = "number"
	EditLogic       EditKind = "logic" // not, may, must, only, unless …
	EditWording     EditKind = "wording"
)

// An Edit is text and what replaced it; either may be empty.
type Edit struct {
	Kind     EditKind
	Old, New string
}

// A BlockKind says what a block is for a reader.
type BlockKind string

// The kinds of blocks.
const (
	BlockHeading    BlockKind = "heading"
	BlockParagraph  BlockKind = "paragraph"
	BlockItem       BlockKind = "item" // the first paragraph of a list's item
	BlockHead       BlockKind = "head" // the first row of a table
	BlockRow        BlockKind = "row"
	BlockTerm       BlockKind = "term"
	BlockDefinition BlockKind = "definition"
	BlockCode       BlockKind = "code" // one line of it
	BlockCaption    BlockKind = "caption"
	BlockNote       BlockKind = "note" // a footnote
)

// A BlockComparison is a block of the new text, or a removed one.
type BlockComparison struct {
	Kind BlockKind
	// Level is that of a heading, or how many lists the block stands in.
	Level int
	// Marker is the number of an item, as in "3."; empty for a bullet.
	Marker string
	Status SectionStatus
	// MovedFrom and MovedTo are ids of sections: an added block that stood
	// there, word for word, and a removed one that stands there now. Their
	// words count as changed all the same, since their order may matter.
	MovedFrom, MovedTo string
	// Ops have no line ends. Cells of a row are divided by tabs.
	Ops []Op
	// Words counts the words of the block, removed ones aside, those of a
	// removed block all.
	Words int
	Links []LinkChange
	// Repeated says that all its changes are among the replacements that
	// occur three times or more.
	Repeated bool
}

// A LinkChange is a link that leads elsewhere. Old is empty for a link that
// is new on these words, New for one that vanished.
type LinkChange struct {
	Text     string
	Old, New string
}

// A Replacement is a change that occurs Count times.
type Replacement struct {
	Old, New string
	Count    int
}

// OldText returns the visible text from which the comparison leads, to the
// byte: all that is equal or deleted.
func (c *Comparison) OldText() string { return join(c.Ops, OpDelete) }

// NewText returns the visible text to which the comparison leads, to the
// byte: all that is equal or inserted.
func (c *Comparison) NewText() string { return join(c.Ops, OpInsert) }

func join(ops []Op, kind OpKind) string {
	var b strings.Builder
	for _, op := range ops {
		if op.Kind == OpEqual || op.Kind == kind {
			b.WriteString(op.Text)
		}
	}
	return b.String()
}

// Cells returns the operations of each cell of a row. A tab that was inserted
// or deleted ends a cell too.
func (b *BlockComparison) Cells() [][]Op {
	cells := [][]Op{nil}
	for _, op := range b.Ops {
		for i, part := range strings.Split(op.Text, "\t") {
			if i > 0 {
				cells = append(cells, nil)
			}
			if last := len(cells) - 1; part != "" {
				cells[last] = append(cells[last], Op{op.Kind, part})
			}
		}
	}
	return cells
}

// Encode returns the comparison as JSON, indented, with a newline at the end
// and lists that are never null.
func (c *Comparison) Encode() ([]byte, error) {
	file := *c
	if file.Sections == nil {
		file.Sections = []SectionComparison{}
	}
	if file.Ops == nil {
		file.Ops = []Op{}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(file)
	return b.Bytes(), err
}
