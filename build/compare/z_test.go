package compare
import ("testing";"strings";"time";"fmt")
func TestQ(t *testing.T){
	r := strings.Repeat
	runs := func(n int) string { var b strings.Builder; for i := range n { b.WriteString(strings.Repeat("`", i+1) + "a") }; return b.String() }
	steps := func(n int) string { var b strings.Builder; for i := range n { b.WriteString(strings.Repeat("  ", i) + "- a\n") }; return b.String() }
	in := map[string]string{
		"body":          r("words ", 200_000),
		"lines":         "- a" + r("\n", 1000_000),
		"links":         r("[a](", 60_000),
		"links 9k":         r(r("[a](", 9_000)+"\n\n",20),
		"angles":        r("[a](<", 50_000),
		"angles 5k":        r(r("[a](<", 4_900)+"\n\n",20),
		"titles 9k":        r(r("[a](b (c ", 9_000)+"\n\n",10),
		"brackets":      r("[", 100_000) + r("]", 100_000),
		"brackets 9k":      r(r("[", 9_000) + r("]", 9_000)+"\n\n",20),
		"code":          runs(500),
		"code2":          runs(1400),
		"attributes":    "## a {x=" + r("{a=", 80_000),
		"underlined":    "a {x=" + r("{a=", 80_000) + "\n---\n",
		"strikethrough": r("~~a ~b", 43_000),
		"strike 9k": r(r("~~a ~b", 3_000)+"\n\n",20),
		"emphasis":      r("*a _b ", 43_000),
		"emphasis 9k":      r(r("*a _b ", 4_900)+"\n\n",20),
		"mixed 9k":      r(r("_**a", 3_300)+"\n\n",20),
		"list":          r("- ", 150) + "a",
		"list many":          r(r("- ", 190) + "a\n",2000),
		"nested lists":  steps(1000),
		"columns":       r("|a", 201) + "\n" + r("|-", 201) + "\n",
		"cells":         r("|a", 150) + "\n" + r("|-", 150) + "\n" + r("|\n", 10_000),
		"cells many":         r(r("|a", 90) + "\n" + r("|-", 90) + "\n" + r("|\n", 1000)+"\n\n",20),
		"HTML":          "a " + r("<![CDATA[", 28_000),
		"HTML 9k":          r("a " + r("<![CDATA[", 9_000)+"\n\n",10),
		"definitions":   r("[a]: b\n", 6_000),
		"definitions 4k":   r(r("[a]: b\n", 4_900)+"\n\n",20),
		"footnotes":     r("[^a]: b\n\n", 30_001),
		"footnote marks":     "[^a]: b\n\n"+r("[^a]\n\n", 30_001),
		"notes":     func() string { var b strings.Builder; for i := range 5000 { fmt.Fprintf(&b,"[^%d]: b\n\nx[^%d]\n\n",i,i) }; return b.String() }(),
	}
	for name, x := range in {
		s := time.Now()
		a := Parse([]byte(x))
		e := time.Since(s)
		mark := ""
		if e > 500*time.Millisecond { mark="  <<<<" }
		fmt.Printf("%-26s %7d parse %10v blocks=%d%s\n", name, len(x),e.Round(time.Millisecond),len(a.blocks),mark)
	}
}
