package consent_test

import (
	"testing"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/policy"
	"pgregory.net/rapid"
)

func TestStanding(t *testing.T) {
	aba := lanterns([2]string{"a", "x"}, [2]string{"b", "x"}, [2]string{"a", "x"})
	gone := lanterns([2]string{"a", "x"}, [2]string{"a", ""})
	withdrawn := lanterns([2]string{"a", "x"})
	withdrawn.Policies = nil
	foreign := record(aba, "letters", consent.Granted, 1, 1)
	foreign.Policy = "cookies"
	never := record(aba, "letters", consent.NotAsked, 1, 1)
	grant := record(aba, "letters", consent.Granted, 1, 1)
	for _, test := range []struct {
		name    string
		catalog *policy.Catalog
		day     int
		record  consent.Record
		want    string
	}{
		{"stands under its version", aba, 1, grant, "letters granted, lenders not asked"},
		{"falls back under another", aba, 2, grant, "letters not asked, lenders not asked"},
		{"stands when the words are back", aba, 3, grant, "letters granted, lenders not asked"},
		{"unaffected stands", aba, 2, record(aba, "lenders", consent.Refused, 1, 1), "letters not asked, lenders refused"},
		{"affected refusal falls back", aba, 2, record(aba, "letters", consent.Refused, 1, 1), "letters not asked, lenders not asked"},
		{"later than in force", aba, 1, record(aba, "letters", consent.Granted, 2, 1), "letters not asked, lenders not asked"},
		{"later than published", aba, 3, record(aba, "letters", consent.Granted, 9, 1), "letters not asked, lenders not asked"},
		{"of no version", aba, 3, record(aba, "letters", consent.Granted, 0, 1), "letters not asked, lenders not asked"},
		{"before the first version", aba, 0, grant, "letters not asked, lenders not asked"},
		{"of another policy", aba, 1, foreign, "letters not asked, lenders not asked"},
		{"without an answer", aba, 1, never, "letters not asked, lenders not asked"},
		{"section is gone", gone, 2, record(gone, "lenders", consent.Granted, 1, 1), "letters not asked, lenders not asked"},
		{"policy is gone", withdrawn, 1, grant, "letters not asked, lenders not asked"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := consent.Evaluate(test.catalog, day(test.day), []consent.Record{test.record}, false)
			if states(got) != test.want {
				t.Errorf("got %q, want %q", states(got), test.want)
			}
			for _, s := range got {
				if s.Record != nil && (s.Fallen == nil) != (s.State != consent.NotAsked) {
					t.Errorf("%s is %q with the reason %+v", s.Choice.ID, s.State, s.Fallen)
				}
			}
		})
	}
}

func TestFallenNamesWhatChanged(t *testing.T) {
	c := lanterns([2]string{"a", "x"}, [2]string{"b", "x"})
	records := []consent.Record{record(c, "letters", consent.Granted, 1, 1), record(c, "lenders", consent.Granted, 1, 2)}
	c.Choice("lenders").Words = "Tell them all."
	c.Choice("lenders").Hash = policy.HashChoice("Tell them all.", c.Choice("lenders").Refuse)
	got := consent.Evaluate(c, day(2), records, false)
	if f := got[0].Fallen; f == nil || f.Notice == nil || f.Notice.To != 2 || f.Words {
		t.Errorf("letters fell for %+v, want the notice of version 2", f)
	}
	if f := got[1].Fallen; f == nil || f.Notice != nil || !f.Words {
		t.Errorf("lenders fell for %+v, want the words", f)
	}
}

func TestTimeOrderFollowsSequence(t *testing.T) {
	c := lanterns([2]string{"a", "x"})
	granted, refused := record(c, "letters", consent.Granted, 1, 1), record(c, "letters", consent.Refused, 1, 2)
	granted.At = granted.At.AddDate(0, 0, 400) // by a clock that was ahead
	for _, records := range [][]consent.Record{{granted, refused}, {refused, granted}} {
		if got := states(consent.Evaluate(c, day(1), records, false)); got != "letters refused, lenders not asked" {
			t.Errorf("there stand %q: the clock decided", got)
		}
	}
}

