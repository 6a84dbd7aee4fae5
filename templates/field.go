package templates

import (
	"slices"

	"github.com/a-h/templ"
)

// lines says whether an answer may have several.
func (f *FieldView) lines() bool { return f.Type == "postal-address" || f.Type == "long-text" }

// chosen says whether an option is marked.
func (f *FieldView) chosen(option string) bool {
	return f.Value == option || slices.Contains(f.Values, option)
}

func (f *FieldView) optionType() string {
	if f.Type == "several" {
		return "checkbox"
	}
	return "radio"
}

// inputType is the type of the element (HTML, section 4.10.5.1).
func (f *FieldView) inputType() string {
	switch f.Type {
	case "email", "number", "date", "password":
		return f.Type
	case "phone":
		return "tel"
	}
	return "text"
}

// shown is what stands in the field: a password never does.
func (f *FieldView) shown() string {
	if f.Type == "password" {
		return ""
	}
	return f.Value
}

// attributes are those that bound an answer, and help to give it.
func (f *FieldView) attributes() templ.OrderedAttributes {
	var list templ.OrderedAttributes
	add := func(name, value string) {
		if value != "" && value != "0" {
			list = append(list, templ.KeyValue[string, any]{Key: name, Value: value})
		}
	}
	add("autocomplete", f.Autocomplete)
	add("minlength", itoa(f.MinLength))
	add("maxlength", itoa(f.MaxLength))
	if f.Type == "number" || f.Type == "date" {
		// Zero bounds a number, too.
		for _, m := range []struct{ name, value string }{{"min", f.Min}, {"max", f.Max}} {
			if m.value != "" {
				list = append(list, templ.KeyValue[string, any]{Key: m.name, Value: m.value})
			}
		}
	}
	if f.Type != "email" {
		add("pattern", f.Pattern)
	}
	switch f.Type {
	case "user-id":
		add("autocapitalize", "none")
		add("spellcheck", "false")
	case "email":
		add("spellcheck", "false")
	case "zip-code":
		add("inputmode", "numeric")
	}
	return list
}
