package identity_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"

	"indigex.com/indigex/edge/identity"
)

// A page that shows version 3 of a policy, on its first and its second visit.
func Example() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "keys")
	if err := identity.New(time.Now()).Create(path); err != nil { // edge keys new
		panic(err)
	}
	keys, err := identity.OpenKeys(path) // and keys.Reload every few seconds
	if err != nil {
		panic(err)
	}
	cookies, err := identity.NewCookies(identity.Config{Apex: "lanterns.example", Ring: keys.Ring})
	if err != nil {
		panic(err)
	}
	latest := map[string]int{"privacy": 3}

	page := func(w http.ResponseWriter, r *http.Request) {
		visitor, state := cookies.Read(r)
		switch {
		case state == identity.Flooded:
			w.WriteHeader(http.StatusRequestHeaderFieldsTooLarge)
			return
		case state == identity.Doubled:
			cookies.Expire(w, r)
			visitor = identity.NewVisitor()
		case state != identity.Known, !visitor.Known(latest):
			visitor = identity.NewVisitor()
		}
		fmt.Println(state, "visitor has seen version", visitor.Seen("privacy"))
		if err := cookies.Write(w, visitor.WithSeen("privacy", 3)); err != nil {
			panic(err)
		}
	}

	first := httptest.NewRecorder()
	page(first, httptest.NewRequest("GET", "https://lanterns.example/privacy/", nil))
	again := httptest.NewRequest("GET", "https://kiosk.lanterns.example/", nil)
	again.AddCookie(first.Result().Cookies()[0])
	page(httptest.NewRecorder(), again)
	// Output:
	// none visitor has seen version 0
	// known visitor has seen version 3
}
