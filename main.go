// Indigex builds a company's sites from Markdown and previews them.
//
// Usage:
//
//	indigex serve     build, watch, and serve all sites on this machine
//	indigex build     write the sites to a folder
//	indigex check     find all problems of the content
//	indigex policy    start, compare and publish versions of policies
//	indigex version   print what this program was built from
//
// Each command explains itself: indigex build --help. The package build says
// how building works.
package main

import (
	"context"
	"net"
	"os"
	"os/signal"
	"syscall"

	"indigex.com/indigex/build/command"
	"indigex.com/indigex/edge"
	"indigex.com/indigex/edge/admin"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := command.Run(ctx, server(), os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// server is the edge as the preview uses it.
func server() command.Server {
	return command.Server{
		Start:       startEdge,
		HTTP:        edge.HTTPServer,
		Limit:       func(l net.Listener) net.Listener { return edge.LimitListener(l, 0) },
		AdminListen: admin.Listen,
	}
}
