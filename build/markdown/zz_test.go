package markdown
import ("testing";"math/rand/v2";"time";"strings";"fmt")
var frags = strings.Split("a|b|\n|\n\n| |  |\t|*|**|_|~~|`|```|```go\n|```html\n|[|]|(|)|![|](x.md)|](http://a.b)|](x.png \"T\")|> |- |1. |# |## |{#a}|{.b}|: |[^1]|[^1]: |[!NOTE]|<b>|</b>|<!--|-->|<div>|\\|\"|'|--|...|&amp;|&#10;|http://a.b/c|www.a.b|x_y@z.de|¦a¦\n¦-¦\n|¦|---|===|- [ ] |    |<http://x.y>|ü|\r\n|\x00|[r]|[r]: x.md\n|](javascript:x)|$(|${|#|@|/*|*/", "|")
func TestZZ(t *testing.T) {
	c := New()
	end := time.Now().Add(60*time.Second)
	var worst time.Duration; n:=0
	for time.Now().Before(end) && !t.Failed() {
		var b strings.Builder
		for range rand.IntN(40)+1 { b.WriteString(strings.ReplaceAll(frags[rand.IntN(len(frags))],"¦","|")) }
		src := []byte(b.String())
		s := time.Now()
		doc := c.Compile(src, 0)
		if d := time.Since(s); d > worst { worst = d; fmt.Printf("%v %q\n", d, src) }
		checkDocument(t, doc, src)
		checkHTML(t, filled(t, doc))
		if t.Failed() { fmt.Printf("FAILED %q\n%s\n", src, doc.HTML) }
		n++
	}
	fmt.Println(n)
}
func TestSlow(t *testing.T) {
	c := New()
	for _, s := range []string{">", "- ", "[", "![", "*a ", "_a ", "`", "a@", "http://a.b/)", "<a ", "<!--", "[^1]", "|a", "{", "\"", "&", "#\n\n", "[a]: b\n", "a_b@c.d", "**a ", "(", "$(", "~~a ", "[a](", "> [!NOTE]\n", "a\n: b\n", "[^1]: a\n\n", "## a {#a}\n\n","![a](b \"c\")\n\n", "www.", "http://a.b(", "'a", "<b>\n"} {
		for _, pre := range []string{"", "```bash\n", "```yaml\n", "```js\n"} {
		src := []byte(pre+strings.Repeat(s, 20000/len(s)))
		st := time.Now(); c.Compile(src, 0); d := time.Since(st)
		src = []byte(pre+strings.Repeat(s, 40000/len(s)))
		st = time.Now(); c.Compile(src, 0); d2 := time.Since(st)
		if d2 > 30*time.Millisecond { fmt.Printf("%q %q %v %v\n", pre, s, d, d2) }
		}
	}
}
