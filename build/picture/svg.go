package picture

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

const (
	// maxDrawing bounds a drawing, in bytes.
	maxDrawing = 2 << 20
	// maxSide bounds a drawing's width and height, in CSS pixels.
	maxSide = 20_000
	// svgSpace is the namespace of SVG elements.
	svgSpace = "http://www.w3.org/2000/svg"
)

// inspectSVG reads a drawing's size from its root: width and height, or what
// is missing of them from the viewBox (SVG 2, section 8.2). Entities are
// neither defined nor expanded.
func inspectSVG(src []byte) (Info, error) {
	if len(src) > maxDrawing {
		return Info{}, errors.New("drawing is larger than 2 MiB")
	}
	decoder := xml.NewDecoder(bytes.NewReader(src))
	for {
		token, err := decoder.Token()
		if err != nil {
			return Info{}, fmt.Errorf("drawing can't be read: %w", err)
		}
		switch token := token.(type) {
		case xml.Directive:
			if bytes.Contains(token, []byte("ENTITY")) {
				return Info{}, errors.New("drawing defines entities")
			}
		case xml.StartElement:
			if token.Name.Local != "svg" || token.Name.Space != svgSpace {
				return Info{}, fmt.Errorf("drawing begins with %q, not with svg of %s", token.Name.Local, svgSpace)
			}
			return drawingSize(token)
		}
	}
}

func drawingSize(root xml.StartElement) (Info, error) {
	var width, height, boxWidth, boxHeight float64
	for _, a := range root.Attr {
		switch {
		case a.Name.Space != "":
		case a.Name.Local == "width":
			width = length(a.Value)
		case a.Name.Local == "height":
			height = length(a.Value)
		case a.Name.Local == "viewBox":
			boxWidth, boxHeight = viewBox(a.Value)
		}
	}
	switch {
	case width > 0 && height > 0:
	case boxWidth <= 0 || boxHeight <= 0:
		return Info{}, errors.New("drawing has neither width and height nor a viewBox")
	case width > 0:
		height = width * boxHeight / boxWidth
	case height > 0:
		width = height * boxWidth / boxHeight
	default:
		width, height = boxWidth, boxHeight
	}
	if width > maxSide || height > maxSide {
		return Info{}, fmt.Errorf("drawing is larger than %d pixels a side", maxSide)
	}
	return Info{Kind: SVG, Width: max(1, int(math.Round(width))), Height: max(1, int(math.Round(height)))}, nil
}

// units are the lengths that have a size of their own, in CSS pixels (CSS
// Values and Units, section 6.2).
var units = []struct {
	name   string
	pixels float64
}{{"px", 1}, {"in", 96}, {"cm", 96 / 2.54}, {"mm", 9.6 / 2.54}, {"pt", 96.0 / 72}, {"pc", 16}, {"", 1}}

// length returns a length in CSS pixels; 0 where it depends on the page.
func length(s string) float64 {
	s = strings.TrimSpace(s)
	for _, unit := range units {
		if number, ok := strings.CutSuffix(s, unit.name); ok {
			return number64(number) * unit.pixels
		}
	}
	return 0
}

func viewBox(s string) (width, height float64) {
	fields := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' || r == '\n' })
	if len(fields) != 4 {
		return 0, 0
	}
	return number64(fields[2]), number64(fields[3])
}

// number64 returns a positive number, else 0.
func number64(s string) float64 {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || !(n > 0) || math.IsInf(n, 0) {
		return 0
	}
	return n
}
