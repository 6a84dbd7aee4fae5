package markdown

import "testing"

func TestSlug(t *testing.T) {
	tests := []struct{ html, want string }{
		{"Gain structure", "gain-structure"},
		{"<em>Gain</em> <code>dBu</code> &amp; more", "gain-dbu-more"},
		{"It’s 5.1 – not 7.1!", "its-51-not-71"},
		{"  Spaces,  tabs / and_lines\nhere ", "spaces-tabs-and-lines-here"},
		{"Über größe, Łódź, Æsir, façade", "uber-grosse-lodz-aesir-facade"},
		{"日本語", "section"},
		{"日本語 2", "2"},
		{"---", "section"},
	}
	for _, tt := range tests {
		if got := slug(tt.html); got != tt.want {
			t.Errorf("slug(%q) = %q, want %q", tt.html, got, tt.want)
		}
	}
}
