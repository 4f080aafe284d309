package rootfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

const capability = "security.capability"

// node is a file, directory or symbolic link to be made.
type node struct {
	mode       fs.FileMode
	uid, gid   int
	modified   time.Time
	capability []byte
	target     string
	content    io.Reader
}

// place makes the node at p, where nothing but a directory for a directory may be. Devices, pipes and sockets are left out:
// a builder without MKNOD cannot make them, and Kaniko does not either.
func (n node) place(p string) error {
	switch n.mode.Type() {
	case fs.ModeDir:
		if err := os.Mkdir(p, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	case fs.ModeSymlink:
		return errors.Join(os.Symlink(n.target, p), os.Lchown(p, n.uid, n.gid))
	case 0:
		if err := writeFile(p, n.content); err != nil {
			return err
		}
	default:
		return nil
	}
	// In this order, because chown clears setuid bits and capabilities.
	if err := os.Chown(p, n.uid, n.gid); err != nil {
		return err
	}
	if err := os.Chmod(p, n.mode); err != nil {
		return err
	}
	if len(n.capability) > 0 {
		if err := unix.Setxattr(p, capability, n.capability, 0); err != nil {
			return fmt.Errorf("failed to write %q attribute to %q: %w", capability, p, err)
		}
	}
	return os.Chtimes(p, n.modified, n.modified)
}

func writeFile(p string, content io.Reader) error {
	f, err := os.OpenFile(p, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Close())
}

func getCapability(p string) []byte {
	value := make([]byte, 64) // the longest form, VFS_CAP_REVISION_3, has 24 bytes
	n, err := unix.Lgetxattr(p, capability, value)
	if err != nil {
		return nil
	}
	return value[:n]
}
