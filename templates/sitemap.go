package templates

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"time"
)

// A SitemapEntry is one page in a sitemap.
type SitemapEntry struct {
	// URL is absolute.
	URL string
	// Modified is the date of the last change of substance; zero means
	// unknown.
	Modified time.Time
}

// sitemapLimit is how many addresses one sitemap may hold
// (sitemaps.org, protocol 0.9).
const sitemapLimit = 50_000

// Sitemap writes the addresses of a site for search engines, in the order
// given (sitemaps.org, protocol 0.9). It fails on more than 50,000 entries.
func Sitemap(w io.Writer, entries []SitemapEntry) error {
	if len(entries) > sitemapLimit {
		return fmt.Errorf("sitemap: %d addresses, at most %d are allowed", len(entries), sitemapLimit)
	}
	b := bufio.NewWriter(w)
	b.WriteString(xml.Header + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n")
	for _, e := range entries {
		b.WriteString("<url><loc>")
		if err := xml.EscapeText(b, []byte(e.URL)); err != nil {
			return err
		}
		b.WriteString("</loc>")
		if !e.Modified.IsZero() {
			b.WriteString("<lastmod>" + day(e.Modified) + "</lastmod>")
		}
		b.WriteString("</url>\n")
	}
	b.WriteString("</urlset>\n")
	return b.Flush()
}

// Robots writes a robots.txt (RFC 9309) that allows everything and names the
// sitemap by its absolute address.
func Robots(w io.Writer, sitemapURL string) error {
	_, err := fmt.Fprintf(w, "User-agent: *\nAllow: /\n\nSitemap: %s\n", sitemapURL)
	return err
}
