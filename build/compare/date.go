package compare

import "strings"

// dates marks the tokens of dates: a day with its month, with or without a
// year; a month with its year; and dates in digits, as 2026-03-01 or
// 1/3/2026. A year alone is a number. So is a date that ends a period, as
// after "until": moving it is a change of substance.
func (s *side) dates() []bool {
	is := make([]bool, len(s.tokens))
	for i := range s.tokens {
		from, to := s.date(i)
		if from == to || s.ends(from) {
			continue
		}
		for k := from; k < to; k++ {
			is[k] = true
		}
	}
	return is
}

// date returns the range of the date that has its month, or all of it, in
// token i; an empty one where there is none.
func (s *side) date(i int) (from, to int) {
	switch t := &s.tokens[i]; {
	case t.kind == number && isNumericDate(t.text):
		return i, i + 1
	case t.kind != word || !isMonth(t.text):
		return i, i
	}
	from, to = i, i+1
	days := false
	if before := s.behind(from); before >= 0 && isDay(s.tokens[before].text) {
		from, days = before, true
	} else if s.is(to, isDay) && !s.tokens[to].line {
		to, days = to+1, true
	}
	year := to
	if s.is(year, func(text string) bool { return text == "," }) {
		year++
	}
	if s.is(year, isYear) {
		return from, year + 1
	}
	if days {
		return from, to
	}
	return i, i
}

// is says whether there is such a token in the same line.
func (s *side) is(i int, what func(string) bool) bool {
	return i < len(s.tokens) && !s.tokens[i].line && what(s.tokens[i].text)
}

// behind returns the token before the first of a date, an "of" left out, or
// -1 at the start of a line.
func (s *side) behind(i int) int {
	for i > 0 && !s.tokens[i].line {
		i--
		if text := strings.ToLower(s.tokens[i].text); text != "of" && text != "the" {
			return i
		}
	}
	return -1
}

// ends says whether the word before a date makes it the end of a period.
func (s *side) ends(from int) bool {
	before := s.behind(from)
	if before < 0 {
		return false
	}
	switch strings.ToLower(s.tokens[before].text) {
	case "until", "till", "before", "after", "by", "through", "between", "within", "than":
		return true
	}
	return false
}

func isMonth(text string) bool {
	switch strings.TrimSuffix(strings.ToLower(text), ".") {
	case "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
		"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec":
		// "may" in small letters is a verb far more often than a month.
		return text != "may" && text != "march"
	}
	return false
}

// isDay holds for 1 to 31, also as 1st.
func isDay(text string) bool {
	for _, suffix := range []string{"st", "nd", "rd", "th"} {
		text = strings.TrimSuffix(text, suffix)
	}
	n, ok := digits(text)
	return ok && len(text) <= 2 && 1 <= n && n <= 31
}

func isYear(text string) bool {
	n, ok := digits(text)
	return ok && len(text) == 4 && 1900 <= n && n <= 2199
}

func digits(text string) (int, bool) {
	n := 0
	for _, c := range []byte(text[:min(len(text), 5)]) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, text != ""
}

// isNumericDate holds for 2026-03-01, 2026/3/1, 1.3.2026 and the like.
func isNumericDate(text string) bool {
	for _, mark := range []string{"-", "/", "."} {
		if parts := strings.Split(text, mark); len(parts) == 3 {
			return isYear(parts[0]) && isDay(parts[1]) && isDay(parts[2]) ||
				isDay(parts[0]) && isDay(parts[1]) && isYear(parts[2])
		}
	}
	return false
}
