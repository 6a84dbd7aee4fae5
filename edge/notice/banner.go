package notice

import (
	"bytes"
	"context"

	"indigex.com/indigex/templates"
)

// Weighty returns the notices that belong on a banner, nil for none.
func Weighty(list []Pending) []Pending {
	var kept []Pending
	for i := range list {
		if list[i].Weighty() {
			kept = append(kept, list[i])
		}
	}
	return kept
}

// Banner returns the banner for notices, as HTML for the slot of a page. The
// token is of [Purpose]; back is the path to come back to. Its button puts away what it
// shows, and no more.
func Banner(ctx context.Context, list []Pending, token, back string) ([]byte, error) {
	b := templates.Banner{Token: token, Return: back, More: max(0, len(list)-MaxShown)}
	for i := range min(len(list), MaxShown) {
		b.Known = append(b.Known, list[i].Known())
		b.Notices = append(b.Notices, list[i].HTML())
	}
	var html bytes.Buffer
	if err := templates.BannerHTML(b).Render(ctx, &html); err != nil {
		return nil, err
	}
	return html.Bytes(), nil
}
