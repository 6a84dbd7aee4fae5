package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"indigex.com/indigex/build"
	"indigex.com/indigex/build/bundle"
	"indigex.com/indigex/build/compare"
	"indigex.com/indigex/build/policies"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

func runPolicyDiff(ctx context.Context, c *call) error {
	contentDir, format := c.contentFlag(), c.flags.String("format", "text", "")
	if err := c.parse("OLD", "NEW"); err != nil {
		return err
	}
	if formats := []string{"text", "html", "json"}; !slices.Contains(formats, *format) {
		return &build.UsageError{Message: fmt.Sprintf("--format %q is not known", *format), Hint: "possible: " + strings.Join(formats, ", ")}
	}
	t := &texts{content: *contentDir}
	var read [2][]byte
	for i, name := range c.arguments {
		var err error
		if read[i], err = t.read(ctx, name); err != nil {
			return err
		}
	}
	comparison := compare.Diff(compare.Parse(read[0]), compare.Parse(read[1]))
	if err := c.writeComparison(ctx, *format, comparison); err != nil {
		return err
	}
	if !comparison.Same {
		return errDiffers
	}
	return nil
}

func (c *call) writeComparison(ctx context.Context, format string, comparison *policy.Comparison) error {
	old, new := c.arguments[0], c.arguments[1]
	switch format {
	case "json":
		data, err := comparison.Encode()
		if err != nil {
			return err
		}
		_, err = c.stdout.Write(data)
		return err
	case "html":
		style, problems := bundle.Styles(templates.Assets(), "templates/assets", "redline-page.css", "")
		if len(problems) > 0 {
			return fmt.Errorf("%s: %s", problems[0].Place(), problems[0].Message)
		}
		return templates.Redline(old, new, comparison, string(style)).Render(ctx, c.stdout)
	}
	return writeRedline(c.stdout, old, new, comparison, colour(c.stdout))
}

func runPolicyText(ctx context.Context, c *call) error {
	contentDir := c.contentFlag()
	if err := c.parse("FILE"); err != nil {
		return err
	}
	t := &texts{content: *contentDir}
	data, err := t.read(ctx, c.arguments[0])
	if err != nil {
		return err
	}
	_, err = io.WriteString(c.stdout, compare.Parse(data).String())
	return err
}

// texts finds what an argument names: a version, or a file.
type texts struct {
	content string
	set     *policies.Set // nil until a version is asked for
}

var versionForm = regexp.MustCompile(`^([^@/\\]+)@(\d+|draft)$`)

func (t *texts) read(ctx context.Context, name string) ([]byte, error) {
	_, err := os.Stat(name)
	named := versionForm.FindStringSubmatch(name)
	switch {
	case err == nil || named == nil:
		return readText(name)
	case t.set == nil:
		if t.set, _, err = build.OpenPolicies(ctx, build.Config{Content: t.content}); err != nil {
			return nil, err
		}
	}
	p, err := build.FindPolicy(t.set, named[1])
	if err != nil {
		return nil, err
	}
	return versionOf(p, named[2])
}

// versionOf returns the file of the version with a number, or of the draft.
func versionOf(p *policies.Policy, which string) ([]byte, error) {
	var there []string
	for _, v := range p.Versions {
		if which == "draft" && v.Meta.Draft || which == strconv.Itoa(v.Number()) {
			return v.Source, nil
		}
		there = append(there, fmt.Sprintf("%s@%d", p.ID, v.Number()))
	}
	message, hint := fmt.Sprintf("policy %s has no version %s", p.ID, which), "its versions are: "+strings.Join(there, ", ")
	if which == "draft" {
		message, hint = fmt.Sprintf("policy %s has no draft", p.ID), "begin one: indigex policy new "+p.ID
	}
	return nil, &build.UsageError{Message: message, Hint: hint}
}

// maxText is the most bytes of a Markdown file, as in the content.
const maxText = 1 << 20

// readText reads a Markdown file that may stand anywhere.
func readText(name string) ([]byte, error) {
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &build.UsageError{Message: "there is no file " + name, Hint: "name a Markdown file, or a version, as in privacy@2"}
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.IsDir() {
		return nil, &build.UsageError{Message: name + " is a folder", Hint: "name a file in it: " + path.Join(name, "….md")}
	}
	data, err := io.ReadAll(io.LimitReader(file, maxText+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > maxText:
		return nil, &build.UsageError{Message: name + " is larger than 1 MiB", Hint: "compare texts, not collections of them"}
	case bytes.IndexByte(data, 0) >= 0:
		return nil, &build.UsageError{Message: name + " is no text: it has a zero byte", Hint: "name a Markdown file, saved as UTF-8"}
	}
	return data, nil
}
