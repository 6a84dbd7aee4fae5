package static

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"indigex.com/indigex/templates/stitch"
)

const (
	// trust is how long a file is served without looking whether it is
	// still the same. Looking costs more than all the rest of an answer.
	trust = time.Second
	// keptFile is the size up to which a file is kept in memory. Once
	// keptAll bytes of a site have been read, no more are kept: files that
	// were replaced since count, too, as their readers may still be there.
	keptFile = 256 << 10
	keptAll  = 32 << 20
)

var (
	// errFolder says that a name is a folder's.
	errFolder = errors.New("is a folder")
	// errChanged says that a file was another one each time.
	errChanged = errors.New("changed while it was being read")
)

// A resource is a file with its compressed form.
type resource struct {
	plain *variant
	// packed is nil where there is no .gz file.
	packed  *variant
	checked atomic.Int64 // Unix time in nanoseconds
}

// A variant is one file as it was when it was looked at.
type variant struct {
	name string
	info fs.FileInfo
	// fields are those of every answer with its content; length is the value
	// of Content-Length, which is not in every one. See [field].
	fields []field
	length []string
	// control is the value of Cache-Control, age what that allows.
	control []string
	age     time.Duration

	once sync.Once
	err  error
	// etag and data are there once the variant is loaded. data is nil for
	// a file that is not kept.
	etag []string
	data []byte
	// page is that of a packed page that is kept, nil for any other file.
	page *stitch.Page
	// slot is where a notice stands in a page of HTML that is kept, -1 for
	// one without room for it.
	slot int
}

// A cache holds the resources that were asked for, by name. Only names of
// files that exist get in, so it is no larger than the site.
type cache struct {
	entries sync.Map // of *resource by string
	kept    atomic.Int64
}

// take opens the plain or, if there is one and it is wanted, the compressed
// form of a file. A file replaced between the look and the opening is looked
// at again, as often as a machine that is busy may need for it.
func (f *Files) take(name string, packed bool) (*variant, content, error) {
	const most = 10
	for attempt := 1; ; attempt++ {
		file, err := f.lookup(name)
		if err != nil {
			return nil, content{}, err
		}
		v := file.plain
		if packed && file.packed != nil {
			v = file.packed
		}
		body, err := f.open(v)
		if err == nil || attempt == most {
			return v, body, err
		}
		f.cache.entries.Delete(name)
	}
}

// lookup returns the file as it is now, give or take what trust allows.
func (f *Files) lookup(name string) (*resource, error) {
	now := f.cfg.Now()
	old := new(resource)
	if e, ok := f.cache.entries.Load(name); ok {
		old = e.(*resource)
		if age := now.UnixNano() - old.checked.Load(); !f.cfg.Development && age >= 0 && age < int64(trust) {
			return old, nil
		}
	}
	plain, err := f.look(name, old.plain)
	if err != nil {
		f.cache.entries.Delete(name)
		return nil, err
	}
	var packed *variant
	if compressible(name) {
		// Whatever is wrong with it: the plain form serves.
		packed, _ = f.look(name+packedSuffix, old.packed)
	}
	if plain != old.plain || packed != old.packed {
		old = &resource{plain: plain, packed: packed}
		f.cache.entries.Store(name, old)
	}
	old.checked.Store(now.UnixNano())
	return old, nil
}

// look returns the variant as it is now: old, if the file has not changed.
func (f *Files) look(name string, old *variant) (*variant, error) {
	info, err := f.root.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, errFolder
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	if old != nil && same(old.info, info) {
		return old, nil
	}
	v := &variant{name: name, info: info, fields: fieldsOf(name), length: []string{strconv.FormatInt(info.Size(), 10)}}
	control, age := f.caching(strings.TrimSuffix(name, packedSuffix))
	v.control, v.age = []string{control}, age
	return v, nil
}

// same says whether two looks saw the same content. A file replaced by
// rename is another file, even if size and time agree.
func same(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// open returns the content of a variant, whose etag is there from then on.
func (f *Files) open(v *variant) (content, error) {
	v.once.Do(func() { v.err = f.load(v) })
	if v.err != nil || v.data != nil {
		return content{data: v.data}, v.err
	}
	file, err := f.openFile(v)
	return content{file: file}, err
}

// openFile opens the file of a variant, unless it has been replaced since.
func (f *Files) openFile(v *variant) (*os.File, error) {
	file, err := f.root.Open(v.name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !same(v.info, info) {
		err = fmt.Errorf("%s: %w", v.name, errChanged)
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return file, nil
}

// load reads a variant's file, takes its hash, and keeps small ones.
func (f *Files) load(v *variant) error {
	file, err := f.openFile(v)
	if err != nil {
		return err
	}
	defer file.Close()
	hash := sha256.New()
	if size := v.info.Size(); size > keptFile || f.cache.kept.Load()+size > keptAll {
		_, err = io.Copy(hash, file)
	} else {
		v.data = make([]byte, size)
		_, err = io.ReadFull(file, v.data)
		hash.Write(v.data)
		f.cache.kept.Add(size)
		v.findSlot()
	}
	// Half of the hash is more than enough to tell two files apart.
	v.etag = []string{`"` + hex.EncodeToString(hash.Sum(nil)[:16]) + `"`}
	return err
}

// content is what a file holds: in memory, or to be read from the open file.
type content struct {
	data []byte
	file *os.File // nil for what is in memory
}

func (c content) reader() io.ReadSeeker {
	if c.file != nil {
		return c.file
	}
	return bytes.NewReader(c.data)
}

// close ends the use of a file that was only read, which cannot lose anything.
func (c content) close() {
	if c.file != nil {
		_ = c.file.Close()
	}
}
