package identity

import (
	"testing"
	"time"
)

// A mark is of one key, one purpose and one text, and is known for as long as
// its key is accepted.
func TestMarks(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	ring := New(now)
	mark := ring.Marks(now, "device", "anna 1")[0]
	for what, other := range map[string][16]byte{
		"text": ring.Marks(now, "device", "anna 2")[0], "purpose": ring.Marks(now, "devic", "e\nanna 1")[0], "ring": New(now).Marks(now, "device", "anna 1")[0],
	} {
		if other == mark {
			t.Errorf("another %s has the same mark", what)
		}
	}
	rotated, err := ring.Rotate(now, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	later := now.Add(2 * time.Hour)
	marks := rotated.Marks(later, "device", "anna 1")
	if len(marks) != 2 || marks[0] == mark || marks[1] != mark {
		t.Error("after a rotation the mark is not known, or is still the one to store")
	}
	if marks := rotated.Marks(later.Add(2*MaxAge), "device", "anna 1"); len(marks) != 1 {
		t.Errorf("%d marks when the old key has ended", len(marks))
	}
}
