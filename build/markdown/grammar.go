package markdown

import (
	"bytes"
	"strings"
)

// scanners returns the languages that have a scanner, by their names.
func scanners() map[string]func(into, code []byte) []byte {
	table := map[string]func(into, code []byte) []byte{}
	add := func(names string, scan func(into, code []byte) []byte) {
		for _, name := range strings.Fields(names) {
			table[name] = scan
		}
	}
	add("go golang", goGrammar().scan)
	add("json jsonc", jsonGrammar().scan)
	add("ini cfg", iniGrammar().scan)
	add("toml", tomlGrammar().scan)
	add("javascript js typescript ts", scriptGrammar().scan)
	add("python py python3", pythonGrammar().scan)
	add("sql", sqlGrammar().scan)
	add("c", cGrammar().scan)
	add("yaml yml", scanYAML)
	add("bash sh shell zsh", scanShell)
	return table
}

// classes makes a table of words from lists by class.
func classes(lists map[string]string) map[string]string {
	table := map[string]string{}
	for class, words := range lists {
		for _, w := range strings.Fields(words) {
			table[w] = class
		}
	}
	return table
}

func goGrammar() *grammar {
	return &grammar{
		comments: []string{"//"}, block: true, call: "nf",
		quotes: []quote{{mark: '"', class: "s"}, {mark: '`', class: "s", raw: true}, {mark: '\'', class: "sc"}},
		words: classes(map[string]string{
			"kn": "package import",
			"kd": "func type var const struct map chan interface",
			"k":  "break case continue default defer else fallthrough for go goto if range return select switch",
			"kc": "true false nil iota",
			"kt": `any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32
				int64 rune string uint uint8 uint16 uint32 uint64 uintptr`,
			"nb": "append cap clear close complex copy delete imag len make max min new panic print println real recover",
		}),
	}
}

func jsonGrammar() *grammar {
	return &grammar{
		comments: []string{"//"}, block: true, signed: true, key: "nt",
		quotes: []quote{{mark: '"', class: "s2"}},
		words:  classes(map[string]string{"kc": "true false null"}),
	}
}

// iniGrammar reads lines "key = value": values are strings as they are.
func iniGrammar() *grammar {
	return &grammar{line: func(s *scanner) {
		line := s.src[s.i : s.i+s.toLineEnd()]
		equals := bytes.IndexByte(line, '=')
		switch {
		case line[0] == '#' || line[0] == ';':
			s.take("c1", len(line))
		case line[0] == '[':
			s.take("k", len(line))
		case equals > 0:
			s.take("na", equals)
			s.take("", 1)
			s.take("s", len(line)-equals-1)
		}
	}}
}

func tomlGrammar() *grammar {
	return &grammar{
		comments: []string{"#"}, signed: true, triple: true,
		quotes: []quote{{mark: '"', class: "s2"}, {mark: '\'', class: "s1"}},
		words:  classes(map[string]string{"kc": "true false"}),
		line: func(s *scanner) {
			line := s.src[s.i : s.i+s.toLineEnd()]
			if line[0] == '[' {
				s.take("", len(line))
			} else if equals := bytes.IndexByte(line, '='); equals > 0 && isWordStart(line[0]) {
				s.take("", equals)
			}
		},
	}
}

func scriptGrammar() *grammar {
	return &grammar{
		comments: []string{"//"}, block: true, marks: "$",
		quotes: []quote{
			{mark: '"', class: "s2"}, {mark: '\'', class: "s1"},
			{mark: '`', class: "sb", raw: true, insert: "${"},
		},
		words: classes(map[string]string{
			"kr": "import export class extends const async await abstract enum interface static implements",
			"kd": "let var function type",
			"k": `break case catch continue debugger default delete do else finally for if in instanceof new
				of return super switch this throw try typeof void while with yield from as`,
			"kc": "true false null undefined NaN Infinity",
			"kt": "string number boolean unknown never any",
			"nb": `Array Boolean Date Error Function JSON Math Number Object Promise RegExp String document
				window globalThis decodeURI encodeURI eval isFinite isNaN parseFloat parseInt`,
		}),
	}
}

func pythonGrammar() *grammar {
	return &grammar{
		comments: []string{"#"}, triple: true, marks: "@",
		quotes: []quote{{mark: '"', class: "s2"}, {mark: '\'', class: "s1"}},
		words: classes(map[string]string{
			"kn": "import from",
			"k": `as assert async await break class continue def del elif else except finally for global if
				lambda nonlocal pass raise return try while with yield match case`,
			"ow": "and in is not or",
			"kc": "True False None",
			"bp": "self cls",
			"nb": `abs all any bool bytes dict enumerate filter float int isinstance iter len list map max min
				next object open print range repr reversed round set sorted str sum super tuple type zip`,
		}),
		next: map[string]string{"def": "nf", "class": "nc", "import": "nn", "from": "nn"},
	}
}

func sqlGrammar() *grammar {
	return &grammar{
		comments: []string{"--"}, block: true, fold: true,
		quotes: []quote{{mark: '\'', class: "s1"}, {mark: '"', class: "s2"}},
		words: classes(map[string]string{
			"k": `add all alter and as asc begin between by cascade case check coalesce commit constraint count
				create cross current_timestamp database default delete desc distinct drop else end exists
				explain foreign from full grant group having if in index inner insert intersect into is join
				key left level like limit not null offset on or order outer primary references returning right
				rollback select set table then to transaction trigger union unique update using values view
				when where with`,
			"nb": "bigint boolean char date decimal float integer int numeric real smallint text timestamp varchar",
		}),
	}
}

func cGrammar() *grammar {
	return &grammar{
		comments: []string{"//"}, block: true, call: "nf", hash: "cp",
		quotes: []quote{{mark: '"', class: "s"}, {mark: '\'', class: "sc"}},
		words: classes(map[string]string{
			"k": `auto break case const continue default do else enum extern for goto if inline register
				restrict return sizeof static struct switch typedef union volatile while`,
			"kt": `bool char double float int int8_t int16_t int32_t int64_t long short signed size_t ssize_t
				uint8_t uint16_t uint32_t uint64_t unsigned void`,
			"kc": "NULL true false",
		}),
	}
}
