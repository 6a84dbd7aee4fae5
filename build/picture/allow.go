package picture

import "strings"

// elements are those that may stand in a drawing within a page.
var elements = set(`svg g defs symbol use path rect circle ellipse line
polyline polygon text tspan linearGradient radialGradient stop clipPath mask
pattern marker`)

// attributes are those that may, with what their values may be.
var attributes = table(map[string]func(string) bool{
	`d points transform gradientTransform patternTransform viewBox x y x1 y1 x2
	y2 cx cy r rx ry fx fy fr dx dy width height rotate textLength offset
	opacity fill-opacity stroke-opacity stop-opacity stroke-width
	stroke-dasharray stroke-dashoffset stroke-miterlimit font-size
	letter-spacing word-spacing markerWidth markerHeight refX refY orient
	pathLength`: isGeometry,
	`fill stroke color stop-color`:                      isPaint,
	`clip-path mask marker-start marker-mid marker-end`: isURL,
	`id`:          isName,
	`font-family`: isFont,
	`font-weight font-style text-anchor dominant-baseline`:  isWords,
	`fill-rule clip-rule stroke-linecap stroke-linejoin`:    isWords,
	`gradientUnits spreadMethod clipPathUnits maskUnits`:    isWords,
	`maskContentUnits patternUnits patternContentUnits`:     isWords,
	`markerUnits lengthAdjust preserveAspectRatio overflow`: isWords,
	`vector-effect paint-order shape-rendering visibility`:  isWords,
	`text-rendering alignment-baseline display`:             isWords,
})

func set(words string) map[string]bool {
	members := map[string]bool{}
	for _, w := range strings.Fields(words) {
		members[w] = true
	}
	return members
}

func table(rows map[string]func(string) bool) map[string]func(string) bool {
	checks := map[string]func(string) bool{}
	for names, check := range rows {
		for _, name := range strings.Fields(names) {
			checks[name] = check
		}
	}
	return checks
}

// only says whether s consists of letters, digits and the other characters
// given.
func only(s, others string) bool {
	for _, r := range s {
		if !isAlnum(r) && !strings.ContainsRune(others, r) {
			return false
		}
	}
	return s != ""
}

func isAlnum(r rune) bool {
	return '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}

// isGeometry accepts numbers, lengths, paths and transformations. None of
// them needs what a script, a style or an address would: a quote, a colon, a
// semicolon, a slash.
func isGeometry(s string) bool { return only(s, " .,+-()%") && !strings.Contains(s, "url") }

func isName(s string) bool { return only(s, "-_.") }

func isWords(s string) bool { return only(s, " -") }

func isFont(s string) bool { return only(s, " -_,'") }

func isReference(s string) bool {
	id, ok := strings.CutPrefix(s, "#")
	return ok && isName(id)
}

func isURL(s string) bool {
	inner, ok := strings.CutPrefix(s, "url(")
	inner, closed := strings.CutSuffix(inner, ")")
	return s == "none" || ok && closed && isReference(inner)
}

// tokens are the colours that each site defines, light and dark.
var tokens = set("background surface text muted line accent")

// isPaint accepts colours, the tokens of the site, and gradients of the same
// drawing.
func isPaint(s string) bool {
	if hex, ok := strings.CutPrefix(s, "#"); ok {
		return only(hex, "")
	}
	if name, ok := strings.CutPrefix(s, "var(--"); ok {
		name, closed := strings.CutSuffix(name, ")")
		return closed && tokens[name]
	}
	if inner, ok := strings.CutPrefix(s, "rgb("); ok {
		inner, closed := strings.CutSuffix(inner, ")")
		return closed && only(inner, " ,.%")
	}
	return only(s, "") || isURL(s)
}
