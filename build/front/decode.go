package front

import (
	"bytes"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"

	"indigex.com/indigex/build/problem"
)

// Decode fills the struct that into points to. Problems have no Path: the
// caller knows it.
func Decode(src Source, into any) problem.List {
	d := &decoder{src: src, first: src.firstLine()}
	root := d.parse()
	if len(d.problems) > 0 {
		return d.problems
	}
	target := reflect.ValueOf(into).Elem()
	if root == nil {
		d.missing(target.Type(), nil, Pos{d.first, 1})
		return d.problems
	}
	d.value(root, target, field{name: "file"})
	return d.problems
}

type decoder struct {
	src      Source
	first    int
	problems problem.List
}

// parse returns the root node; nil for an empty text.
func (d *decoder) parse() *yaml.Node {
	text := d.src.File[d.src.Start:d.src.End]
	if len(text) > MaxSize {
		d.report(Pos{d.first, 1}, "yaml", "more than 64 KiB of settings", "move text below the front matter")
		return nil
	}
	if line := d.src.invalid(); line > 0 {
		d.report(Pos{line, 1}, "yaml", "text is not UTF-8", "save the file as UTF-8")
		return nil
	}
	if at := d.second(text); at > 0 {
		d.report(Pos{at, 1}, "yaml", "a second document in one file", "remove the line ---")
		return nil
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		d.syntax(err)
		return nil
	}
	if len(doc.Content) == 0 {
		return nil
	}
	return doc.Content[0]
}

// second returns the line at which a second document starts, or 0. Front
// matter has none, since such a line ends it.
func (d *decoder) second(text []byte) int {
	number := d.first
	for at := 0; at < len(text); number++ {
		l, next := line(text, at)
		if at > 0 && bytes.HasPrefix(l, fence) {
			return number
		}
		at = next
	}
	return 0
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

// syntax turns the reader's error into a problem at its line.
func (d *decoder) syntax(err error) {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	line := d.first
	if m := yamlLine.FindStringSubmatch(message); m != nil {
		n, _ := strconv.Atoi(m[1])
		line += n - 1
		message = strings.Replace(message, m[0], "", 1)
	}
	d.report(Pos{line, 1}, "yaml", "not valid YAML: "+message, hintFor(message))
}

// hintFor explains the commonest mistakes of YAML in plain words.
func hintFor(message string) string {
	switch {
	case strings.Contains(message, "mapping values are not allowed"):
		return `put text that holds a colon in quotes: title: "One: two"`
	case strings.Contains(message, "found character that cannot start any token"):
		return "indent with spaces, not tabs; quote text that starts with @ or `"
	case strings.Contains(message, "did not find expected"):
		return "look for a missing quote, bracket or wrong indentation here or in the line above"
	}
	return ""
}

func (d *decoder) at(n *yaml.Node) Pos {
	return Pos{Line: n.Line + d.first - 1, Col: n.Column}
}

// maxProblems bounds what is reported of one file.
const maxProblems = 100

func (d *decoder) report(at Pos, rule, message, hint string) {
	if len(d.problems) >= maxProblems {
		return
	}
	d.problems = append(d.problems, problem.Problem{
		Line: at.Line, Col: at.Col, Rule: rule, Message: message, Hint: hint,
		Source: Line(d.src.File, at.Line),
	})
}

// A field is what a struct's tag says of one key.
type field struct {
	name     string
	index    int
	required bool
	oneOf    []string
}

func fields(t reflect.Type) []field {
	var all []field
	for i := range t.NumField() {
		tag := t.Field(i).Tag.Get("front")
		if tag == "" {
			continue
		}
		parts := strings.Split(tag, ",")
		f := field{name: parts[0], index: i}
		for _, option := range parts[1:] {
			if option == "required" {
				f.required = true
			} else if list, ok := strings.CutPrefix(option, "oneof="); ok {
				f.oneOf = strings.Split(list, "|")
			}
		}
		all = append(all, f)
	}
	return all
}

// value decodes a node into a settable value.
func (d *decoder) value(n *yaml.Node, v reflect.Value, f field) {
	if !d.plain(n) {
		if v.Kind() == reflect.Pointer {
			v.Set(reflect.New(v.Type().Elem())) // whoever reads on finds an empty one
		}
		return
	}
	switch target := v.Addr().Interface().(type) {
	case *string:
		*target, _ = d.text(n, f)
	case *Text:
		target.Pos = d.at(n)
		target.Value, _ = d.text(n, f)
	case *bool:
		*target = d.boolean(n, f)
	case *int:
		*target = d.integer(n, f)
	case *Number:
		*target = Number{d.integer(n, f), d.at(n)}
	case *Date:
		*target = d.date(n, f)
	case *Decimal:
		*target = d.decimal(n, f)
	case *Label:
		*target = d.label(n, f)
	case *Pairs:
		*target = d.pairs(n, f)
	default:
		d.compound(n, v, f)
	}
}

func (d *decoder) compound(n *yaml.Node, v reflect.Value, f field) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), f)
	case reflect.Slice:
		if key, ok := keyOf(v.Type().Elem()); ok {
			if d.kind(n, yaml.MappingNode, f) {
				d.keyed(n, v, key)
			}
			return
		}
		if !d.kind(n, yaml.SequenceNode, f) {
			return
		}
		list := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
		for i, item := range n.Content {
			d.value(item, list.Index(i), field{name: f.name, required: true, oneOf: f.oneOf})
		}
		v.Set(list)
	case reflect.Struct:
		if d.kind(n, yaml.MappingNode, f) {
			d.mapping(n, v)
		}
	default:
		panic("front: no decoding for " + v.Type().String())
	}
}

