package policy

import (
	"fmt"
	"slices"
	"strings"
)

// checkFragment says whether HTML is as the generator renders Markdown:
// elements and attributes of prose, each element closed where it was opened,
// and no address that does something. It is no reader of HTML: what it can't
// read, it refuses.
func checkFragment(text string) error {
	var open []string
	for {
		_, rest, found := strings.Cut(text, "<")
		if !found {
			break
		}
		tag, after, ended := cutTag(rest)
		if !ended {
			return badValue("has a < that begins no element")
		}
		text = after
		if name, closes := strings.CutPrefix(tag, "/"); closes {
			if len(open) == 0 || open[len(open)-1] != name {
				return badValue(fmt.Sprintf("closes <%s>, which is not open", name))
			}
			open = open[:len(open)-1]
			continue
		}
		name, attributes, _ := strings.Cut(tag, " ")
		if !isProse(name) {
			return badValue(fmt.Sprintf("has <%s>, which no Markdown makes", name))
		}
		if err := checkAttributes(attributes); err != nil {
			return err
		}
		if name == "input" && !strings.HasPrefix(attributes, `type="checkbox" disabled`) {
			return badValue("has an <input> that is no box of a list of tasks")
		}
		if name != "br" && name != "hr" && name != "input" {
			open = append(open, name)
		}
	}
	if len(open) > 0 {
		return badValue(fmt.Sprintf("leaves <%s> open", open[len(open)-1]))
	}
	return nil
}

// cutTag cuts what stands between < and the > behind its attributes.
func cutTag(text string) (tag, rest string, ok bool) {
	quoted := false
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case c == '<' && !quoted:
			return "", "", false
		case c == '>' && !quoted:
			return text[:i], text[i+1:], true
		}
	}
	return "", "", false
}

func isProse(element string) bool {
	return slices.Contains([]string{
		"a", "aside", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h2", "h3", "h4", "h5", "h6", "hr", "input", "li",
		"ol", "p", "pre", "section", "span", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
	}, element)
}

// checkAttributes checks names and values, as in `id="a" disabled`.
func checkAttributes(text string) error {
	for text != "" {
		name, rest, valued := strings.Cut(text, `="`)
		if bare, behind, found := strings.Cut(text, " "); !valued || found && len(bare) < len(name) {
			name, text = bare, behind
			if name != "disabled" && name != "checked" {
				return badValue(fmt.Sprintf("has the attribute %q without a value", name))
			}
			continue
		}
		value, behind, ended := strings.Cut(rest, `"`)
		if !ended || behind != "" && behind[0] != ' ' {
			return badValue("has an attribute whose value has no end")
		}
		if !slices.Contains([]string{"aria-label", "class", "href", "id", "rel", "role", "scope", "start", "tabindex", "title", "type"}, name) {
			return badValue(fmt.Sprintf("has the attribute %q, which no Markdown makes", name))
		}
		if name == "href" && !isHref(value) {
			return badValue(fmt.Sprintf("leads to %q, which is no address of a page, of mail or of a telephone", value))
		}
		text = strings.TrimPrefix(behind, " ")
	}
	return nil
}

func isHref(value string) bool {
	for _, start := range []string{"https://", "http://", "mailto:", "tel:", "#", "/"} {
		if strings.HasPrefix(value, start) {
			return !strings.HasPrefix(value, "//") && !strings.ContainsAny(value, "\\\t\n\r")
		}
	}
	return false
}
