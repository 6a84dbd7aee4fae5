package edge_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/edge/store/storetest"
	"indigex.com/indigex/edge/subject"
	"indigex.com/indigex/policy"
)

func (w *town) keeper() *subject.Keeper {
	w.Helper()
	graves, err := subject.OpenGraves(filepath.Join(w.TempDir(), "keys.json.erased"))
	w.must(err)
	return &subject.Keeper{
		Store: w.store.Subjects(), Graves: graves, Now: w.clock, Logger: slog.New(slog.NewJSONHandler(&w.log, nil)),
		Catalog: func() *policy.Catalog {
			c, _ := w.server.Catalog()
			return c
		},
	}
}

// unzipped is what a person takes along.
func (v *visitor) unzipped() map[string]string {
	v.Helper()
	r := v.posted("/account/export", v.form("/account/export", "/account/export"))
	data := v.text(r)
	if r.StatusCode != 200 || r.Header.Get("Content-Type") != "application/zip" || r.Header.Get("Cache-Control") != "private, no-store" {
		v.Fatalf("%d %v", r.StatusCode, r.Header)
	}
	z, err := zip.NewReader(strings.NewReader(data), int64(len(data)))
	v.must(err)
	files := map[string]string{}
	for _, f := range z.File {
		from, err := f.Open()
		v.must(err)
		text, err := io.ReadAll(from)
		v.must(err)
		files[f.Name] = string(text)
	}
	return files
}

// What a person takes along is what the database holds of them, each receipt
// with its words, and nothing of anybody else.
func TestExportHoldsAll(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		w.registered("bertha", "name=Bertha Nobody")
		v := w.registered("anna", "email=anna@lanterns.example", "name=<b>Anna</b>", "choice.letters=granted")
		other := w.visitor()
		other.ask("GET", "/", "")
		other.sendsChoice("refused")
		other.signsIn("anna")
		files := v.unzipped()
		var data subject.Copy
		w.must(json.Unmarshal([]byte(files["data.json"]), &data))
		id, err := w.store.Accounts().Find(t.Context(), "anna")
		w.must(err)
		p, err := w.store.Subjects().Person(t.Context(), id.ID)
		w.must(err)
		if data.Schema != "indigex-export-1" || data.UserID != "anna" || data.Code != p.Codes[0].String() || len(data.JoinedCodes) != 2 || data.JoinedCodes[0] != p.Codes[1].String() ||
			len(data.Sessions) != 2 || len(data.Details) != 2 || data.Details[0].Value != "<b>Anna</b>" || len(data.Differences) != 1 || data.Choices[0].State != "refused" || len(data.Changes) != 1 {
			t.Errorf("data.json: %s", files["data.json"])
		}
		n := 0
		for _, code := range p.Codes {
			list, err := w.store.History(t.Context(), code, 0, 100)
			w.must(err)
			for _, r := range list {
				n++
				want, err := consent.Describe(t.Context(), w.store, w.catalog(), r)
				w.must(err)
				var got consent.Document
				w.must(json.Unmarshal([]byte(files["receipts/"+r.ID+".json"]), &got))
				if got.ReceiptID != want.ReceiptID || got.Records[0].Words != "Write to me." || got.Records[0].Notice.Section != "We write to you." || !strings.Contains(files["index.html"], r.ID) {
					t.Errorf("receipt %s: %+v", r.ID, got)
				}
			}
		}
		if n != 3 || len(files) != n+2 {
			t.Errorf("%d receipts, %d files", n, len(files))
		}
		if page := files["index.html"]; !strings.Contains(page, "&lt;b&gt;Anna") || !strings.HasSuffix(strings.TrimSpace(page), "</html>") {
			t.Errorf("index.html: %s", page)
		}
		for name, text := range files {
			if strings.Contains(text, "ertha") {
				t.Errorf("%s has another person", name)
			}
		}
	})
}

func (w *town) catalog() *policy.Catalog {
	c, _ := w.server.Catalog()
	return c
}

