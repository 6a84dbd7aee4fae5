package markdown

import (
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/chroma/v2/lexers"
)

// Our scanners are to give the classes that chroma gives, or such as look the
// same: for most bytes of a sample of each language they do.
func TestScannersAgreeWithChroma(t *testing.T) {
	files, err := filepath.Glob("testdata/code/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no samples", err)
	}
	h := newHighlighter()
	for _, file := range files {
		language := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(language, func(t *testing.T) {
			code, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			ours := string(h.scanners[language](nil, code))
			theirs := render(lexers.Get(language), string(code))
			share, list := agreement(ours, theirs)
			if share < 0.9 {
				t.Errorf("scanner and chroma agree on %.0f %%:\n%s", 100*share, list)
			}
			if visible(ours) != string(code) {
				t.Errorf("text is changed:\n%s", visible(ours))
			}
		})
	}
}

var tags = regexp.MustCompile(`<[^>]*>`)

func visible(h string) string { return html.UnescapeString(tags.ReplaceAllString(h, "")) }

// looks are the groups of classes that a stylesheet tells apart.
var looks = strings.NewReplacer(
	"kc", "k", "kd", "k", "kn", "k", "kr", "k", "kt", "k", "nt", "k", "ow", "k", "c1", "c", "cm", "c", "cpf", "c", "cp", "c",
	"s1", "s", "s2", "s", "sa", "s", "sb", "s", "sc", "s", "sd", "s", "se", "s", "si", "s",
	"mf", "m", "mh", "m", "mi", "m", "ld", "m", "l", "m",
	"nb", "n", "nf", "n", "nn", "n", "nv", "n", "na", "n", "nc", "n", "bp", "n", "nd", "n",
)

// spread returns the look of each byte that is not white space.
func spread(h string) (bytes string, classes []string) {
	var b strings.Builder
	class := ""
	for h != "" {
		if h[0] == '<' {
			tag, rest, _ := strings.Cut(h, ">")
			class = ""
			if _, name, ok := strings.Cut(tag, `class="`); ok {
				class = looks.Replace(strings.TrimSuffix(name, `"`))
			}
			h = rest
			continue
		}
		end := strings.IndexByte(h, '<')
		if end < 0 {
			end = len(h)
		}
		for _, c := range []byte(html.UnescapeString(h[:end])) {
			if c > ' ' {
				b.WriteByte(c)
				classes = append(classes, class)
			}
		}
		h = h[end:]
	}
	return b.String(), classes
}

// agreement returns the share of bytes with the same look, and the pieces
// that differ.
func agreement(ours, theirs string) (float64, string) {
	bytes, a := spread(ours)
	_, b := spread(theirs)
	if len(a) != len(b) {
		return 0, "texts differ"
	}
	same, list := 0, ""
	for i := range a {
		switch {
		case a[i] == b[i]:
			same++
		case i > 0 && a[i-1] == a[i] && b[i-1] == b[i]:
			list += bytes[i : i+1]
		default:
			list += "\n" + a[i] + " for " + b[i] + ": " + bytes[i:i+1]
		}
	}
	return float64(same) / float64(len(a)), list
}