// keyOf returns the field of a struct that takes the key of a mapping.
func keyOf(t reflect.Type) (field, bool) {
	if t.Kind() != reflect.Struct {
		return field{}, false
	}
	all := fields(t)
	i := slices.IndexFunc(all, func(f field) bool { return f.name == "*" })
	if i < 0 {
		return field{}, false
	}
	return all[i], true
}

// keyed decodes a mapping into a slice with an element for each key, in the
// order of the file.
func (d *decoder) keyed(n *yaml.Node, v reflect.Value, key field) {
	seen := map[string]bool{}
	list := reflect.MakeSlice(v.Type(), 0, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		if seen[name.Value] {
			d.report(d.at(name), "doubled-key", fmt.Sprintf("key %q stands twice", name.Value), "keep one of them")
		}
		seen[name.Value] = true
		item := reflect.New(v.Type().Elem()).Elem()
		item.Field(key.index).Set(reflect.ValueOf(Text{Value: name.Value, Pos: d.at(name)}))
		all := fields(item.Type())
		if j := slices.IndexFunc(all, func(f field) bool { return f.name == "=" }); j >= 0 {
			d.value(value, item.Field(all[j].index), field{name: name.Value})
		} else if d.plain(value) && d.kind(value, yaml.MappingNode, field{name: name.Value}) {
			d.mapping(value, item)
		}
		list = reflect.Append(list, item)
	}
	v.Set(list)
}

// plain refuses what makes YAML dangerous or surprising.
func (d *decoder) plain(n *yaml.Node) bool {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		d.report(d.at(n), "yaml", "anchors and aliases are not allowed", "write the value out")
	case n.Style&yaml.TaggedStyle != 0:
		d.report(d.at(n), "yaml", fmt.Sprintf("the tag %s is not allowed", n.Tag), "remove it")
	default:
		return true
	}
	return false
}

func (d *decoder) mapping(n *yaml.Node, v reflect.Value) {
	known := slices.DeleteFunc(fields(v.Type()), func(f field) bool { return f.name == "*" })
	if at := v.FieldByName("Pos"); at.IsValid() {
		at.Set(reflect.ValueOf(d.at(n)))
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := d.at(key)
		if first, ok := seen[key.Value]; ok {
			d.report(at, "doubled-key", fmt.Sprintf("key %q stands twice, first in line %d", key.Value, first), "keep one of them")
			continue
		}
		seen[key.Value] = at.Line
		k := slices.IndexFunc(known, func(f field) bool { return f.name == key.Value })
		if k < 0 {
			d.unknown(key, known)
			continue
		}
		d.value(value, v.Field(known[k].index), known[k])
	}
	d.missing(v.Type(), seen, d.at(n))
}

func (d *decoder) unknown(key *yaml.Node, known []field) {
	names := make([]string, len(known))
	for i, f := range known {
		names[i] = f.name
	}
	hint := "known keys: " + strings.Join(names, ", ")
	if near := problem.Nearest(key.Value, names); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	d.report(d.at(key), "unknown-key", fmt.Sprintf("key %q is not known here", key.Value), hint)
}

func (d *decoder) missing(t reflect.Type, seen map[string]int, at Pos) {
	for _, f := range fields(t) {
		if _, ok := seen[f.name]; f.required && !ok {
			d.report(at, "missing-key", fmt.Sprintf("key %q is missing", f.name), fmt.Sprintf("add a line %q", f.name+": …"))
		}
	}
}

var kindNames = map[yaml.Kind]string{
	yaml.ScalarNode: "a single value", yaml.SequenceNode: "a list", yaml.MappingNode: "a mapping (key: value)",
}

func kindHints(name string, want yaml.Kind) string {
	switch want {
	case yaml.SequenceNode:
		return fmt.Sprintf("write %s: [one, two]", name)
	case yaml.MappingNode:
		return fmt.Sprintf("write %s: {key: value}, or the keys in lines of their own below it", name)
	}
	return fmt.Sprintf("write %s: value", name)
}

