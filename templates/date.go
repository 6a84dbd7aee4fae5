package templates

import (
	"context"
	"io"
	"time"

	"github.com/a-h/templ"
)

// date is a time element between words, without more space than they have.
func date(before string, t time.Time, after string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, templ.EscapeString(before)+
			`<time datetime="`+day(t)+`">`+longDate(t)+`</time>`+templ.EscapeString(after))
		return err
	})
}