func TestSignal(t *testing.T) {
	c := lanterns([2]string{"a", "x"})
	blind, knowing := record(c, "lenders", consent.Granted, 1, 1), record(c, "lenders", consent.Granted, 1, 1)
	knowing.Signal = true
	for _, test := range []struct {
		name    string
		records []consent.Record
		want    string
	}{
		{"nothing answered", nil, "letters not asked, lenders refused by signal"},
		{"grant without knowing", []consent.Record{blind}, "letters not asked, lenders refused by signal"},
		{"grant knowing of it", []consent.Record{knowing}, "letters not asked, lenders granted"},
		{"own refusal", []consent.Record{record(c, "lenders", consent.Refused, 1, 1)}, "letters not asked, lenders refused"},
	} {
		if got := states(consent.Evaluate(c, day(1), test.records, true)); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

// drawn returns a catalog of some versions, whose texts repeat often, and
// records of any versions and states.
func drawn(t *rapid.T) (*policy.Catalog, []consent.Record) {
	text := rapid.SampledFrom([]string{"a", "b", "c", ""})
	var versions [][2]string
	for range rapid.IntRange(1, 6).Draw(t, "versions") {
		versions = append(versions, [2]string{text.Draw(t, "letters"), text.Draw(t, "lenders")})
	}
	c := lanterns(versions...)
	var records []consent.Record
	for i := range rapid.IntRange(0, 5).Draw(t, "records") {
		id := rapid.SampledFrom([]string{"letters", "lenders", "nothing"}).Draw(t, "choice")
		r := consent.Record{Sequence: int64(i + 1)}
		if id != "nothing" {
			r = record(c, id, "", 1, int64(i+1))
		}
		r.Choice, r.Policy = id, rapid.SampledFrom([]string{"privacy", "privacy", "privacy", "cookies"}).Draw(t, "policy")
		r.State = rapid.SampledFrom([]consent.State{consent.Granted, consent.Refused}).Draw(t, "state")
		r.Version, r.Signal = rapid.IntRange(-1, 7).Draw(t, "version"), rapid.Bool().Draw(t, "signal")
		if rapid.IntRange(0, 4).Draw(t, "words") == 0 {
			r.WordsHash = policy.HashText("other words")
		}
		records = append(records, r)
	}
	return c, records
}

// offered is the text of the section that offers a choice, "" for none.
func offered(c *policy.Catalog, choice *policy.Choice, version int) string {
	v := c.Policies[0].Version(version)
	if v == nil {
		return ""
	}
	if s := c.Policies[0].Offering(v, choice.Section); s != nil {
		return c.Texts[s.Hash]
	}
	return ""
}

// A grant stands just where the newest record is one to the same words and
// the same section: whatever came between.
func TestStandingFollowsFromTheEndpoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, records := drawn(t)
		now := rapid.IntRange(0, 7).Draw(t, "day")
		for _, s := range consent.Evaluate(c, day(now), records, false) {
			inForce := min(now, len(c.Policies[0].Versions))
			var want consent.State
			for _, r := range records { // ascending
				if r.Choice != s.Choice.ID {
					continue
				}
				want = consent.NotAsked
				text := offered(c, s.Choice, r.Version)
				holds := r.Policy == "privacy" && r.Version >= 1 && r.Version <= inForce && r.WordsHash == s.Choice.Hash
				if here := offered(c, s.Choice, inForce); holds && here != "" && text == here {
					want = r.State
				}
			}
			if s.State != want {
				t.Fatalf("%s is %q, want %q", s.Choice.ID, s.State, want)
			}
		}
	})
}

func TestSignalNeverGrants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, records := drawn(t)
		now := day(rapid.IntRange(0, 7).Draw(t, "day"))
		without := consent.Evaluate(c, now, records, false)
		for i, with := range consent.Evaluate(c, now, records, true) {
			if with.State == consent.Granted && without[i].State != consent.Granted {
				t.Fatalf("the signal granted %s", with.Choice.ID)
			}
			if !with.Choice.GPC && with.State != without[i].State {
				t.Fatalf("the signal changed %s, which it doesn't concern", with.Choice.ID)
			}
		}
	})
}

func TestSupport(t *testing.T) {
	c := lanterns([2]string{"a", "x"}, [2]string{"b", "y"})
	if got := string(consent.Support(c, day(1))); got != `{"gpc":true,"lastUpdate":"2026-01-01"}`+"\n" {
		t.Errorf("gpc.json is %s", got)
	}
	c.Choices = c.Choices[:1]
	if got := consent.Support(c, day(1)); got != nil {
		t.Errorf("gpc.json is %s where no choice heeds the signal", got)
	}
}

func BenchmarkEvaluate(b *testing.B) {
	c := lanterns([2]string{"a", "x"}, [2]string{"b", "x"}, [2]string{"a", "x"})
	records := []consent.Record{record(c, "letters", consent.Granted, 1, 1), record(c, "lenders", consent.Granted, 1, 2)}
	b.ReportAllocs()
	for b.Loop() {
		consent.Evaluate(c, day(3), records, true)
	}
}
