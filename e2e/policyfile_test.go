package e2e

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestPolicyFiles asks the preview for each policy's feed and its file for
// programs: both know all versions, and which one is in force.
func TestPolicyFiles(t *testing.T) {
	t.Parallel()
	w := serve(t)
	for _, policy := range w.Policies {
		var addresses []string
		for _, v := range policy.Versions {
			addresses = append(addresses, v.Address)
		}
		var data struct {
			ID       string `json:"@id"`
			Type     string `json:"@type"`
			Title    string
			Version  int
			Versions []struct {
				ID string `json:"@id"`
			}
			Purposes, Data []any
		}
		if err := json.Unmarshal([]byte(w.typed(policy.Address+"policy.json", "application/json", "application/ld+json")), &data); err != nil {
			t.Errorf("%spolicy.json: %v", policy.Address, err)
		}
		if now := policy.inForce(time.Now()); data.ID != policy.Address || data.Type != privacyNotice || data.Title != policy.Title || data.Version != now.Number {
			t.Errorf("%spolicy.json: %q %s %s, version %d; want version %d", policy.Address, data.Type, data.ID, data.Title, data.Version, now.Number)
		}
		var got []string
		for _, v := range data.Versions {
			got = append(got, v.ID)
		}
		if !slices.Equal(got, addresses) {
			t.Errorf("%spolicy.json: versions %v, want %v", policy.Address, got, addresses)
		}
		if len(data.Purposes) == 0 {
			t.Errorf("%spolicy.json: no purposes", policy.Address)
		}
		slices.Reverse(addresses)
		if got := w.entries(policy.Address + "feed.atom"); !slices.Equal(got, addresses) {
			t.Errorf("%sfeed.atom: entries %v, want %v", policy.Address, got, addresses)
		}
	}
}

// typed is the text at an address that must have one of some media types.
func (w *world) typed(address string, types ...string) string {
	w.t.Helper()
	status, header, body := w.get(address)
	kind, _, _ := strings.Cut(header.Get("Content-Type"), ";")
	if status != 200 || !slices.Contains(types, kind) {
		w.t.Errorf("%s: status %d, Content-Type %q", address, status, header.Get("Content-Type"))
	}
	return body
}

// entries are the pages to which a feed's entries lead.
func (w *world) entries(address string) []string {
	w.t.Helper()
	var f struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		Entries []struct {
			Link struct {
				Href string `xml:"href,attr"`
			} `xml:"link"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(w.typed(address, "application/atom+xml")), &f); err != nil {
		w.t.Fatal(fmt.Errorf("%s: %w", address, err))
	}
	var list []string
	for _, e := range f.Entries {
		list = append(list, e.Link.Href)
	}
	return list
}
