package identity

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestCode(t *testing.T) {
	c := NewCode()
	if c == NewCode() || c.IsZero() {
		t.Error("two codes are the same")
	}
	read, err := ParseCode(c.String())
	if err != nil || !read.Equal(c) {
		t.Errorf("%v reads as %v, %v", c, read, err)
	}
	if read[15] ^= 1; read.Equal(c) {
		t.Error("two codes that differ in a bit are equal")
	}
	if text := fmt.Sprint(Code{0xff, 15: 0xff}); text != "ZW0000000000000000000000ZW" {
		t.Errorf("text is %s", text)
	}
}

func TestParseCodeIsStrict(t *testing.T) {
	const good = "ZW0000000000000000000000ZW"
	for _, text := range []string{"", good[1:], good + "0", strings.ToLower(good), " " + good[1:], good[:25] + "\n", good[:24] + "\r\n", "O" + good[1:], "U" + good[1:],
		good[:25] + "X", good[:25] + "=", strings.Repeat("é", 13)} {
		if c, err := ParseCode(text); err == nil || !c.IsZero() {
			t.Errorf("%q is taken", text)
		} else if len(text) > 2 && strings.Contains(err.Error(), text) {
			t.Errorf("%q is repeated in: %v", text, err)
		}
	}
}

// Nothing that identifies somebody or opens a cookie gets into a log by
// accident.
func TestLogsShowNoSecrets(t *testing.T) {
	for _, handler := range []func(*bytes.Buffer) slog.Handler{
		func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
	} {
		w, b := newWorld(t), new(bytes.Buffer)
		v := regular()
		slog.New(handler(b)).Info("visit", "visitor", v, "code", v.Code, "ring", w.ring, "form", Form{w.forms, [16]byte{7, 7, 7}})
		fmt.Fprintf(b, "%v %+v %#v %s", w.ring, w.ring, w.ring, w.ring)
		for _, secret := range []string{v.Code.String(), fmt.Sprint(v.Code[:]), fmt.Sprint(w.ring.keys[0].hash), "7 7 7", "hash"} {
			if strings.Contains(b.String(), secret) {
				t.Errorf("%s in %s", secret, b)
			}
		}
	}
}
