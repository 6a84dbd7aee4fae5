package picture

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

const root = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28">`

func TestInline(t *testing.T) {
	const src = "\ufeff<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- Our mark. -->\n" +
		`<svg version="1.1" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
     width="28" height="28" viewBox="0 0 28 28" role="img" aria-label="Mark" xml:space="preserve">
  <title>Mark &amp; <b>more</b></title>
  <defs><linearGradient id="a"><stop offset="0" stop-color="var(--accent)"/></linearGradient></defs>
  <path fill="currentColor" stroke="url(#a)" d="M1.5 3h4v22h-4z
    M8 3h4.5"/>
  <g transform="rotate(-45 14 14)"><use xlink:href="#a" x="1"/></g>
  <text x="1" font-family="system-ui, 'Noto Sans', sans-serif">A &lt; <tspan>B</tspan></text>
</svg>
`
	got, problems := Inline([]byte(src))
	want := `<svg aria-hidden="true" focusable="false" width="28" height="28" viewBox="0 0 28 28">` +
		`<defs><linearGradient id="ID-a"><stop offset="0" stop-color="var(--accent)"/></linearGradient></defs>` +
		`<path fill="currentColor" stroke="url(#ID-a)" d="M1.5 3h4v22h-4z M8 3h4.5"/>` +
		`<g transform="rotate(-45 14 14)"><use href="#ID-a" x="1"/></g>` +
		`<text x="1" font-family="system-ui, 'Noto Sans', sans-serif">A &lt; <tspan>B</tspan></text></svg>`
	_, id, _ := strings.Cut(got, `id="`)
	id, _, _ = strings.Cut(id, `-a"`)
	if got = strings.ReplaceAll(got, id, "ID"); got != want || len(problems) > 0 {
		t.Errorf("got\n%s\nwant\n%s\nproblems %v", got, want, problems)
	}
	if other, _ := Inline([]byte(strings.Replace(src, "22", "23", 1))); strings.Contains(other, id) {
		t.Errorf("two drawings have the same ids: %s", id)
	}
}

// Each drawing has a ⌖ where its problem is to be found.
func TestInlineRefuses(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"script", root + "\n <!-- é -->⌖<script>alert(1)</script></svg>", "<script>"},
		{"foreign object", root + "⌖<foreignObject><body onload='x'>text</body></foreignObject></svg>", "<foreignObject>"},
		{"style", root + "\n⌖<style>* { fill: red }</style></svg>", "<style>"},
		{"image", root + "⌖<image href='a.png'/></svg>", "<image>"},
		{"link", root + "⌖<a href='#x'><path d='M0 0'/></a></svg>", "<a>"},
		{"animation", root + "⌖<set attributeName='href' to='x'/></svg>", "<set>"},
		{"drawing within a drawing", root + "⌖<svg/></svg>", "<svg>"},
		{"foreign namespace", root + "⌖<h:path xmlns:h='http://www.w3.org/1999/xhtml'/></svg>", "foreign namespace"},
		{"metadata", root + "⌖<metadata><x/></metadata></svg>", "<metadata>"},
		{"handler", root + "<path d='M0 0'\n ⌖onclick='x()'/></svg>", `attribute "onclick"`},
		{"handler on the root", "<svg xmlns='http://www.w3.org/2000/svg' ⌖ONLOAD='x'/>", `attribute "ONLOAD"`},
		{"style attribute", root + "<path ⌖style='fill:red'/></svg>", `attribute "style"`},
		{"class", root + "<path ⌖class='a'/></svg>", `attribute "class"`},
		{"unknown attribute", root + "<path ⌖data-x='1'/></svg>", `attribute "data-x"`},
		{"attribute of a namespace", root + "<path xmlns:i='http://i' ⌖i:d='M0'/></svg>", `attribute "d"`},
		{"href elsewhere", root + "<use ⌖href='a.svg#b'/></svg>", "attribute href"},
		{"script in href", root + "<use ⌖xlink:href='javascript:x'/></svg>", "attribute href"},
		{"address in a paint", root + "<path ⌖fill='url(http://a.example/#b)'/></svg>", "attribute fill"},
		{"address behind a paint", root + "<path ⌖fill='url(#a) url(//b)'/></svg>", "attribute fill"},
		{"variable of others", root + "<path ⌖fill='var(--secret)'/></svg>", "attribute fill"},
		{"variable with a fallback", root + "<path ⌖fill='var(--accent, url(x))'/></svg>", "attribute fill"},
		{"address in geometry", root + "<path ⌖d='url(#a)'/></svg>", "attribute d"},
		{"semicolon", root + "<path ⌖transform='none;x'/></svg>", "attribute transform"},
		{"clip path elsewhere", root + "<path ⌖clip-path='url(a.svg#b)'/></svg>", "attribute clip-path"},
		{"empty attribute", root + "<path ⌖id=''/></svg>", "attribute id"},
		{"same name before it", root + "<path d='fill' ⌖fill='a b'/></svg>", "attribute fill"},
		{"DOCTYPE", "⌖<!DOCTYPE svg>\n" + root + "</svg>", "DOCTYPE"},
		{"entities", "⌖<!DOCTYPE svg [<!ENTITY a 'b'>]>" + root + "</svg>", "DOCTYPE"},
		{"processing instruction", "⌖<?xml-stylesheet href='a.css'?>" + root + "</svg>", "xml-stylesheet"},
		{"words", root + "\n  ⌖words</svg>", "words stand outside"},
		{"words behind", root + "</svg>\n⌖words", "words stand outside"},
		{"element behind", root + "</svg>\n⌖<path/>", "outside of <svg>"},
		{"another root", "⌖<html xmlns='http://www.w3.org/1999/xhtml'/>", "outside of <svg>"},
		{"use of itself", root + "<use id='a' ⌖href='#a'/></svg>", "leads back"},
		{"use of what holds it", root + "<g id='a'><use ⌖href='#a'/></g></svg>", "leads back"},
		{"cycle", root + "<g id='a'><use href='#b'/></g><g id='b'><use ⌖href='#a'/></g></svg>", "leads back"},
		{"cycle of paints", root + "<pattern id='a'><path ⌖fill='url(#a)'/></pattern></svg>", "leads back"},
		{"levels of uses", root + "<g id='a0'><path d='M0 0'/></g><g id='a1'>" + strings.Repeat("<use href='#a0'/>", 30) +
			"</g><g id='a2'>" + strings.Repeat("<use href='#a1'/>", 10) + "<use ⌖href='#a1'/>" + strings.Repeat("<use href='#a1'/>", 14) + "</g></svg>", "more than 1000"},
		{"too deep", root + strings.Repeat("<g>", maxDepth-1) + "⌖<g>" + strings.Repeat("</g>", maxDepth) + "</svg>", "nest deeper"},
		{"too large", "⌖" + strings.Repeat(" ", maxInline) + root + "</svg>", "larger than"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before, after, ok := strings.Cut(tt.src, "⌖")
			if !ok {
				t.Fatal("no mark")
			}
			got, problems := Inline([]byte(before + after))
			lines := strings.Split(before, "\n")
			line, col := len(lines), len([]rune(lines[len(lines)-1]))+1
			if got != "" || len(problems) == 0 {
				t.Fatalf("let through: %s", got)
			}
			p := problems[0]
			if len(problems) != 1 && tt.name != "another root" || p.Line != line || p.Col != col || !strings.Contains(p.Message, tt.want) {
				t.Errorf("got %+v, want %q at %d:%d", problems, tt.want, line, col)
			}
		})
	}
	for _, src := range []string{"", "words", "<svg", root, root + "<g></svg>", root + "&unknown;</svg>", root + "<path d=M0/></svg>", "<!-- -->"} {
		if got, problems := Inline([]byte(src)); got != "" || len(problems) == 0 {
			t.Errorf("%q: let through %q", src, got)
		}
	}
}

