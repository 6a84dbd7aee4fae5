package preview

import (
	"net/http"
	"net/netip"
	"strings"
)

// loopback says whether a Host, with or without a port, can be nothing but
// this machine. Any other name could be made to point here by whoever has it
// (DNS rebinding).
func loopback(host string) bool {
	name := hostname(host)
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-.") == ""
	}
	address, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return err == nil && address.IsLoopback()
}

// frame ends the connection after the answer to a request that may have a
// body. Two programs that disagree where a body ends would take what follows
// for different requests (RFC 9112, section 11.2). It says false where a body
// has no length, which is to be refused.
func frame(answer http.Header, r *http.Request) bool {
	bare := r.Method == http.MethodGet || r.Method == http.MethodHead
	if !bare || r.ContentLength != 0 || len(r.TransferEncoding) > 0 {
		answer.Set("Connection", "close")
	}
	return len(r.TransferEncoding) == 0
}
