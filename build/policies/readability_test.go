package policies

import (
	"math"
	"strings"
	"testing"
)

func TestSyllables(t *testing.T) {
	for n, list := range []string{
		1: "the name rule rules names sites used called shared sea tea you 2026 50.00 marked choice clothes where there here we be don't may use once were are moved spelled",
		2: "table people changes added hundred settled safely statement sometimes therefore special nation language create client science saying doing beyond didn't needed choices patient browser erase agree uses before title IP",
		3: "services purposes element period annual area video audio easier anyone company policy newsletter privacy various previous TLS idea e-mailing",
		4: "material information aggregated responsible",
		5: "individual",
	} {
		for _, word := range strings.Fields(list) {
			if got := syllablesOf(word); got != n {
				t.Errorf("%q has %d syllables, want %d", word, got, n)
			}
		}
	}
}

func TestSentences(t *testing.T) {
	for text, want := range map[string]string{
		"":                                       "",
		"One. Two! Three? Four":                  "One.|Two!|Three?|Four",
		"It costs $50.00 or less. Inc. goes on.": "It costs $50.00 or less.|Inc. goes on.",
		"Ask Dr. Grey, e.g. by mail.":            "Ask Dr. Grey, e.g. by mail.",
		`We said "no." You said "yes."`:          `We said "no."|You said "yes."`,
		"So do I. In the U.S. we wait.":          "So do I.|In the U.S. we wait.",
	} {
		if got := strings.Join(sentences(text), "|"); got != want {
			t.Errorf("sentences of %q: %q, want %q", text, got, want)
		}
	}
}

func TestGrade(t *testing.T) {
	// 0.39 × 6 + 11.8 × 8/6 − 15.59
	if got, want := Grade("You get offers by postal mail."), 2.483; math.Abs(got-want) > 0.001 {
		t.Errorf("the grade is %.3f, want %.3f", got, want)
	}
	for _, text := range []string{"", " ", "…", "- – —", "Go.", "...", "\xff\xfe"} {
		if got := Grade(text); got != 0 {
			t.Errorf("the grade of %q is %v, want 0", text, got)
		}
	}
	hard := "Notwithstanding anything to the contrary, aggregated demographic information may be disclosed to affiliated organizations for the purposes hereinafter specified."
	if got := Grade(hard); got < 18 {
		t.Errorf("the grade of a lawyer's sentence is %.1f", got)
	}
	if s, _ := hardest("We ask you. " + hard + " You decide."); s != hard {
		t.Errorf("the hardest sentence is %q", s)
	}
}
