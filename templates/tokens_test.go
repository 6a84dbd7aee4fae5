package templates_test

import (
	"fmt"
	"strings"
)

// tokens writes a site's custom properties. The colours are background,
// surface, text, muted, line and accent.
func tokens(heading, body, light, dark string) string {
	return fmt.Sprintf(":root{%s--font-heading:var(--font-%s);--font-body:var(--font-%s)}@media(prefers-color-scheme:dark){:root{%s}}",
		colors(light), heading, body, colors(dark))
}

func colors(values string) string {
	var b strings.Builder
	names := []string{"background", "surface", "text", "muted", "line", "accent"}
	for i, value := range strings.Fields(values) {
		fmt.Fprintf(&b, "--%s:%s;", names[i], value)
	}
	return b.String()
}
