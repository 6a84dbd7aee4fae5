package build

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"indigex.com/indigex/build/policies"
	"indigex.com/indigex/build/problem"
	"indigex.com/indigex/build/watch"
)

// A hash is the SHA-256 of a file's bytes.
type hash = [sha256.Size]byte

// A tree is a content folder: reading goes through an fs.FS, and links that
// lead out of the folder are refused.
type tree struct {
	dir  string
	fsys fs.FS
}

func openTree(dir string) tree { return tree{dir: dir, fsys: os.DirFS(dir)} }

// files lists all files that belong to the content, sorted by path.
// What starts with a dot or is an editor's backup does not belong to it.
func (t tree) files() ([]string, problem.List, error) {
	root, err := os.OpenRoot(t.dir)
	if err != nil {
		return nil, nil, err
	}
	defer root.Close()
	var files []string
	var problems problem.List
	err = fs.WalkDir(t.fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && name != "." {
			return nil // gone since the folder was listed
		}
		if err != nil {
			return err
		}
		if name != "." && ignored(entry.Name()) {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		switch {
		case entry.IsDir():
		case entry.Type()&fs.ModeSymlink != 0:
			ok, p := t.link(root, name)
			problems = append(problems, p...)
			if ok {
				files = append(files, name)
			}
		case entry.Type().IsRegular():
			files = append(files, name)
		default:
			problems = append(problems, problem.Problem{Path: name, Rule: "file", Message: "is neither a file nor a folder", Hint: "remove it from the content"})
		}
		return nil
	})
	slices.SortFunc(files, cmp.Compare[string])
	return files, problems, err
}

// link follows a symbolic link as far as the folder's own files.
func (t tree) link(root *os.Root, name string) (bool, problem.List) {
	info, err := root.Stat(name)
	switch {
	case err == nil && info.Mode().IsRegular() && t.leadsToContent(name):
		return true, nil
	case err == nil && info.Mode().IsRegular():
		return false, problem.List{{Path: name, Rule: "symlink", Message: "is a symbolic link to a file that is not part of the content", Hint: "put the file itself here"}}
	case err == nil && !info.IsDir():
		return false, problem.List{{Path: name, Rule: "symlink", Message: "is a symbolic link to something that is no file", Hint: "remove it"}}
	case err == nil:
		return false, problem.List{{Path: name, Rule: "symlink", Message: "is a symbolic link to a folder", Hint: "put the folder itself here"}}
	case errors.Is(err, fs.ErrNotExist):
		return false, problem.List{{Path: name, Rule: "symlink", Message: "is a symbolic link to a file that doesn't exist", Hint: "remove it, or put the file itself here"}}
	default:
		return false, problem.List{{Path: name, Rule: "symlink", Message: "is a symbolic link that leads out of the content folder", Hint: "put the file itself here"}}
	}
}

// leadsToContent says whether a link ends at a file that isn't hidden.
func (t tree) leadsToContent(name string) bool {
	dir, err := filepath.EvalSymlinks(t.dir)
	if err != nil {
		return false
	}
	end, err := filepath.EvalSymlinks(filepath.Join(t.dir, filepath.FromSlash(name)))
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(dir, end)
	return err == nil && filepath.IsLocal(rel) && !hidden(filepath.ToSlash(rel))
}

func ignored(name string) bool { return strings.HasPrefix(name, ".") || watch.Ignored(name) }

// The most bytes that a file may have.
const (
	maxText = 1 << 20
	maxFile = 64 << 20
)

var errTooLarge = errors.New("file is too large")

// read reads a file that isn't larger than its kind may be.
func (t tree) read(name string) ([]byte, error) {
	most := int64(maxFile)
	if k := kindOf(name); k == pageFile || k == siteFile || k == providerFile || k == declaredFile {
		most = maxText
	}
	info, err := fs.Stat(t.fsys, name)
	if err != nil {
		return nil, err
	}
	if info.Size() > most {
		return nil, fmt.Errorf("%s: %w: %d MiB are allowed", name, errTooLarge, most>>20)
	}
	return fs.ReadFile(t.fsys, name)
}

// kind says what a file of the content is.
type kind int

const (
	otherFile kind = iota
	providerFile
	siteFile
	pageFile
	assetFile
	// declaredFile is read by package policies.
	declaredFile
)

func kindOf(name string) kind {
	if name == "provider.yaml" {
		return providerFile
	}
	if policies.Owns(name) {
		return declaredFile
	}
	parts := strings.Split(name, "/")
	switch {
	case len(parts) < 3 || parts[0] != "sites":
		return otherFile
	case len(parts) == 3 && parts[2] == "site.yaml":
		return siteFile
	case path.Ext(name) == ".md":
		return pageFile
	default:
		return assetFile
	}
}

// siteOf returns the site's id and the path below its folder.
func siteOf(name string) (id, rel string) {
	id, rel, _ = strings.Cut(strings.TrimPrefix(name, "sites/"), "/")
	return id, rel
}

// badName returns a problem for a file name that makes no good address.
func badName(name string) problem.List {
	_, rel := siteOf(name)
	page := kindOf(name) == pageFile
	for _, r := range rel {
		ok := r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.' || r == '/' || r >= 'A' && r <= 'Z' && !page
		if !ok {
			return problem.List{{
				Path: name, Rule: "file-name", Message: fmt.Sprintf("file name has the character %q", r),
				Hint: "file names become addresses: use a-z, 0-9 and hyphens",
			}}
		}
	}
	if slices.ContainsFunc(strings.Split(rel, "/"), func(part string) bool { return len(part) > maxSegment }) {
		return problem.List{{Path: name, Rule: "file-name", Message: fmt.Sprintf("file name is longer than %d characters", maxSegment), Hint: "shorten it: some systems can't store it"}}
	}
	if active[strings.ToLower(path.Ext(rel))] {
		return problem.List{{Path: name, Rule: "file-type", Message: fmt.Sprintf("files that end in %s are not part of the content", path.Ext(rel)), Hint: "pages are written in Markdown; styles and scripts belong to the templates"}}
	}
	return nil
}

// maxSegment bounds a part of a path, in bytes: systems take 255, and names
// of variants are longer.
const maxSegment = 200

// active are types that run in a browser, or that stand for another file.
var active = map[string]bool{
	".html": true, ".htm": true, ".xhtml": true, ".shtml": true, ".xml": true, ".xsl": true, ".js": true, ".mjs": true,
	".css": true, ".wasm": true, ".svgz": true, ".gz": true, ".br": true, ".zst": true,
}

// address is the path under which a page is asked for.
func address(rel string) string {
	if rel == "404.md" {
		return "/404.html"
	}
	name := strings.TrimSuffix(rel, ".md")
	if name == "index" {
		return "/"
	}
	return "/" + strings.TrimSuffix(name, "/index") + "/"
}
