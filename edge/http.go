package edge

import (
	"log"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// HTTPServer returns a server for the handler with the limits that a server
// open to the world needs: slow clients and large headers are cut off, and
// each request reaches the handler, OPTIONS * included. A handler that sends
// for longer than the 30 seconds for writing lifts them with
// http.ResponseController. logger takes the server's own complaints, without
// the clients' addresses that these mention; nil drops them.
func HTTPServer(handler http.Handler, logger *slog.Logger) *http.Server {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       60 * time.Second,
		// net/http adds 4 KiB to this. A header between the two sizes gets
		// the handler's 431, which has the security headers; a larger one
		// gets the bare 431 of net/http.
		MaxHeaderBytes:               maxHeader,
		DisableGeneralOptionsHandler: true,
		ConnContext:                  withConnection,
		ErrorLog:                     log.New(complaints{logger, regexp.MustCompile(addresses)}, "", 0),
	}
}

// addresses matches a client's address with its port in a line of net/http.
const addresses = `(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-fA-F:.]+(%\w+)?\]):\d+`

// complaints passes what net/http logs on as structured lines.
type complaints struct {
	logger    *slog.Logger
	addresses *regexp.Regexp
}

func (c complaints) Write(line []byte) (int, error) {
	text := c.addresses.ReplaceAllStringFunc(strings.TrimSpace(string(line)), truncated)
	c.logger.Warn("connection", slog.String("event", "connection failed"), slog.String("cause", text))
	return len(line), nil
}