func (d *decoder) kind(n *yaml.Node, want yaml.Kind, f field) bool {
	if n.Kind == want {
		return true
	}
	found := kindNames[n.Kind]
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		found = "nothing"
	}
	d.report(d.at(n), "wrong-type", fmt.Sprintf("%s wants %s, found %s", f.name, kindNames[want], found), kindHints(f.name, want))
	return false
}

func (d *decoder) text(n *yaml.Node, f field) (string, bool) {
	if !d.kind(n, yaml.ScalarNode, f) {
		return "", false
	}
	value := strings.TrimSpace(n.Value)
	switch {
	case strings.ContainsFunc(value, unseen):
		d.report(d.at(n), "control-character", f.name+" has a line break or a character that can't be seen", "write it in one line, of characters that can be seen")
	case n.Tag == "!!null" || value == "":
		hint := "write one, or remove the line"
		if f.required {
			hint = fmt.Sprintf("write one: %s: …", f.name)
		}
		d.report(d.at(n), "missing-value", f.name+" has no value", hint)
	case n.Tag != "!!str":
		d.report(d.at(n), "wrong-type", fmt.Sprintf("%s wants text, found %s", f.name, tagName(n.Tag)), fmt.Sprintf("put it in quotes: %q", value))
	case len(f.oneOf) > 0 && !slices.Contains(f.oneOf, value):
		hint := "possible: " + strings.Join(f.oneOf, ", ")
		if near := problem.Nearest(value, f.oneOf); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		d.report(d.at(n), "unknown-value", fmt.Sprintf("%s can't be %q", f.name, value), hint)
	default:
		return value, true
	}
	return "", false
}

// unseen says whether a character is a control or turns the direction of
// text (Unicode Standard Annex 9).
func unseen(r rune) bool {
	return unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff
}

func tagName(tag string) string {
	switch tag {
	case "!!int", "!!float":
		return "a number"
	case "!!bool":
		return "true or false"
	case "!!timestamp":
		return "a date"
	}
	return "another type"
}

func (d *decoder) boolean(n *yaml.Node, f field) bool {
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
		d.report(d.at(n), "wrong-type", f.name+" wants true or false", "write true or false, without quotes")
	}
	return strings.EqualFold(n.Value, "true")
}

func (d *decoder) integer(n *yaml.Node, f field) int {
	value, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || err != nil {
		d.report(d.at(n), "wrong-type", f.name+" wants a whole number", "write it without quotes, such as 10")
	}
	return value
}

func (d *decoder) date(n *yaml.Node, f field) Date {
	at := d.at(n)
	if n.Kind == yaml.ScalarNode {
		for _, layout := range []string{time.DateOnly, time.RFC3339} {
			if t, err := time.Parse(layout, n.Value); err == nil {
				return Date{Time: t.UTC(), Pos: at}
			}
		}
	}
	d.report(at, "wrong-type", f.name+" wants a date", "write it as 2026-03-01, or with a time as 2026-03-01T09:00:00Z")
	return Date{Pos: at}
}

var money = regexp.MustCompile(`^\d{1,9}(\.\d{1,2})?$`)

func (d *decoder) decimal(n *yaml.Node, f field) Decimal {
	at := d.at(n)
	if n.Kind != yaml.ScalarNode || !money.MatchString(n.Value) {
		d.report(at, "wrong-type", f.name+" wants an amount", "write digits and at most two decimals, such as 24.90")
		return Decimal{Pos: at}
	}
	whole, cents, _ := strings.Cut(n.Value, ".")
	return Decimal{Value: whole + "." + (cents + "00")[:2], Pos: at}
}

func (d *decoder) label(n *yaml.Node, f field) Label {
	if n.Tag == "!!bool" && n.Value == "false" {
		return Label{Hidden: true, Pos: d.at(n)}
	}
	value, _ := d.text(n, f)
	return Label{Value: value, Pos: d.at(n)}
}

func (d *decoder) pairs(n *yaml.Node, f field) Pairs {
	if !d.kind(n, yaml.MappingNode, f) {
		return nil
	}
	var all Pairs
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if !d.plain(value) || !d.kind(value, yaml.ScalarNode, field{name: key.Value}) {
			continue
		}
		if slices.ContainsFunc(all, func(p Pair) bool { return p.Label == key.Value }) {
			d.report(d.at(key), "doubled-key", fmt.Sprintf("key %q stands twice", key.Value), "keep one of them")
		}
		if strings.ContainsFunc(key.Value+value.Value, unseen) {
			d.report(d.at(key), "control-character", "the entry has a line break or a character that can't be seen", "write it in one line, of characters that can be seen")
		}
		if value.Value == "" {
			d.report(d.at(value), "missing-value", key.Value+" has no value", "write one, or remove the line")
		}
		all = append(all, Pair{Label: key.Value, Value: value.Value, Pos: d.at(key)})
	}
	return all
}
