package pages

import (
	"bytes"
	"context"

	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// Strip returns what every page shows to who signed in, as HTML for the slot of
// a page. It follows from the identity cookie alone.
func Strip(ctx context.Context, c *policy.Catalog, userID string) ([]byte, error) {
	var html bytes.Buffer
	err := templates.Member(userID, c.Sites[0].Origin+Home).Render(ctx, &html)
	return html.Bytes(), err
}
