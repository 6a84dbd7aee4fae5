package identity

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// uses lists what the keys are for, in their order.
func (w *world) uses() string {
	var uses []string
	for _, k := range w.ring.List(w.now) {
		uses = append(uses, k.Use)
	}
	return strings.Join(uses, " ")
}

// A key is accepted first, issues later, and is accepted until the last cookie
// that it made has expired.
func TestRotate(t *testing.T) {
	w := newWorld(t)
	start := w.now
	ring, err := w.ring.Rotate(w.now, 0)
	w.must(err)
	w.ring = ring
	for _, moment := range []struct {
		after time.Duration
		uses  string
	}{
		{-24 * time.Hour, "issues pending"}, {0, "issues pending"}, {DefaultLead - time.Second, "issues pending"}, {DefaultLead, "accepted issues"},
		{DefaultLead + MaxAge + Skew - time.Second, "accepted issues"}, {DefaultLead + MaxAge + Skew, "expired issues"}, {2 * MaxAge, "expired issues"},
	} {
		w.now = start.Add(moment.after)
		if got := w.uses(); got != moment.uses {
			t.Errorf("%v after: %s, want %s", moment.after, got, moment.uses)
		}
	}
	w.rotate()
	if got := w.uses(); got != "accepted issues" {
		t.Errorf("after the end of the first: %s", got)
	}
}

func TestRotateRefuses(t *testing.T) {
	w := newWorld(t)
	if _, err := w.ring.Rotate(w.now, MinLead-1); err == nil {
		t.Error("a lead that is too short is taken")
	}
	ring, err := w.ring.Rotate(w.now, MinLead)
	w.must(err)
	if _, err := ring.Rotate(w.now.Add(MinLead-time.Second), 0); err == nil || !strings.Contains(err.Error(), "does not issue before 2026-03-01T09:10:00Z") {
		t.Errorf("rotating twice: %v", err)
	}
	for range maxKeys - 1 {
		w.rotate()
	}
	if _, err := w.ring.Rotate(w.now, 0); err == nil || len(w.ring.List(w.now)) != maxKeys {
		t.Errorf("with %d keys: %v", len(w.ring.keys), err)
	}
}

func TestRetire(t *testing.T) {
	w := newWorld(t)
	w.rotate()
	w.rotate()
	ring, err := w.ring.Rotate(w.now, 0)
	w.must(err)
	w.ring = ring
	keys := w.ring.List(w.now)
	if got := w.uses(); got != "accepted accepted issues pending" {
		t.Fatal(got)
	}
	retire := func(i int) (*Ring, error) { return w.ring.Retire(keys[i].ID, w.now) }
	if _, err := retire(2); err == nil || !strings.Contains(err.Error(), "rotate, and retire it") {
		t.Errorf("retiring the one that issues: %v", err)
	}
	if _, err := w.ring.Retire("absent", w.now); err == nil {
		t.Error("retiring none is taken")
	}
	w.ring, err = retire(3)
	w.must(err)
	if list := w.ring.List(w.now); len(list) != 3 || !list[2].AcceptedUntil.IsZero() || list[2].Use != "issues" {
		t.Errorf("without the pending key: %+v", list)
	}
	w.ring, err = retire(0)
	w.must(err)
	if list := w.ring.List(w.now); len(list) != 2 || list[0].ID != keys[1].ID || list[0].Use != "accepted" {
		t.Errorf("without the first key: %+v", list)
	}
	w.must(reread(w.ring))
}

func reread(r *Ring) error {
	data, err := r.encode()
	if err == nil {
		_, err = decodeRing(data)
	}
	return err
}

// A ring's file is what the commands wrote, to the byte, and an error tells
// nothing of it.
func TestRingFileIsStrict(t *testing.T) {
	w := newWorld(t)
	w.rotate()
	data, err := w.ring.encode()
	w.must(err)
	w.must(reread(w.ring))
	good := string(data)
	line := func(name string, nth int) string {
		lines := slices.DeleteFunc(strings.SplitAfter(good, "\n"), func(l string) bool { return !strings.Contains(l, `"`+name+`"`) })
		return lines[nth]
	}
	for name, replace := range map[string][2]string{
		"format":             {`"format": 1`, `"format": 2`},
		"unknown member":     {`"format": 1,`, `"format": 1, "more": 1,`},
		"another case":       {`"format"`, `"Format"`},
		"doubled":            {line("id", 0), line("id", 0) + line("id", 0)},
		"same id":            {line("id", 0), line("id", 1)},
		"same hash":          {line("hash", 0), line("hash", 1)},
		"same encryption":    {line("encryption", 0), line("encryption", 1)},
		"one secret":         {line("encryption", 0), strings.Replace(strings.Replace(line("hash", 0), "hash", "encryption", 1), ",\n", "\n", 1)},
		"no secret":          {line("hash", 0), `"hash": "` + strings.Repeat("A", 43) + "=\",\n"},
		"short":              {line("hash", 0), "\"hash\": \"c2hvcnQ=\",\n"},
		"no end":             {line("accepted_until", 0), ""},
		"end of last":        {line("hash", 1), line("accepted_until", 0) + line("hash", 1)},
		"end before issuing": {line("accepted_until", 0), strings.Replace(line("accepted_until", 0), "2027", "2025", 1)},
		"no lead":            {line("created", 1), strings.Replace(line("issues_from", 1), "issues_from", "created", 1)},
		"order":              {line("issues_from", 0), strings.Replace(line("issues_from", 0), "2026", "2027", 1)},
		"zone":               {line("created", 0), strings.Replace(line("created", 0), "Z", "+00:00", 1)},
		"fraction":           {line("created", 0), strings.Replace(line("created", 0), "00Z", "00.5Z", 1)},
		"day":                {line("created", 0), "\"created\": \"2026-02-30T09:00:00Z\",\n"},
		"space":              {"\n", "\r\n"},
		"id":                 {line("id", 0), "\"id\": \"Capitals\",\n"},
		"after it":           {"]\n}\n", "]\n}\n{}"},
	} {
		bad := strings.Replace(good, replace[0], replace[1], 1)
		if bad == good {
			t.Errorf("%s: nothing is replaced", name)
		}
		_, err := decodeRing([]byte(bad))
		if err == nil {
			t.Errorf("%s: is taken:\n%s", name, bad)
			continue
		}
		for _, k := range w.ring.keys {
			if strings.Contains(err.Error(), fmt.Sprintf("%x", k.hash)) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	for _, bad := range []string{"", "{}", "null", `{"format": 1, "keys": []}`, good[:len(good)/2], "secret word"} {
		if _, err := decodeRing([]byte(bad)); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
