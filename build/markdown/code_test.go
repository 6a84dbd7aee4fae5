package markdown

import (
	"fmt"
	"strings"
	"testing"
)

// Results of chroma are kept, within bounds, and are the same when they are
// made again.
func TestHighlighterKeepsResults(t *testing.T) {
	h := newHighlighter()
	h.limit = 2000
	made := map[string]string{}
	for round := range 3 {
		for i := range 50 {
			code := fmt.Sprintf("+added %d\n-removed\n", i)
			html, ok := h.highlight(nil, "diff", []byte(code))
			if !ok {
				t.Fatal("diff is not known")
			}
			if round == 0 {
				made[code] = string(html)
			} else if made[code] != string(html) {
				t.Fatalf("got %s, before %s", html, made[code])
			}
			if n := len(h.young) + len(h.old); n > 40 {
				t.Fatalf("%d results of about 100 bytes are kept within %d bytes", n, h.limit)
			}
		}
	}
	if _, ok := h.get("diff\x00+added 49\n-removed\n"); !ok {
		t.Error("the last result is not kept")
	}
}

// What a lexer gets wrong is not seen: the text reads as it was written.
func TestHighlightKeepsText(t *testing.T) {
	h := newHighlighter()
	h.once.Do(h.load)
	for language := range h.lexers {
		for _, code := range []string{"", "\n", "a <b> & \"c\" {{ d }} é\n\t$x #y /* z */\n", "no line end"} {
			html, ok := h.highlight(nil, language, []byte(code))
			if !ok || visible(string(html)) != code {
				t.Errorf("%s: %q became %q", language, code, html)
			}
		}
	}
}

func TestLongCodeIsPlain(t *testing.T) {
	code := strings.Repeat("<p>\n", codeLimit)
	html, ok := newHighlighter().highlight(nil, "html", []byte(code))
	if !ok || strings.Contains(string(html), "<span") || visible(string(html)) != code {
		t.Errorf("highlighted: %.100s", html)
	}
}
