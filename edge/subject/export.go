package subject

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/a-h/templ"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// pageOfReceipts is how many receipts are read at once.
const pageOfReceipts = 50

// Export writes all that is held of a person as a zip: data.json, which is a
// [Copy]; receipts/ID.json for each receipt, with the words that were shown (see
// [consent.Document]); and index.html, which shows all of it to a reader. It
// holds no more than a few receipts in memory. What was written before an error
// is no zip.
func (r *Reader) Export(ctx context.Context, w io.Writer, c *policy.Catalog, now time.Time, p Person) error {
	made, err := r.Copy(ctx, c, now, p)
	if err != nil {
		return err
	}
	z := zip.NewWriter(w)
	if err := writeJSON(z, now, "data.json", made); err != nil {
		return err
	}
	if err := r.writePage(ctx, z, c, &made, p); err != nil {
		return err
	}
	err = r.each(ctx, p, func(receipt consent.Receipt) error {
		d, err := consent.Describe(ctx, r.Choices, c, receipt)
		if err != nil {
			return err
		}
		return writeJSON(z, now, fileOf(receipt), d)
	})
	if err != nil {
		return err
	}
	return z.Close()
}

func fileOf(r consent.Receipt) string { return "receipts/" + r.ID + ".json" }

// writePage writes the page for readers, receipt by receipt.
func (r *Reader) writePage(ctx context.Context, z *zip.Writer, c *policy.Catalog, made *Copy, p Person) error {
	file, err := create(z, made.Made, "index.html")
	if err != nil {
		return err
	}
	page := templates.ExportPage{Company: made.Company, UserID: made.UserID, Code: made.Code, Made: made.Made, Held: Held(c, made.Made, made, maxCopied)}
	page.Receipts = templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return r.each(ctx, p, func(receipt consent.Receipt) error {
			view, err := r.shown(ctx, c, receipt)
			if err != nil {
				return err
			}
			return templates.ExportReceiptHTML(view).Render(ctx, w)
		})
	})
	if err := templates.Export(page).Render(ctx, file); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// shown is a receipt for readers.
func (r *Reader) shown(ctx context.Context, c *policy.Catalog, receipt consent.Receipt) (templates.ExportReceipt, error) {
	d, err := consent.Describe(ctx, r.Choices, c, receipt)
	view := templates.ExportReceipt{ID: receipt.ID, File: fileOf(receipt), At: receipt.At, Host: receipt.Host}
	for _, e := range d.Records {
		view.Answers = append(view.Answers, templates.ExportAnswer{Choice: e.Choice, State: string(e.State), Words: e.Words, Refuse: e.Refuse, Policy: e.Notice.Policy, Version: e.Notice.Version})
	}
	return view, err
}

// each does something with each receipt of a person, the newest of each code
// first.
func (r *Reader) each(ctx context.Context, p Person, do func(consent.Receipt) error) error {
	for _, code := range p.Codes {
		if err := r.receipts(ctx, code, do); err != nil {
			return err
		}
	}
	return nil
}

// receipts does something with each receipt of a code, the newest first.
func (r *Reader) receipts(ctx context.Context, code [16]byte, do func(consent.Receipt) error) error {
	for before := int64(0); ; {
		list, err := r.Choices.History(ctx, code, before, pageOfReceipts)
		if err != nil {
			return err
		}
		for _, receipt := range list {
			if err := do(receipt); err != nil {
				return err
			}
			before = receipt.Sequence
		}
		if len(list) < pageOfReceipts {
			return nil
		}
	}
}

func create(z *zip.Writer, now time.Time, name string) (io.Writer, error) {
	return z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: now.UTC()})
}

func writeJSON(z *zip.Writer, now time.Time, name string, v any) error {
	file, err := create(z, now, name)
	if err != nil {
		return err
	}
	e := json.NewEncoder(file)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