// FuzzInline feeds arbitrary drawings. What is let through is, as a browser
// reads it within a page, one svg element that draws and does nothing else.
func FuzzInline(f *testing.F) {
	for _, inner := range []string{
		"", "<path d='M0 0' fill='url(#a)'/>", "<text>a<tspan>b</tspan>&lt;</text>", "<title>x</title>",
		"<use href='#a'/>", "<script>x</script>", "<![CDATA[<script>]]>", "<text><![CDATA[<script>]]></text>", "<style/>",
		"<path onclick='x'/>", "<g><defs><mask id='a'/></defs></g>", "<text>\x01</text>",
	} {
		f.Add([]byte(root + inner + "</svg>"))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		out, problems := Inline(src)
		if (out == "") != (len(problems) > 0) {
			t.Fatalf("got %q with %v", out, problems)
		}
		lines := bytes.Count(src, []byte("\n")) + 1
		for _, p := range problems {
			if p.Line < 1 || p.Line > lines || p.Col < 1 || p.Message == "" {
				t.Errorf("problem %+v of %d lines", p, lines)
			}
		}
		if out != "" {
			checkDrawing(t, out)
		}
	})
}

func checkDrawing(t *testing.T, out string) {
	depth := 0
	for z := html.NewTokenizer(strings.NewReader(out)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			if z.Err() != io.EOF || depth != 0 {
				t.Errorf("%v at depth %d in %s", z.Err(), depth, out)
			}
			return
		}
		token := z.Token()
		switch kind {
		case html.StartTagToken:
			depth++
		case html.EndTagToken:
			depth--
		case html.SelfClosingTagToken, html.TextToken:
		default:
			t.Errorf("%v in %s", token, out)
		}
		for _, a := range token.Attr {
			value := strings.ToLower(a.Val)
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "class" ||
				a.Key == "href" && !strings.HasPrefix(value, "#art-") || strings.ContainsAny(value, ":;\\@") {
				t.Errorf("attribute %v in %s", a, out)
			}
		}
		if strings.Contains(" script style image foreignobject a iframe animate set ", " "+token.Data+" ") && kind != html.TextToken {
			t.Errorf("element %v in %s", token, out)
		}
	}
}
