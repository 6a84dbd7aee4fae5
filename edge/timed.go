package edge

import (
	"fmt"
	"os"
	"sort"
	"time"

	"indigex.com/indigex/policy"
)

// A timetable holds the pages of a site that change by the clock alone: by
// their paths, in the order of the moments from which they stand.
type timetable map[string][]timedFile

// A timedFile is a file and the moment from which it stands for its path.
type timedFile struct {
	from time.Time
	name string
}

// at returns the file that stands for a path at a time, empty for the one at
// the path itself, and when another one will; zero is never.
func (t timetable) at(path string, now time.Time) (name string, next time.Time) {
	files := t[path]
	i := sort.Search(len(files), func(i int) bool { return files[i].from.After(now) })
	if i < len(files) {
		next = files[i].from
	}
	if i > 0 {
		name = files[i-1].name
	}
	return name, next
}

// schedule enters the catalog's timed pages, which are sorted by moments
// within a path. A file that is missing would leave an old text in force
// without anybody noticing, so it is an error here.
func (s *sites) schedule(root *os.Root, timed []policy.Timed) error {
	for _, p := range timed {
		info, err := root.Stat(p.Host + "/" + p.File)
		if err == nil && !info.Mode().IsRegular() {
			err = fmt.Errorf("%s is no file", p.File)
		}
		if err != nil {
			return fmt.Errorf("timed page %s of host %s: %w", p.Path, p.Host, err)
		}
		t := s.byHost[p.Host].timed
		t[p.Path] = append(t[p.Path], timedFile{p.From, p.File})
	}
	return nil
}
