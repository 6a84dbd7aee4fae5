package e2e

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// chromium finds the browser's program; "" if there is none.
func chromium() string {
	names := []string{"chromium", "chromium-browser", "google-chrome"}
	if name := os.Getenv("CHROMIUM"); name != "" {
		names = []string{name}
	}
	for _, name := range names {
		if file, err := exec.LookPath(name); err == nil {
			return file
		}
	}
	return ""
}

// startBrowser starts Chromium with a fresh profile.
func (s *suite) startBrowser() (context.Context, error) {
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(chromium()),
		chromedp.UserDataDir(filepath.Join(s.folder, "profile")),
		chromedp.CombinedOutput(io.Discard),
	}
	for _, name := range []string{
		"headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
		"disable-component-update", "disable-sync", "disable-dev-shm-usage",
		// Tabs of several tests are open at once, and all of them count.
		"disable-renderer-backgrounding", "disable-background-timer-throttling", "disable-backgrounding-occluded-windows",
	} {
		options = append(options, chromedp.Flag(name, true))
	}
	ctx, _ := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ = chromedp.NewContext(ctx)
	if err := chromedp.Do(ctx); err != nil {
		return nil, fmt.Errorf("chromium: %w", err)
	}
	s.closing = append(s.closing, func() error { return chromedp.Cancel(ctx) })
	return ctx, nil
}

// A tab is a page in the browser, with cookies and storage of its own.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu     sync.Mutex
	faults []fault
	// expected are addresses that may answer with an error.
	expected map[string]bool
	// sent are the addresses of requests under way.
	sent map[network.RequestID]string
}

// A fault is something that no visitor's browser should have to report.
type fault struct{ address, text string }

// tab opens an empty tab. At the end of the test it must be without faults.
func (w *world) tab(t *testing.T) *tab {
	t.Helper()
	b := newTab(t)
	t.Cleanup(func() {
		for _, f := range b.found() {
			t.Errorf("%s: %s", f.address, f.text)
		}
	})
	return b
}

func newTab(t *testing.T) *tab {
	t.Helper()
	if chromium() == "" {
		lacking(t, "there is no Chromium", "apt-get install chromium, or name another with $CHROMIUM")
	}
	browser, err := all.browser()
	if err != nil {
		t.Fatal(err)
	}
	b := &tab{t: t, expected: map[string]bool{}, sent: map[network.RequestID]string{}}
	var cancel context.CancelFunc
	b.ctx, cancel = chromedp.NewContext(browser, chromedp.WithNewBrowserContext(), chromedp.WithListener(b.hear))
	t.Cleanup(cancel)
	// A tab lives as long as the context of its first step, which must
	// therefore have no limit.
	if err := chromedp.Do(b.ctx); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.EmulateViewport(1280, 800))
	return b
}

// hear notes what the browser reports.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.note(e.ExceptionDetails.URL, "exception: "+(&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error())
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning || e.Type == runtime.ConsoleAPICalledTypeAssert {
			b.note("", fmt.Sprintf("console.%s: %s", e.Type, words(e.Args)))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			b.note(e.Entry.URL, fmt.Sprintf("%s %s: %s", e.Entry.Source, e.Entry.Level, e.Entry.Text))
		}
	case *network.EventRequestWillBeSent:
		b.sent[e.RequestID] = e.Request.URL
		if !local(e.Request.URL) {
			b.note(e.Request.URL, "a request to another host")
		}
	case *network.EventResponseReceived:
		if e.Response.Status >= 400 {
			b.note(e.Response.URL, fmt.Sprintf("status %d", e.Response.Status))
		}
	case *network.EventLoadingFailed:
		// A browser gives up what is under way when it leaves a page.
		if !e.Canceled {
			b.note(b.sent[e.RequestID], "the request failed: "+e.ErrorText)
		}
	}
}

// note is called with mu held.
func (b *tab) note(address, text string) { b.faults = append(b.faults, fault{address, text}) }

// expect allows an address to answer with an error.
func (b *tab) expect(address string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expected[address] = true
}

// found are the faults that were not expected.
func (b *tab) found() []fault {
	b.mu.Lock()
	defer b.mu.Unlock()
	var list []fault
	for _, f := range b.faults {
		if !b.expected[f.address] {
			list = append(list, f)
		}
	}
	return list
}

// local says whether an address is one of this machine's sites, or needs no
// host.
func local(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (strings.HasSuffix(u.Hostname(), ".localhost") || u.Scheme == "data" || u.Scheme == "about" || u.Scheme == "blob")
}

// words are the arguments of a call to the console.
func words(args []*runtime.RemoteObject) string {
	var list []string
	for _, a := range args {
		list = append(list, cmp.Or(a.Description, strings.Trim(string(a.Value), `"`)))
	}
	return strings.Join(list, " ")
}
