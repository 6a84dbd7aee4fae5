package output_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"indigex.com/indigex/build/output"
)

// BenchmarkWrite writes 10,000 files of 8 KiB from two goroutines into a new
// folder, and with plain calls that follow links, to see what safety costs.
// The 10,000 folders are the shape of a site, where each page has its own.
func BenchmarkWrite(b *testing.B) {
	data := bytes.Repeat([]byte("indigex\n"), 1024)
	for _, folders := range []int{200, 10_000} {
		names := make([]string, 10_000)
		for i := range names {
			names[i] = fmt.Sprintf("host.example/guide/page-%d/file-%d.html", i*folders/len(names), i)
		}
		b.Run(fmt.Sprintf("folders=%d/plain", folders), func(b *testing.B) {
			eachNew(b, func(dir string) { inTwo(names, func(name string) error { return plain(dir, name, data) }) })
		})
		b.Run(fmt.Sprintf("folders=%d/output", folders), func(b *testing.B) {
			eachNew(b, func(dir string) { whole(b, dir, names, data) })
		})
		b.Run(fmt.Sprintf("folders=%d/unchanged", folders), func(b *testing.B) {
			dir := b.TempDir()
			whole(b, dir, names, data)
			for b.Loop() {
				whole(b, dir, names, data)
			}
		})
		b.Run(fmt.Sprintf("folders=%d/plain-stamps", folders), func(b *testing.B) {
			dir := b.TempDir()
			whole(b, dir, names, data)
			for b.Loop() {
				inTwo(names, func(name string) error { _, err := os.Lstat(filepath.Join(dir, name)); return err })
			}
		})
		b.Run(fmt.Sprintf("folders=%d/stamps", folders), func(b *testing.B) {
			dir := b.TempDir()
			whole(b, dir, names, data)
			for b.Loop() {
				f, err := output.Open(dir)
				if err != nil {
					b.Fatal(err)
				}
				inTwo(names, func(name string) error { f.Stamp(name); return nil })
				f.Close()
			}
		})
	}
}

// eachNew gives each round a new folder, whose removal isn't counted.
func eachNew(b *testing.B, do func(dir string)) {
	for b.Loop() {
		b.StopTimer()
		dir, err := os.MkdirTemp(b.TempDir(), "")
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		do(dir)
		b.StopTimer()
		os.RemoveAll(dir)
		b.StartTimer()
	}
}

// plain makes a file's folders and writes it, with a rename.
func plain(dir, name string, data []byte) error {
	full := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(full+".tmp", data, 0o644); err != nil {
		return err
	}
	return os.Rename(full+".tmp", full)
}

// whole is one build.
func whole(b *testing.B, dir string, names []string, data []byte) {
	f, err := output.Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Plan(names); err != nil {
		b.Fatal(err)
	}
	err = inTwo(names, func(name string) error { _, err := f.Write(name, data); return err })
	if err != nil {
		b.Fatal(err)
	}
	f.Done()
}

// inTwo does something with each name, in two goroutines that take turns.
func inTwo(names []string, do func(name string) error) error {
	var errs [2]error
	var both sync.WaitGroup
	for turn := range errs {
		both.Go(func() {
			for i := turn; i < len(names) && errs[turn] == nil; i += len(errs) {
				errs[turn] = do(names[i])
			}
		})
	}
	both.Wait()
	if errs[0] != nil {
		return errs[0]
	}
	return errs[1]
}
