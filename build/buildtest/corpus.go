// Package buildtest makes content folders for tests and benchmarks.
package buildtest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// sites of the corpus, the apex first.
var sites = []string{"apex", "shop", "proav", "security", "telecom"}

// Corpus writes a company with five sites and about the number of pages given
// into a folder. The same number gives the same bytes. Pages have 3 to 6 KB
// with headings, lists, links within and across sites, tables and code; they
// stand in folders of 50.
func Corpus(dir string, pages int) error {
	c := &corpus{dir: dir, r: rand.New(rand.NewPCG(1, uint64(pages))), perSite: pages / len(sites)}
	c.write("provider.yaml", "name: Example\nlegal_name: Example, Inc.\ndomain: example.com\nlanguage: en\n")
	for i, site := range sites {
		c.site(site, i)
	}
	return c.err
}

type corpus struct {
	dir     string
	r       *rand.Rand
	perSite int
	err     error
}

const perFolder = 50

func (c *corpus) write(name, text string) {
	full := filepath.Join(c.dir, filepath.FromSlash(name))
	if c.err == nil {
		c.err = os.MkdirAll(filepath.Dir(full), 0o755)
	}
	if c.err == nil {
		c.err = os.WriteFile(full, []byte(text), 0o644)
	}
}

// PagePath is the file of page n of a site of the corpus.
func PagePath(site string, n int) string {
	return fmt.Sprintf("sites/%s/part-%03d/page-%05d.md", site, n/perFolder, n)
}

func (c *corpus) site(site string, weight int) {
	host := "example.com"
	if weight > 0 {
		host = site + ".example.com"
	}
	root := "sites/" + site + "/"
	c.write(root+"site.yaml", fmt.Sprintf(`title: Example %s
host: %s
description: One of the sites of a company that exists for measuring alone.
weight: %d
navigation:
  - {title: Part one, page: part-000/index.md}
brand:
  light: {background: "#ffffff", surface: "#f4f6f8", text: "#16191d", muted: "#555c66", line: "#d5dae0", accent: "#1f4e9c"}
  dark: {background: "#101317", surface: "#191e24", text: "#e8ebef", muted: "#a5adb8", line: "#333a43", accent: "#8fb4ff"}
`, site, host, weight+1))
	c.write(root+"index.md", front("Home of "+site, "home", 0)+"Words of welcome.\n")
	c.write(root+"404.md", front("Not found at "+site, "page", 0)+"There is nothing here.\n")
	rest := c.perSite - 2
	folders := (rest + perFolder) / (perFolder + 1)
	for f := range folders {
		c.write(fmt.Sprintf("%spart-%03d/index.md", root, f), front(fmt.Sprintf("Part %d of %s", f, site), "list", f+1)+"What stands in this part.\n")
	}
	for n := range rest - folders {
		c.write(PagePath(site, n), c.page(site, n, rest-folders))
	}
}

func front(title, layout string, weight int) string {
	return fmt.Sprintf("---\ntitle: %s\ndescription: A page made for measuring how long a build of many pages takes.\nlayout: %s\nweight: %d\n---\n", title, layout, weight)
}

func (c *corpus) page(site string, n, all int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "---\ntitle: Page %d about %s\ndescription: A page made for measuring how long a build of many pages takes.\nlayout: guide\ndate: 2026-%02d-%02d\nweight: %d\ntags: [%s, %s]\n---\n",
		n, c.words(2), 1+n%12, 1+n%28, n+1, c.pick(words[:20]), c.pick(words[20:40]))
	for size := 3000 + c.r.IntN(2400); b.Len() < size; {
		fmt.Fprintf(&b, "## %s\n\n%s\n\n", c.words(3), c.paragraph(site, n, all))
		switch c.r.IntN(4) {
		case 0:
			for range 3 + c.r.IntN(4) {
				fmt.Fprintf(&b, "- **%s**: %s\n", c.words(1), c.words(8))
			}
		case 1:
			b.WriteString("| Quantity | Value | Unit |\n| --- | ---: | --- |\n")
			for range 3 + c.r.IntN(4) {
				fmt.Fprintf(&b, "| %s | %d | %s |\n", c.words(2), c.r.IntN(1000), c.words(1))
			}
		case 2:
			c.code(&b)
		case 3:
			fmt.Fprintf(&b, "### %s\n\n> %s\n\n1. %s\n2. %s\n", c.words(2), c.words(14), c.words(7), c.words(6))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// paragraph is some sentences with a link now and then.
func (c *corpus) paragraph(site string, n, all int) string {
	var s []string
	for range 3 + c.r.IntN(3) {
		words := c.words(9 + c.r.IntN(8))
		s = append(s, strings.ToUpper(words[:1])+words[1:]+".")
	}
	other := c.r.IntN(all)
	link := fmt.Sprintf("../part-%03d/page-%05d.md", other/perFolder, other)
	if c.r.IntN(4) == 0 {
		link = "../../" + c.pick(sites) + strings.TrimPrefix(link, "..")
	}
	return strings.Join(s, " ") + fmt.Sprintf(" See [%s](%s) and `%s`.", c.words(2), link, c.words(1))
}

func (c *corpus) code(b *strings.Builder) {
	switch c.r.IntN(4) {
	case 0:
		fmt.Fprintf(b, "```go\nfunc %s(ctx context.Context, n int) error {\n\tfor i := range n {\n\t\tif err := %s(ctx, i); err != nil {\n\t\t\treturn fmt.Errorf(\"%s %%d: %%w\", i, err)\n\t\t}\n\t}\n\treturn nil // %s\n}\n```\n", c.words(1), c.words(1), c.words(1), c.words(4))
	case 1:
		fmt.Fprintf(b, "```yaml\n%s:\n  enabled: true\n  limit: %d\n  %s: [%q, %q]\n  # %s\n```\n", c.words(1), c.r.IntN(9999), c.words(1), c.words(1), c.words(1), c.words(5))
	case 2:
		fmt.Fprintf(b, "```bash\n# %s\nfor host in %s; do\n  ping -c %d \"$host\" || echo \"%s\"\ndone\n```\n", c.words(4), c.words(3), c.r.IntN(99), c.words(3))
	case 3:
		fmt.Fprintf(b, "```json\n{\n  %q: %d,\n  %q: [true, null, %q],\n  %q: {%q: %d.5}\n}\n```\n", c.words(1), c.r.IntN(9999), c.words(1), c.words(3), c.words(1), c.words(1), c.r.IntN(99))
	}
}

func (c *corpus) pick(from []string) string { return from[c.r.IntN(len(from))] }

func (c *corpus) words(n int) string {
	s := make([]string, n)
	for i := range s {
		s[i] = c.pick(words)
	}
	return strings.Join(s, " ")
}

// words are from the field of the sites; all are lower case letters, so that
// any can be a tag or an identifier.
var words = strings.Fields(`
amplifier antenna balance bandwidth battery bracket bridge camera carrier channel
circuit coaxial codec connector console contact current damping decibel delay
diffuser display driver earth echo fader feedback fibre filter frame
frequency gain gateway ground handset header horizon impedance induction input
interval jitter junction latency lens level limiter line loop lumen
masking matrix measure meter microphone mixer mode module monitor network
noise octave output packet panel path phase pixel polarity port
power preset probe protocol quality queue rack radio range ratio
receiver reflection relay repeater resistance resolution router sample scale schedule
screen sensor shield signal socket source spectrum speaker splitter standard
station stream strip subnet switch terminal threshold tone tower transformer
trunk tuner uplink valve vector video voltage volume watt wave
`)
