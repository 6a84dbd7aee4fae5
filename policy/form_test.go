package policy

import (
	"strings"
	"testing"
)

const sampleWords = `form: repair
title: Have a lantern mended
description: Tell us what is broken.
policy: privacy
who: anyone
retention: request
text: We mend it.
text: Letters
text: Say no in your preferences.
field: part
type: several
label: Which part?
required: true
category: request
purpose: repairs
option: Wick
option: Glass
field: light
type: scale
label: How bright?
category: request
purpose: repairs
from: 1
to: 5
low: Dark
high: Bright
field: address
type: postal-address
label: Address
help: Where it goes back to.
category: contact.postal
purpose: repairs
field: choice.marketing.postal
type: consent
choice: marketing.postal
words: Write to me.
refuse: Do not write to me.
`

func TestFormWords(t *testing.T) {
	c := sample()
	if got := FormWords(&c.Forms[0], c.Choices); got != sampleWords {
		t.Errorf("the words are\n%s\nwant\n%s", got, sampleWords)
	}
	if HashForm(&c.Forms[0], c.Choices) != HashText(sampleWords) {
		t.Error("the hash is not that of the words")
	}
}

// TestHashForm changes one thing after the other: what a person sees makes
// another hash, what they don't see makes none.
func TestHashForm(t *testing.T) {
	for name, change := range map[string]func(*Catalog, *Form){
		"title":     func(_ *Catalog, f *Form) { f.Title += "!" },
		"who":       func(_ *Catalog, f *Form) { f.Who = "once" },
		"retention": func(_ *Catalog, f *Form) { f.Retention = "account" },
		"words":     func(_ *Catalog, f *Form) { f.Parts[1].Text += "More.\n" },
		"order":     func(_ *Catalog, f *Form) { f.Fields[1], f.Fields[2] = f.Fields[2], f.Fields[1] },
		"label":     func(_ *Catalog, f *Form) { f.Fields[1].Label = "Which?" },
		"help":      func(_ *Catalog, f *Form) { f.Fields[1].Help = "All that fit." },
		"required":  func(_ *Catalog, f *Form) { f.Fields[2].Required = true },
		"purpose":   func(_ *Catalog, f *Form) { f.Fields[3].Purpose = "letters" },
		"option":    func(_ *Catalog, f *Form) { f.Fields[1].Options[0] = "Wicks" },
		"bound":     func(_ *Catalog, f *Form) { f.Fields[2].To = 6 },
		"choice":    func(c *Catalog, _ *Form) { c.Choices[0].Words = "Write to me often." },
		"no choice": func(_ *Catalog, f *Form) { f.Fields = f.Fields[:4] },
	} {
		c := sample()
		change(c, &c.Forms[0])
		if HashForm(&c.Forms[0], c.Choices) == HashText(sampleWords) {
			t.Errorf("another %s makes no other hash", name)
		}
	}
	for name, change := range map[string]func(*Form){
		"hidden value": func(f *Form) { f.Fields[0].Value = "paper" },
		"host": func(f *Form) {
			f.Parts[1].HTML = strings.ReplaceAll(f.Parts[1].HTML, "/preferences", "http://localhost/preferences")
		},
	} {
		c := sample()
		change(&c.Forms[0])
		if HashForm(&c.Forms[0], c.Choices) != HashText(sampleWords) {
			t.Errorf("another %s makes another hash", name)
		}
	}
}

func TestFragments(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "Words & more > less": true, `<p>a<br>b</p>`: true, `<h2 id="a" class="b">A</h2>`: true, `<a href="https://a.example/?b&amp;c">x</a>`: true,
		`<a href="mailto:a@b.example" rel="nofollow">x</a>`: true, `<ul><li><input type="checkbox" disabled checked aria-label="done"> a</li></ul>`: true,
		`<p title="a > b">x</p>`: true, `<a href="#a">x</a>`: true, `<a href="/forms/a">x</a>`: true, `<td class="">x</td>`: true,
		`<script>x</script>`: false, `<img src="/a.png" alt="">`: false, `<p>a`: false, `a</p>`: false, `<p><em>a</p></em>`: false, `<p`: false, `<`: false, `a < b`: false,
		`<P>a</P>`: false, `<p onclick="x">a</p>`: false, `<p style="x">a</p>`: false, `<p id=a>a</p>`: false, `<p hidden>a</p>`: false, `<p id='a'>a</p>`: false, `<p id="a>a</p>`: false,
		`<p id="a"onclick="b">a</p>`: false, `<a href="javascript:x">a</a>`: false, `<a href="//evil.example">a</a>`: false, `<a href="a">a</a>`: false, `<a href="">a</a>`: false,
		`<a href="/\evil.example">a</a>`: false, `<input type="text">`: false, `<form action="/x"></form>`: false, `<!-- a -->`: false, `<p/>`: false, `<svg></svg>`: false,
		`<iframe src="/x"></iframe>`: false, `<h1>a</h1>`: false, `<p disabled onclick="x">a</p>`: false,
	} {
		if err := checkFragment(text); (err == nil) != want {
			t.Errorf("%s: error %v, want one: %v", text, err, !want)
		}
	}
}
