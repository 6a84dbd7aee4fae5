//go:build unix

package identity

import (
	"os"
	"syscall"
)

// keepOwner gives a new file to the owner of the one at path: root may rotate
// the keys of a server that runs as somebody else.
func keepOwner(f *os.File, path string) error {
	old, err := os.Stat(path)
	if err != nil {
		return nil // there is none to keep
	}
	if info, ok := old.Sys().(*syscall.Stat_t); ok && int(info.Uid) != os.Geteuid() {
		return f.Chown(int(info.Uid), int(info.Gid))
	}
	return nil
}
