package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"indigex.com/indigex/build"
)

func runBuild(ctx context.Context, c *call) error {
	cfg := build.Config{}
	contentDir, out := c.contentFlag(), c.flags.String("out", "public", "")
	now, noCache := c.flags.String("now", "", ""), c.flags.Bool("no-cache", false, "")
	c.flags.BoolVar(&cfg.Drafts, "drafts", false, "")
	c.flags.BoolVar(&cfg.Compress, "compress", false, "")
	if err := c.parse(); err != nil {
		return err
	}
	cfg.Content, cfg.Out = *contentDir, *out
	var err error
	if cfg.Now, err = moment(*now); err != nil {
		return err
	}
	if !*noCache {
		cfg.Cache = cacheFolder()
	}
	cfg.Progress = c.progress()
	result, err := build.Run(ctx, cfg)
	c.report(cfg.Content, result.Problems)
	if errors.Is(err, build.ErrContent) {
		fmt.Fprintf(c.stderr, "%s; nothing was written\n", tally(result.Problems))
		return errProblems
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(c.stdout, summary(result))
	return nil
}

// summary is the last line of a build.
func summary(r build.Result) string {
	return fmt.Sprintf("built %d sites, %d pages (%d changed), %d policies in %d ms",
		r.Sites, r.Pages, r.Changed, r.Policies, r.Duration.Milliseconds())
}

// moment reads --now.
func moment(text string) (time.Time, error) {
	if text == "" {
		return time.Now(), nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, &build.UsageError{Message: fmt.Sprintf("--now %q is not a time", text), Hint: "write it as 2026-03-01T09:00:00Z (RFC 3339)"}
	}
	return t, nil
}

// cacheFolder is where compiled pages are kept between builds: $INDIGEX_CACHE
// or the user's folder for caches; "" where there is none.
func cacheFolder() string {
	if dir := os.Getenv("INDIGEX_CACHE"); dir != "" {
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "indigex")
}
