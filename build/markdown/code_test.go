package markdown

import (
	"fmt"
	"strings"
	"testing"

	"github.com/alecthomas/chroma/v2"
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
			html, ok := h.highlight(nil, "diff", []byte(code), new(int))
			if !ok {
				t.Fatal("diff is not known")
			}
			if round == 0 {
				made[code] = string(html)
			} else if made[code] != string(html) {
				t.Fatalf("got %s, before %s", html, made[code])
			}
			if n := len(h.young) + len(h.old); n > 60 {
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
	for _, language := range strings.Fields("c++ console css diff docker html java kotlin make markdown nginx perl php powershell ruby rust xml") {
		for _, code := range []string{"", "\n", "a <b> & \"c\" {{ d }} é\n\t$x #y /* z */\n", "no line end"} {
			html, ok := h.highlight(nil, language, []byte(code), new(int))
			if !ok || visible(string(html)) != code {
				t.Errorf("%s: %q became %q", language, code, html)
			}
		}
	}
}

func TestLongCodeIsPlain(t *testing.T) {
	code := strings.Repeat("<p>\n", codeLimit)
	html, ok := newHighlighter().highlight(nil, "html", []byte(code), new(int))
	if !ok || strings.Contains(string(html), "<span") || visible(string(html)) != code {
		t.Errorf("highlighted: %.100s", html)
	}
}

// A brokenLexer gives the tokens that it is made of, and panics after them
// where it is told to.
type brokenLexer struct {
	chroma.Lexer
	tokens []chroma.Token
	panics bool
}

func (l brokenLexer) Tokenise(*chroma.TokeniseOptions, string) (chroma.Iterator, error) {
	tokens := chroma.Literator(l.tokens...)
	return func() chroma.Token {
		t := tokens()
		if l.panics && t == chroma.EOF {
			panic("broken")
		}
		return t
	}, nil
}

func TestBrokenLexers(t *testing.T) {
	whole := []chroma.Token{{Type: chroma.Keyword, Value: "a<"}, {Type: chroma.Text, Value: "b"}}
	tests := map[string]struct {
		lexer brokenLexer
		want  string
	}{
		"sound":         {brokenLexer{tokens: whole}, `<span class="k">a&lt;</span>b`},
		"loses text":    {brokenLexer{tokens: whole[:1]}, "a&lt;b"},
		"changes text":  {brokenLexer{tokens: []chroma.Token{{Type: chroma.Keyword, Value: "A<B"}}}, "a&lt;b"},
		"makes up text": {brokenLexer{tokens: append(whole[:2:2], whole...)}, "a&lt;b"},
		"panics":        {brokenLexer{tokens: whole[:1], panics: true}, "a&lt;b"},
	}
	for name, tt := range tests {
		if got := render(tt.lexer, "a<b"); got != tt.want {
			t.Errorf("%s: got %s, want %s", name, got, tt.want)
		}
	}
}
