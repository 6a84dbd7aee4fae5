package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// A Section is a part of a version's text: a heading of the second level and
// what stands below it.
type Section struct {
	// ID is chosen by the author and outlives renaming and moving.
	ID string `json:"id"`
	// Title is the heading's text with its number.
	Title string `json:"title"`
	// Hash is [HashText] of the section's visible text, its heading and its
	// subsections included, as "indigex policy text" prints it.
	Hash string `json:"hash"`
}

// A Choice is something that people permit or refuse.
type Choice struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Words are what a person agrees to, Refuse what one says instead. Both
	// are shown as they stand here.
	Words  string `json:"words"`
	Refuse string `json:"refuse"`
	// Hash is [HashChoice] of the two.
	Hash string `json:"hash"`
	// Kind is marketing, third-party, newsletter, use, billing or profile.
	Kind string `json:"kind"`
	// Channel is email, postal or telephone, Sender provider or third-party;
	// either is empty where there is none.
	Channel string `json:"channel"`
	Sender  string `json:"sender"`
	// Policy and Section offer the choice.
	Policy  string `json:"policy"`
	Section string `json:"section"`
	// Purposes are permitted by it.
	Purposes []string `json:"purposes"`
	// GPC says that the signal Global Privacy Control refuses it.
	GPC bool `json:"gpc"`
}

// A Purpose is what data is used for.
type Purpose struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Text string `json:"text"`
	// DPV is the term of the W3C Data Privacy Vocabulary, such as
	// "dpv:DirectMarketing"; empty where it has none.
	DPV string `json:"dpv"`
	// Categories are those that the purpose uses.
	Categories []string `json:"categories"`
	// Choice permits it; empty where none is needed.
	Choice string `json:"choice"`
	// Optional says that nobody has to allow it to get what they asked for.
	Optional bool `json:"optional"`
}

// A Category is a kind of data.
type Category struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Text and DPV may be empty.
	Text string `json:"text"`
	DPV  string `json:"dpv"`
	// Retention is the id of the rule that says how long it is kept.
	Retention string `json:"retention"`
}

// A Retention is a rule that says how long data is kept.
type Retention struct {
	ID string `json:"id"`
	// Keep is counted from what From says.
	Keep Period `json:"keep"`
	From string `json:"from"`
	Text string `json:"text"`
}

// A Mechanism is what keeps a promise: a page, an address, a form.
type Mechanism struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Text string `json:"text"`
	// Address is a path on the sites.
	Address string `json:"address"`
}

// A Processor is a company that does limited services for the provider.
type Processor struct {
	ID      string `json:"id"`
	Role    string `json:"role"`
	Service string `json:"service"`
	// Country is a code of ISO 3166-1 alpha-2.
	Country string `json:"country"`
	// Purposes are the only uses, Categories the only data.
	Purposes   []string `json:"purposes"`
	Categories []string `json:"categories"`
}

// IsSale says whether a term of the Data Privacy Vocabulary means the sale of
// data, or of what is learned from it.
func IsSale(term string) bool {
	return strings.HasPrefix(term, "dpv:SellData") || strings.HasPrefix(term, "dpv:SellInsights")
}

// HashText returns the SHA-256 of a text in small hexadecimal digits.
func HashText(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// HashChoice returns the hash of a choice's words: [HashText] of the words to
// agree and the words to refuse, each ended by a line feed.
func HashChoice(words, refuse string) string { return HashText(words + "\n" + refuse + "\n") }
