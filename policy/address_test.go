package policy

import "testing"

func TestEdgeAddress(t *testing.T) {
	form := func(id string) bool { return id == "survey" }
	for path, want := range map[string][2]bool{
		"/preferences":          {false, true},
		"/preferences/history":  {false, true},
		"/account":              {true, true},
		"/account/export":       {true, true},
		"/forms/survey":         {false, true},
		"/forms/other":          {false, false},
		"/forms/":               {false, false},
		"/preferences/":         {false, false},
		"/.well-known/gpc.json": {false, true},
		"/unsubscribe/abc":      {false, false},
		"/":                     {false, false},
	} {
		apex, ok := EdgeAddress(path, form)
		if apex != want[0] || ok != want[1] {
			t.Errorf("%s: apex %v, known %v; want %v", path, apex, ok, want)
		}
	}
}

func TestReserved(t *testing.T) {
	for path, want := range map[string]bool{
		"/forms/": true, "/forms/mine/": true, "/search/": true, "/account/x": true, "/.well-known/x": true,
		"/searching/": false, "/privacy/": false, "/": false, "/news/forms/": false,
	} {
		if got := Reserved(path); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
}
