package password

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

func TestHash(t *testing.T) {
	h := NewHasher()
	const password = " correct horse \u0041\u030a "
	stored, err := h.Hash(t.Context(), password)
	if err != nil || !strings.HasPrefix(stored, "$argon2id$v=19$m=47104,t=1,p=1$") {
		t.Fatalf("%s, %v", stored, err)
	}
	again, err := h.Hash(t.Context(), password)
	if err != nil || again == stored {
		t.Errorf("two hashes of one password are the same: %v", err)
	}
	for try, want := range map[string]bool{password: true, strings.TrimSpace(password): false, " correct horse \u00c5 ": false, "": false, password + "\x00": false} {
		if ok, weak, err := h.Verify(t.Context(), stored, try); ok != want || weak || err != nil {
			t.Errorf("%q is right: %v, weak %v, %v", try, ok, weak, err)
		}
	}
	if err := h.VerifyUnknown(t.Context(), password); err != nil {
		t.Error(err)
	}
}

// Accounts: each of 64 characters and more counts.
func TestAccountsLongPasswordsAreNotCut(t *testing.T) {
	h := NewHasher()
	long := strings.Repeat("abcdefgh", 32)
	stored, err := h.Hash(t.Context(), long)
	if err != nil {
		t.Fatal(err)
	}
	if ok, _, err := h.Verify(t.Context(), stored, long[:255]+"x"); ok || err != nil {
		t.Errorf("the last of 256 characters doesn't count: %v", err)
	}
}

// Accounts: parameters above a cap in a stored hash are refused, not run.
func TestAccountsCostlyHashesAreRefused(t *testing.T) {
	h := NewHasher()
	const tail = "$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	if ok, weak, err := h.Verify(t.Context(), "$argon2id$v=19$m=64,t=1,p=1"+tail, "x"); ok || !weak || err != nil {
		t.Errorf("a weak hash: %v, %v, %v", ok, weak, err)
	}
	for _, stored := range []string{
		"", "$", "plain", "$argon2id$v=19$m=4194304,t=1,p=1" + tail, "$argon2id$v=19$m=47104,t=1000,p=1" + tail, "$argon2id$v=19$m=47104,t=1,p=200" + tail,
		"$argon2id$v=19$m=47104,t=0,p=1" + tail, "$argon2id$v=19$m=0,t=1,p=1" + tail, "$argon2i$v=19$m=47104,t=1,p=1" + tail, "$argon2id$v=16$m=47104,t=1,p=1" + tail,
		"$argon2id$v=19$m=47104,t=1,p=1 " + tail, "$argon2id$v=19$m=+47104,t=1,p=1" + tail, "$argon2id$v=19$m=47104,t=1,p=1$" + tail, "$argon2id$v=19$m=47104,t=1,p=1$c2E$AAAA",
		"$argon2id$v=19$m=47104,t=1,p=1" + tail + "=", "$2y$10$abcdefghijklmnopqrstuv",
	} {
		if ok, _, err := h.Verify(t.Context(), stored, "x"); ok || !errors.Is(err, ErrHash) {
			t.Errorf("%q: %v, %v", stored, ok, err)
		} else if stored != "" && strings.Contains(err.Error(), "AAAA") {
			t.Errorf("the error repeats the hash: %v", err)
		}
	}
}

// Accounts: no more run at once than there are cores; the others wait shortly.
func TestAccountsTooManyAreToldToComeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHasher(1)
		h.slots <- struct{}{}
		if _, err := h.Hash(t.Context(), "x"); !errors.Is(err, ErrBusy) {
			t.Errorf("with no core free: %v", err)
		}
		ctx, stop := context.WithCancel(t.Context())
		stop()
		if err := h.VerifyUnknown(ctx, "x"); !errors.Is(err, context.Canceled) {
			t.Errorf("who went away: %v", err)
		}
	})
}

func FuzzParse(f *testing.F) {
	h := hash{parameters: present, salt: make([]byte, saltSize), sum: make([]byte, sumSize)}
	f.Add(h.String())
	f.Add("$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, stored string) {
		h, err := parse(stored)
		if err == nil && (h.String() != stored || h.memory > maxMemory || h.passes > maxPasses || h.lanes > maxLanes) {
			t.Errorf("%q is read as %+v", stored, h)
		}
	})
}

// BenchmarkVerify is how many passwords are verified by all cores.
func BenchmarkVerify(b *testing.B) {
	h := NewHasher()
	stored, err := h.Hash(b.Context(), "correct horse")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	var all sync.WaitGroup
	work := make(chan struct{})
	for range cap(h.slots) {
		all.Go(func() {
			for range work {
				if ok, _, err := h.Verify(b.Context(), stored, "correct horse"); !ok || err != nil {
					b.Errorf("%v, %v", ok, err)
				}
			}
		})
	}
	for b.Loop() {
		work <- struct{}{}
	}
	close(work)
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "verified/s")
}
