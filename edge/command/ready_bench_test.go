package command_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// BenchmarkReady takes the time from the start of the shipped program to its
// first page, with a store that has to be made first, and with one that is
// there. The median is of all starts.
//
//	TMPDIR=/dev/shm go test -run=- -bench=Ready -benchtime=20x ./edge/command
func BenchmarkReady(b *testing.B) {
	public, keys := newPublic(b), filepath.Join(b.TempDir(), "keys.json")
	edge(b, "keys", "new", "--keys", keys)
	there := filepath.Join(b.TempDir(), "edge.db")
	for name, file := range map[string]func() string{
		"new store": func() string { return filepath.Join(b.TempDir(), "edge.db") },
		"store":     func() string { return there },
	} {
		b.Run(name, func(b *testing.B) {
			ready(b, public, keys, "sqlite:"+file())
			var took []time.Duration
			for b.Loop() {
				took = append(took, ready(b, public, keys, "sqlite:"+file()))
			}
			slices.Sort(took)
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms")
			b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "worst-ms")
		})
	}
}

// ready starts the program, asks for a page as soon as it says that it serves,
// and ends it.
func ready(b *testing.B, public, keys, store string) time.Duration {
	b.Helper()
	c := exec.Command(program(b), "serve", "--public", public, "--store", store, "--keys", keys, "--addr", "127.0.0.1:0", "--admin-addr", "off")
	stderr, err := c.StderrPipe()
	must(b, err)
	began := time.Now()
	must(b, c.Start())
	defer func() {
		_ = c.Process.Kill() // killed on purpose, so what Wait says is known
		_ = c.Wait()
	}()
	var line struct{ Event, Addr string }
	for scanner := bufio.NewScanner(stderr); line.Event != "started"; {
		if !scanner.Scan() {
			b.Fatal("the program ended")
		}
		must(b, json.Unmarshal(scanner.Bytes(), &line))
	}
	r, err := http.NewRequest("GET", "http://"+line.Addr+"/", nil)
	must(b, err)
	r.Host = host
	answer, err := new(http.Transport).RoundTrip(r)
	must(b, err)
	took := time.Since(began)
	must(b, answer.Body.Close())
	if answer.StatusCode != http.StatusOK {
		b.Fatal(answer.Status)
	}
	return took
}
