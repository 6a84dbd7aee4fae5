package edge_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/notice"
)

// A discarding writer takes an answer and keeps its header's map.
type discarding struct{ header http.Header }

func (d *discarding) Header() http.Header       { return d.header }
func (*discarding) Write(p []byte) (int, error) { return len(p), nil }
func (*discarding) WriteHeader(int)             {}

// A page costs a known visitor with nothing to be told a fixed and small
// number of allocations, most of them for the line in the log.
func TestPagesAllocateLittle(t *testing.T) {
	w := newTown(t, 3)
	known := w.visitor()
	known.told()
	r := httptest.NewRequest("GET", "https://"+host+"/", nil)
	r.Header.Set("Cookie", "theme=dark; __Secure-code="+known.cookies["__Secure-code"])
	d := &discarding{make(http.Header)}
	const most = 8
	if made := testing.AllocsPerRun(200, func() { clear(d.header); w.server.ServeHTTP(d, r) }); made > most {
		t.Errorf("a page allocates %v times, and %d are known of", made, most)
	}
	if d.header.Get("Etag") == "" {
		t.Fatalf("the page is not the shared one: %v", d.header)
	}
}

// Who is to be told nothing is found out without allocating.
func TestNothingToTellAllocatesNothing(t *testing.T) {
	w := newTown(t, 3)
	c, _ := w.server.Catalog()
	v := identity.NewVisitor().WithSeen("privacy", 3)
	if made := testing.AllocsPerRun(200, func() {
		if list := notice.Weighty(notice.For(c, v, w.now)); list != nil {
			t.Errorf("told %v", list)
		}
	}); made > 0 {
		t.Errorf("%v allocations", made)
	}
}
