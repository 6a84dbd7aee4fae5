package stitch_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"indigex.com/indigex/templates/stitch"
)

// lacking skips a test whose means are missing and says what installs them.
// In CI it fails: there, a skip would hide that nothing was tested.
func lacking(t *testing.T, command, cure string) {
	t.Helper()
	if _, err := exec.LookPath(command); err == nil {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing; install it: %s", command, cure)
	}
	t.Skipf("%s is missing; install it: %s", command, cure)
}

// samples are a page and notices of all kinds of lengths.
func samples(t *testing.T) (p *stitch.Page, page []byte, notices [][]byte) {
	page = []byte(strings.Replace(strings.Repeat(small, 200), stitch.Marker, "", 199))
	p, page, notice := opened(t, page)
	return p, page, [][]byte{nil, notice, bytes.Repeat(notice, 1_500)}
}

// TestGzip has GNU gzip decode and check what was packed and stitched.
func TestGzip(t *testing.T) {
	lacking(t, "gzip", "apt-get install gzip")
	p, page, notices := samples(t)
	gunzip(t, p.Whole(), page)
	for _, notice := range notices {
		gunzip(t, written(t, p.Stitched(notice)), slices.Concat(page[:p.Slot()], notice, page[p.Slot():]))
	}
}

func gunzip(t *testing.T, packed, want []byte) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "gzip", "-dc")
	cmd.Stdin = bytes.NewReader(packed)
	same(t, "what gzip decodes", output(t, cmd), want)
}

// output is what a command prints, which must not complain.
func output(t *testing.T, cmd *exec.Cmd) []byte {
	t.Helper()
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	got, err := cmd.Output()
	if err != nil || complaint.Len() > 0 {
		t.Fatalf("%v: %v: %s", cmd.Args, err, &complaint)
	}
	return got
}

// TestCurl asks a server for a page with each notice, as a browser does that
// decodes, and as a client does that knows no compression.
func TestCurl(t *testing.T) {
	lacking(t, "curl", "apt-get install curl")
	p, page, notices := samples(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/"))
		if err != nil || i >= len(notices) {
			http.NotFound(w, r)
			return
		}
		s, err := stitch.StitchPlain(page, p.Slot(), notices[i])
		if err != nil {
			t.Error(err)
		}
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			w.Header().Set("Content-Encoding", "gzip")
			s = p.Stitched(notices[i])
		}
		w.Header().Set("Content-Length", strconv.FormatInt(s.Len(), 10))
		if _, err := s.WriteTo(w); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	for i, notice := range notices {
		address := fmt.Sprintf("%s/%d", server.URL, i)
		want := slices.Concat(page[:p.Slot()], notice, page[p.Slot():])
		for _, encoding := range []string{"--compressed", "--no-compressed"} {
			// Without a configuration of its user, and without a proxy.
			cmd := exec.CommandContext(t.Context(), "curl", "--disable", "--noproxy", "*", "--silent", "--show-error", "--fail", encoding, address)
			same(t, "what curl gets with "+encoding, output(t, cmd), want)
		}
		same(t, "what Go's client gets", fetched(t, server, address), want)
	}
}

func fetched(t *testing.T, server *httptest.Server, address string) []byte {
	t.Helper()
	r, err := server.Client().Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	got, err := io.ReadAll(r.Body)
	if err != nil || !r.Uncompressed {
		t.Fatalf("%v; was compressed: %v", err, r.Uncompressed)
	}
	return got
}
