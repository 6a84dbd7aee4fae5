// Edge serves the sites that the generator wrote, and keeps what visitors
// choose.
//
// Usage:
//
//	edge serve     serve the sites
//	edge keys      make, rotate, list and retire the keys of cookies
//	edge migrate   bring the store's schema up to date
//	edge backup    copy the store while it is in use
//	edge restore   put a backup in the store's place
//	edge permit    may this be done to this person now?
//	edge version   print what this program was built from
//
// Each command explains itself: edge serve --help. The package edge says how
// serving works.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"indigex.com/indigex/edge/command"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the program as it would any other.
	context.AfterFunc(ctx, stop)
	code := command.Run(ctx, command.Program{Stdout: os.Stdout, Stderr: os.Stderr, LookupEnv: os.LookupEnv, Now: time.Now}, os.Args[1:])
	stop()
	os.Exit(code)
}
