// Package build is the generator: it turns a content folder into the static
// sites and the catalog that the edge serves.
//
// A build has three steps. Each file is read and compiled for itself
// (package content), at once on all cores and from the cache where its bytes
// are known. Then everything is indexed: addresses, folders, tags. Then each
// node (a page, a feed, a sitemap, a stylesheet) is resolved, which finds
// every problem between files, and, when none is an error, rendered and
// written.
//
// While a node resolves, it records the topics that it reads: another page's
// front matter, a folder's order, a picture. A later Update compiles the
// files that changed, finds the topics that this changes, and renders the
// nodes that read them, and no others.
package build

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"indigex.com/indigex/build/problem"
	"indigex.com/indigex/templates"
)

// A Config says what to build. The zero value builds "content" into "public".
type Config struct {
	// Content is the folder of the content; default "content".
	Content string
	// Out is the folder that is written; default "public".
	Out string
	// Now decides which pages are public; default the present.
	Now time.Time
	// Drafts builds drafts and pages whose time has not come.
	Drafts bool
	// Compress writes a .gz file beside each compressible one.
	Compress bool
	// Cache is the folder that keeps compiled pages and pictures between
	// builds; "" goes without.
	Cache string
	// Port, if not 0, builds for the preview: hosts end in .localhost,
	// origins are http with this port, styles keep their names.
	Port int
	// Assets are the styles and scripts; default those of the templates.
	Assets fs.FS
	// Progress, if set, is told how far a step has come. It is called from
	// one goroutine at a time.
	Progress func(step string, done, all int)
}

// A Result says what a build did.
type Result struct {
	Sites, Pages, Policies int
	// Origins are those of the sites, the first site first.
	Origins []string
	// Written counts the files that changed, Changed the pages among them.
	Written, Changed int
	// Addresses are the changed files as they are asked for.
	Addresses []Address
	// Problems are all that were found, sorted. Where one is an error,
	// nothing was written.
	Problems problem.List
	Duration time.Duration
	// Next is when the passing of time changes what is public; zero: never.
	Next time.Time
}

// An Address is a changed file as a browser asks for it.
type Address struct{ Host, Path string }

// ErrContent says that the content has errors; the Result lists them.
var ErrContent = errors.New("the content has errors")

// A UsageError is a mistake in how the command was called or in its
// surroundings, with a hint how to mend it.
type UsageError struct {
	Message, Hint string
}

func (e *UsageError) Error() string { return e.Message }

func (c Config) withDefaults() (Config, error) {
	if c.Content == "" {
		c.Content = "content"
	}
	if c.Out == "" {
		c.Out = "public"
	}
	if c.Now.IsZero() {
		c.Now = time.Now()
	}
	if c.Assets == nil {
		c.Assets = templates.Assets()
	}
	if info, err := os.Stat(c.Content); err != nil || !info.IsDir() {
		return c, &UsageError{
			Message: fmt.Sprintf("there is no content folder %s", c.Content),
			Hint:    "run the command in the folder that holds content/, or name it: --content DIR",
		}
	}
	return c, nil
}

// apart refuses an output folder inside the content or around it, whatever
// links lead there.
func (c Config) apart() error {
	content, err := resolved(c.Content)
	if err != nil {
		return err
	}
	out, err := resolved(c.Out)
	if err != nil {
		return err
	}
	for _, pair := range [][2]string{{content, out}, {out, content}} {
		if rel, err := filepath.Rel(pair[0], pair[1]); err == nil && filepath.IsLocal(rel) {
			return &UsageError{
				Message: fmt.Sprintf("output folder %s and content folder %s contain each other", c.Out, c.Content),
				Hint:    "choose an output folder beside the content",
			}
		}
	}
	return nil
}

// resolved is an absolute path without links, as far as it exists.
func resolved(name string) (string, error) {
	name, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	rest := ""
	for dir := name; ; dir = filepath.Dir(dir) {
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			return filepath.Join(real, rest), nil
		}
		if dir == filepath.Dir(dir) {
			return name, nil
		}
		rest = filepath.Join(filepath.Base(dir), rest)
	}
}
