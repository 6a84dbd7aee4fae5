package contest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// vectors are the drawings of testdata, by the names of their files.
func vectors(t testing.TB) map[string]func() (List, Result) {
	return map[string]func() (List, Result){
		"one":     vector(t, 1, "04 17 22"),
		"all-win": vector(t, 3, "04 17 22"),
		"few":     vector(t, 4, "04 17 22\nbonus 5"),
		"hundred": vector(t, 100, strings.Repeat("0123456789ABCDEF", 8)),
	}
}

func vector(t testing.TB, entries int, seed string) func() (List, Result) {
	return func() (List, Result) {
		terms := cable()
		terms.Source = fmt.Sprintf("Numbers for %d – “as printed”", entries)
		l := closed(t, terms, entries)
		return l, decided(t, l, seed)
	}
}

// TestVectors holds this version to what earlier ones published.
func TestVectors(t *testing.T) {
	for name, make := range vectors(t) {
		l, r := make()
		golden(t, name+".list", l.Text())
		golden(t, name+".result", r.Text())
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	name = filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: got\n%s", name, got)
	}
}

// python runs testdata/verify.py, which shares nothing with this package.
func python(t *testing.T, args ...string) (string, error) {
	t.Helper()
	program, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("python3 is missing; install it: apt-get install python3")
		}
		t.Skip("python3 is missing; install it: apt-get install python3")
	}
	out, err := exec.Command(program, append([]string{filepath.Join("testdata", "verify.py")}, args...)...).CombinedOutput()
	return string(out), err
}

// TestPython holds that the other implementation agrees to the vectors.
func TestPython(t *testing.T) {
	for name := range vectors(t) {
		base := filepath.Join("testdata", name)
		out, err := python(t, base+".list", base+".result", ticket(1).String())
		if err != nil || !strings.Contains(out, "the ticket is entry ") || !strings.HasSuffix(out, "the drawing holds\n") {
			t.Errorf("%s: %s: %v", name, out, err)
		}
	}
	out, err := python(t, "testdata/few.list", "testdata/few.result", ticket(5).String())
	if err == nil || out != "the ticket does not hold\n" {
		t.Errorf("who did not enter: %s: %v", out, err)
	}
}

// TestPythonRefuses holds that it notices what Verify does.
func TestPythonRefuses(t *testing.T) {
	l := closed(t, cable(), 9)
	r := decided(t, l, "04 17 22")
	list, result := string(l.Text()), string(r.Text())
	first, second := l.Entry(0).String(), l.Entry(1).String()
	tests := []struct{ old, new, want string }{
		{first + "\n" + second, second + "\n" + first, "the order of the list"},
		{"root " + l.Root().String(), "root " + first, "the root"},
		{"winners 3", "winners 4", "the hash of the list"},
		{"form contest\nlist", "form other\nlist", "the form"},
		{"drawn 2027-02-05T18", "drawn 2027-02-05T17", "the time"},
		{"seed 04", "seed 05", "the winners"},
		{"winner " + r.Winners[0].String(), "winner " + r.Winners[1].String(), "the winners"},
		{"substitute " + r.Substitutes[1].String() + "\n", "", "the order of substitutes"},
	}
	dir := t.TempDir()
	at := func(name, text string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	for _, test := range tests {
		changedList, changedResult := strings.Replace(list, test.old, test.new, 1), strings.Replace(result, test.old, test.new, 1)
		if changedList+changedResult == list+result {
			t.Fatalf("%q is in no text", test.old)
		}
		out, err := python(t, at("list", changedList), at("result", changedResult))
		if err == nil || out != test.want+" does not hold\n" {
			t.Errorf("%q: %s: %v", test.new, out, err)
		}
		parsed, err := ParseList([]byte(changedList))
		if err != nil {
			continue
		}
		if r, err := ParseResult([]byte(changedResult)); err == nil && Verify(parsed, r) == nil {
			t.Errorf("%q: only the other notices", test.new)
		}
	}
}