// Who asked to be forgotten is, a week later and not before; an address that is
// theirs for sure is told; nothing leads to them afterwards, the log included.
func TestForgotten(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		k := w.keeper()
		v := w.registered("zerlina", "email=zerlina@lanterns.example", "name=Zerlina", "choice.letters=granted")
		w.must2(w.visitor().send(w.link(w.letters()[mail.ConfirmAddress])))
		code := v.visitorOf().Code
		v.sends("/account/erase", "/account?erasing", "password="+password)
		w.later(7*24*time.Hour - time.Second)
		w.must(k.Pass(t.Context()))
		if v.account() == "" {
			t.Fatal("erased within the week")
		}
		w.later(2 * time.Second)
		w.must(k.Pass(t.Context()))
		if v.account() != "" {
			t.Error("a session outlives its account")
		}
		letter := w.letters()[mail.Erased]
		if letter.To != "zerlina@lanterns.example" || letter.Account != [16]byte{} {
			t.Errorf("letter: %+v", letter)
		}
		w.must(w.store.Mail().Sent(t.Context(), letter, mail.Note{Kind: letter.Kind, At: w.clock()}))
		if records, err := w.store.Latest(t.Context(), code); err != nil || len(records) != 0 {
			t.Errorf("choices: %v, %v", records, err)
		}
		if status, _ := w.visitor().send("/account/sign-in", "user_id=zerlina", "password="+password); status != 422 {
			t.Errorf("sign-in: %d", status)
		}
		if text := strings.ToLower(w.log.String()); strings.Contains(text, "zerlina") || strings.Contains(text, strings.ToLower(code.String())) {
			t.Errorf("the log names them: %s", text)
		}
		if page := v.text(w.visitor().ask("GET", "/preferences/retention", "")); !strings.Contains(page, "8 February 2026") || !strings.Contains(page, "A year after you signed in.") {
			t.Error("the page of what was deleted doesn't count it")
		}
		// The browser still carries the code, under which nothing is stored.
		if status, _ := v.send("/preferences", "choice.letters=granted"); status != 409 {
			t.Errorf("a choice under the code that was erased: %d", status)
		}
		if got := v.visitorOf(); got.Code == code || got.UserID != "" {
			t.Errorf("the browser still carries %+v", got)
		}
		v.sendsChoice("granted")
		again := w.registered("zerlina")
		if again.visitorOf().Code == code {
			t.Error("the User ID brings the code back")
		}
	})
}

// What is over goes by itself: accounts that nobody used for the time that the
// catalog says, sessions, devices, and notes of mails.
func TestRetention(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		k := w.keeper()
		var counted = map[subject.Kind]int{}
		k.Count = func(kind subject.Kind, n int) { counted[kind] += n }
		w.registered("anna")
		l := mail.NewLetter(mail.PasswordChanged, "a@lanterns.example", [16]byte{1}, w.clock())
		w.must(w.store.Accounts().Write(t.Context(), []mail.Letter{l}))
		w.must(w.store.Mail().Sent(t.Context(), mail.Waiting{Letter: l}, mail.Note{Kind: l.Kind, At: w.clock()}))
		w.later(31 * 24 * time.Hour)
		w.must(k.Pass(t.Context()))
		if counted[subject.Device] != 1 || counted[subject.Account]+counted[subject.Sent] != 0 {
			t.Errorf("after a month: %v", counted)
		}
		w.registered("bertha")
		w.later(335 * 24 * time.Hour)
		w.must(k.Pass(t.Context()))
		if counted[subject.Account] != 1 || counted[subject.Sent] != 1 {
			t.Errorf("after a year: %v", counted)
		}
		if _, err := w.store.Accounts().Find(t.Context(), "bertha"); err != nil {
			t.Errorf("an account went before its time: %v", err)
		}
	})
}

// A file of tombstones that was damaged keeps the edge from starting.
func TestGravesThatAreDamaged(t *testing.T) {
	w := newSettledTown(t, storetest.SQLite(t))
	k := w.keeper()
	tomb := subject.Tomb([16]byte{1})
	w.must(k.Graves.Add([]subject.Tombstone{tomb, tomb}))
	w.must(k.Graves.Add([]subject.Tombstone{tomb}))
	w.write("graves", tomb.String()+"\n"+strings.Repeat("x", 64)+"\n")
	if _, err := subject.OpenGraves(filepath.Join(w.dir, "graves")); err == nil || !strings.Contains(err.Error(), "graves:2: ") {
		t.Errorf("a line that is no tombstone: %v", err)
	}
	if list := k.Graves.List(); len(list) != 1 || !bytes.Equal(list[0][:], tomb[:]) {
		t.Errorf("tombstones: %v", list)
	}
}
