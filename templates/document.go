package templates

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// Document is a whole HTML page. Its site should come from Prepare; with any
// other the parts that all pages share are made again for each page, which
// is right and slow.
//
// The page has no inline style and no script that runs, so that it works
// under a Content-Security-Policy without 'unsafe-inline'.
func Document(p Page) templ.Component { return withShared(p, document) }

// withShared is a page with the parts that all pages of its site share.
func withShared(p Page, page func(*Page, *shared) templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		shared := p.Site.shared
		if shared == nil {
			prepared, err := Prepare(*p.Site)
			if err != nil {
				return err
			}
			shared = prepared.shared
		}
		return page(&p, shared).Render(ctx, w)
	})
}
