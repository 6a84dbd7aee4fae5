package admin

import (
	"encoding/json"
	"net/http"
)

// A detail is an error as RFC 9457 has it. The type is always about:blank, so
// that the status says what kind it is.
type detail struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

func problem(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "application/problem+json")
	write(w, status, detail{"about:blank", http.StatusText(status), status, text})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	write(w, status, v)
}

func write(w http.ResponseWriter, status int, v any) {
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	// The status is out: what goes wrong now, the client sees by itself.
	_ = e.Encode(v)
}

func missing(w http.ResponseWriter, _ *http.Request) {
	problem(w, http.StatusNotFound, "There is nothing at this address.")
}
