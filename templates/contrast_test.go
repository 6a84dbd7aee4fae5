package templates_test

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"
)

// TestContrast holds the colours that the styles bring of their own (in code
// and callouts) against the backgrounds of all brands: at least 4.5:1, WCAG
// 2.2, 1.4.3.
func TestContrast(t *testing.T) {
	pair := regexp.MustCompile(`--(tip|warning|caution|string|number|name|added|removed): ?light-dark\((#\w+), ?(#\w+)\)`)
	styles := append(stylesheet(t, "site.css", ""), stylesheet(t, "code.css", "")...)
	found := pair.FindAllStringSubmatch(string(styles), -1)
	if len(found) != 10 {
		t.Fatalf("found %d colours in the styles, want 10", len(found))
	}
	background := regexp.MustCompile(`--(?:background|surface):(#\w+)`)
	for _, b := range brands() {
		light, dark, _ := strings.Cut(b.tokens, "@media")
		for _, colour := range found {
			for i, scheme := range []string{light, dark} {
				for _, under := range background.FindAllStringSubmatch(scheme, -1) {
					// Redlines tint the ground with a share of the colour itself.
					for _, share := range []float64{0, .09} {
						if c := contrast(t, colour[2+i], mix(t, colour[2+i], under[1], share)); c < 4.5 {
							t.Errorf("%s: %s %s on %s, tinted by %g, has %.2f:1", b.id, colour[1], colour[2+i], under[1], share, c)
						}
					}
				}
			}
		}
	}
}

// contrast is the ratio of WCAG 2.2.
func contrast(tb testing.TB, a, b string) float64 {
	tb.Helper()
	x, y := luminance(tb, a), luminance(tb, b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

func luminance(tb testing.TB, colour string) float64 {
	tb.Helper()
	sum := 0.0
	rgb := channels(tb, colour)
	for i, weight := range []float64{.2126, .7152, .0722} {
		v := float64(rgb[i]) / 255
		if v <= .04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}

// mix is what color-mix in sRGB gives of a share of the first colour.
func mix(tb testing.TB, a, b string, share float64) string {
	tb.Helper()
	x, y := channels(tb, a), channels(tb, b)
	for i := range x {
		x[i] = uint8(math.Round(share*float64(x[i]) + (1-share)*float64(y[i])))
	}
	return fmt.Sprintf("#%02x%02x%02x", x[0], x[1], x[2])
}

func channels(tb testing.TB, colour string) [3]uint8 {
	tb.Helper()
	if len(colour) == 4 {
		colour = "#" + strings.Repeat(colour[1:2], 2) + strings.Repeat(colour[2:3], 2) + strings.Repeat(colour[3:4], 2)
	}
	var rgb [3]uint8
	if _, err := fmt.Sscanf(colour, "#%02x%02x%02x", &rgb[0], &rgb[1], &rgb[2]); err != nil {
		tb.Fatalf("%s: %v", colour, err)
	}
	return rgb
}
