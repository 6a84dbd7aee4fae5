package identity

import (
	"bytes"
	"sync"
	"sync/atomic"
)

// Keys are the ring of a file while serving. They may be used by several
// goroutines.
type Keys struct {
	path   string
	reload sync.Mutex // one Reload at a time; guards data
	data   []byte
	ring   atomic.Pointer[Ring]
}

// OpenKeys loads a key ring. It fails where [Load] does: a server without its
// keys must not start.
func OpenKeys(path string) (*Keys, error) {
	k := &Keys{path: path}
	if _, err := k.Reload(); err != nil {
		return nil, err
	}
	return k, nil
}

// Ring returns the ring that was loaded last.
func (k *Keys) Ring() *Ring { return k.ring.Load() }

// Reload loads the file again and says whether it had changed. On an error,
// which is also that others may read the file now, the old ring stays. Call it
// every few seconds: unchanged, it costs a read of a few KiB.
func (k *Keys) Reload() (changed bool, err error) {
	k.reload.Lock()
	defer k.reload.Unlock()
	data, err := read(k.path)
	if err != nil || bytes.Equal(data, k.data) {
		return false, err
	}
	ring, err := decodeAt(k.path, data)
	if err != nil {
		return false, err
	}
	k.data = data
	k.ring.Store(ring)
	return true, nil
}
