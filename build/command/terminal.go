package command

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"golang.org/x/term"

	"indigex.com/indigex/build/problem"
)

// report prints problems for people.
func (c *call) report(dir string, list problem.List) {
	problem.Write(c.stderr, problem.Text, dir, list, colour(c.stderr))
}

// tally counts problems in words.
func tally(list problem.List) string {
	var parts []string
	for _, s := range []problem.Severity{problem.Error, problem.Warning, problem.Notice} {
		if n := list.Count(s); n == 1 {
			parts = append(parts, "1 "+s.String())
		} else if n > 1 {
			parts = append(parts, fmt.Sprintf("%d %ss", n, s))
		}
	}
	if len(parts) == 0 {
		return "no problems"
	}
	return strings.Join(parts, ", ")
}

// terminal says whether a person is likely to read what is written.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// colour says whether a person wants colours (no-color.org).
func colour(w io.Writer) bool { return terminal(w) && os.Getenv("NO_COLOR") == "" }

// progress follows a build: it gives it memory by the number of its files,
// and shows a person how far it has come.
func (c *call) progress() func(step string, done, all int) {
	show := func(string, int, int) {}
	if terminal(c.stderr) {
		show = progressBar(c.stderr)
	}
	return func(step string, done, all int) {
		if done == 1 {
			moreMemory(all)
		}
		show(step, done, all)
	}
}

// moreMemory lets the garbage collector work less often. Builds make much
// short-lived garbage and keep about 12 KB a file; the limit leaves room for
// twice that and bounds memory all the same.
func moreMemory(files int) {
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(max(240<<20, int64(files)*24<<10))
}

// progressBar shows how far long work has come, in one line that is written
// over; work that takes less than half a second shows nothing.
func progressBar(w io.Writer) func(step string, done, all int) {
	start, last := time.Now(), time.Time{}
	return func(step string, done, all int) {
		now := time.Now()
		if now.Sub(start) < 500*time.Millisecond || done < all && now.Sub(last) < 100*time.Millisecond {
			return
		}
		last = now
		fmt.Fprintf(w, "\r\x1b[K%s %d of %d", step, done, all)
		if done == all {
			fmt.Fprint(w, "\r\x1b[K")
		}
	}
}
