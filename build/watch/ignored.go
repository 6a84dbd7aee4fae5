package watch

import "strings"

// Ignored says whether a file or folder of this name (without a path) is
// nobody's work: what editors and file managers keep beside the files being
// edited, and the folders of version control.
func Ignored(name string) bool {
	switch name {
	case "4913", ".DS_Store", "Thumbs.db", ".git", ".hg", ".svn", ".jj":
		return true // 4913 is how vim tries whether it may write in a folder
	}
	lower := strings.ToLower(name)
	switch {
	case strings.HasPrefix(name, ".#"), strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#"): // Emacs
		return true
	case strings.HasSuffix(name, "~"), strings.HasSuffix(lower, ".tmp"), strings.HasSuffix(lower, ".bak"):
		return true
	case strings.HasPrefix(name, ".goutputstream-"): // GNOME
		return true
	case strings.HasPrefix(name, "___jb_"), strings.HasSuffix(name, "___jb_tmp___"), strings.HasSuffix(name, "___jb_old___"): // JetBrains
		return true
	}
	return isSwap(lower)
}

// isSwap recognises vim's swap files, .x.swp, then .x.swo and so on down, and
// .x.swx and .x.swpx, by which it tries what the file system can.
func isSwap(name string) bool {
	at := strings.LastIndex(name, ".sw")
	return at >= 0 && strings.HasPrefix(name, ".") && (len(name) == at+len(".swp") || strings.HasSuffix(name, ".swpx"))
}
