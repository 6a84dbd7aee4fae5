package store

import (
	"context"
	"sync/atomic"
	"time"
)

// checkpointEvery is how often SQLite's log is folded into its file while
// something is written.
const checkpointEvery = 600 * time.Millisecond

// A checkpointer folds the log into the file beside the writer. SQLite would
// do so within a commit, and all who share that commit would wait for the
// file to be written in as many places as there are persons.
type checkpointer struct {
	fold  func(context.Context) error
	wrote atomic.Bool // since the last time
	stop  context.CancelFunc
	done  chan struct{}
}

// startCheckpoints returns nil for an engine without a log to fold.
func startCheckpoints(e *engine) *checkpointer {
	if e.checkpoint == nil {
		return nil
	}
	ctx, stop := context.WithCancel(context.Background())
	c := &checkpointer{fold: e.checkpoint, stop: stop, done: make(chan struct{})}
	go c.run(ctx)
	return c
}

func (c *checkpointer) run(ctx context.Context) {
	defer close(c.done)
	tick := time.NewTicker(checkpointEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if c.wrote.Swap(false) {
			// What fails here, on a full disk say, the next one does, and the
			// log keeps everything until then.
			_ = c.fold(ctx)
		}
	}
}

// note says that something was written. It is for any checkpointer, nil too.
func (c *checkpointer) note() {
	if c != nil {
		c.wrote.Store(true)
	}
}

// close waits for the last one to end.
func (c *checkpointer) close() {
	if c != nil {
		c.stop()
		<-c.done
	}
}
