package markdown

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/yuin/goldmark/ast"

	"indigex.com/indigex/build/problem"
)

// fenced writes a fenced block of code, highlighted where its language is
// known.
func (p *page) fenced(n *ast.FencedCodeBlock) {
	code := p.lines(n.Lines())
	language := strings.ToLower(string(n.Language(p.src)))
	if language == "" {
		p.plainCode(code)
		return
	}
	start := len(p.out)
	p.write(`<pre class="chroma" tabindex="0"><code class="language-`)
	p.out = attribute(p.out, []byte(language))
	p.write(`">`)
	var ok bool
	if p.out, ok = p.code.highlight(p.out, language, code, &p.spent); !ok {
		p.out = p.out[:start]
		hint := "leave the language out, or write text"
		if p.full() {
			hint = "" // the search takes long
		} else if near := p.code.nearest(language); near != "" {
			hint = fmt.Sprintf("did you mean %s?", near)
		}
		p.report(n.Info.Segment.Start, problem.Warning, "code-language", fmt.Sprintf("unknown language %q", language), hint)
		p.plainCode(code)
		return
	}
	p.highlighted = true
	p.write("</code></pre>\n")
}

// plainCode writes code without highlighting. What scrolls can be reached by
// keyboard (WCAG 2.1.1).
func (p *page) plainCode(code []byte) {
	p.write(`<pre tabindex="0"><code>`)
	p.out = escape(p.out, code)
	p.write("</code></pre>\n")
}

// A highlighter highlights code: a few languages with scanners of our own,
// the many others with chroma. It keeps what chroma has done.
type highlighter struct {
	scanners map[string]func(into, code []byte) []byte

	once   sync.Once
	lexers map[string]chroma.Lexer

	mu sync.Mutex
	// young and old are two generations of results: when young is full it
	// becomes old, and what was old is dropped.
	young, old map[string]string
	size       int
	// limit bounds a generation, keys included, in bytes.
	limit int
}

const (
	// cacheLimit is enough for the code of some thousand pages.
	cacheLimit = 4 << 20
	// codeLimit bounds the code that is highlighted, in bytes: beyond it
	// regular expressions take seconds.
	codeLimit = 128 << 10
	// lexerLimit bounds the code that chroma is given at a time, in bytes,
	// and lexerBudget what it is given for one document, as the sum of the
	// squares: that is how its time grows. Whatever lies beyond is plain. A
	// clock would make the output depend on the machine.
	lexerLimit  = 4 << 10
	lexerBudget = lexerLimit * lexerLimit
)

func newHighlighter() *highlighter {
	return &highlighter{
		scanners: scanners(), young: map[string]string{}, old: map[string]string{}, limit: cacheLimit,
	}
}

// highlight appends code as HTML with classes; false where the language is
// not known. spent is what chroma was given for the same document; it counts
// what is known already too, so that the result depends on the document alone.
func (h *highlighter) highlight(into []byte, language string, code []byte, spent *int) ([]byte, bool) {
	if len(code) > codeLimit {
		return escape(into, code), h.scanners[language] != nil || h.lexer(language) != nil
	}
	if scan, ok := h.scanners[language]; ok {
		return scan(into, code), true
	}
	switch language {
	case "text", "plain", "plaintext", "txt":
		return escape(into, code), true
	}
	lexer := h.lexer(language)
	if lexer == nil {
		return into, false
	}
	if *spent += len(code) * len(code); len(code) > lexerLimit || *spent > lexerBudget {
		return escape(into, code), true
	}
	key := language + "\x00" + string(code)
	html, ok := h.get(key)
	if !ok {
		html = render(lexer, string(code))
		h.put(key, html)
	}
	return append(into, html...), true
}

// load makes the table of chroma's languages, by their names in lower case.
// Its own search falls back to the patterns of file names, which takes long
// and finds what nobody meant.
func (h *highlighter) load() {
	h.lexers = map[string]chroma.Lexer{}
	for _, lexer := range lexers.GlobalLexerRegistry.Lexers {
		config := lexer.Config()
		for _, name := range append([]string{config.Name}, config.Aliases...) {
			h.lexers[strings.ToLower(name)] = lexer
		}
	}
}

// lexer finds the lexer for a language; nil where there is none.
func (h *highlighter) lexer(language string) chroma.Lexer {
	h.once.Do(h.load)
	return h.lexers[language]
}

// nearest returns the language that a misspelt name most likely means, or "".
func (h *highlighter) nearest(language string) string {
	if len(language) > 30 {
		return ""
	}
	names := slices.Sorted(maps.Keys(h.scanners))
	return problem.Nearest(language, append(names, slices.Sorted(maps.Keys(h.lexers))...))
}

func (h *highlighter) get(key string) (string, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	html, ok := h.young[key]
	if !ok {
		html, ok = h.old[key]
	}
	return html, ok
}

func (h *highlighter) put(key, html string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.size += len(key) + len(html); h.size > h.limit {
		h.old, h.young, h.size = h.young, map[string]string{}, len(key)+len(html)
	}
	h.young[key] = html
}

// render highlights code. Where a lexer fails or loses text, the code is
// written plainly: it must read as the editor wrote it.
func render(lexer chroma.Lexer, code string) (html string) {
	defer func() {
		if recover() != nil {
			html = string(escape(nil, []byte(code)))
		}
	}()
	tokens, err := lexer.Tokenise(&chroma.TokeniseOptions{State: "root"}, code)
	if err != nil {
		return string(escape(nil, []byte(code)))
	}
	var p paint
	rest := code
	for t := tokens(); t != chroma.EOF; t = tokens() {
		if !strings.HasPrefix(rest, t.Value) {
			return string(escape(nil, []byte(code)))
		}
		rest = rest[len(t.Value):]
		p.put(class(t.Type), []byte(t.Value))
	}
	if rest != "" {
		return string(escape(nil, []byte(code)))
	}
	p.end()
	return string(p.out)
}

// class returns the class of a token's type. Names, operators and punctuation
// have none: they make up most tokens and look like the text around them.
func class(t chroma.TokenType) string {
	for ; t > 0; t = t.Parent() {
		switch name := chroma.StandardTypes[t]; name {
		case "":
		case "n", "nx", "p", "o", "w", "err":
			return ""
		default:
			return name
		}
	}
	return ""
}
