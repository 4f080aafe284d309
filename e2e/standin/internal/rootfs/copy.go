package rootfs

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"syscall"
	"time"
)

// Owner is a numeric user and group.
type Owner struct{ UID, GID int }

// CopySpec says how files are copied into the root.
type CopySpec struct {
	Owner *Owner                   // nil: as the source
	Mode  *fs.FileMode             // nil: as the source
	Skip  func(source string) bool // nil: nothing is left out
}

// Copied lists the paths of the image that were written, and those that were left alone because they are ignored.
type Copied struct{ Written, Ignored []string }

// Copy copies a file, a link (as a link) or a tree to the path to of the image; directories above it are made.
func (r *Root) Copy(source, to string, spec CopySpec) (Copied, error) {
	var done Copied
	err := filepath.WalkDir(source, func(p string, e fs.DirEntry, err error) error {
		if err != nil || spec.Skip != nil && p != source && spec.Skip(p) {
			return err
		}
		name := path.Join("/", to, p[len(source):])
		if r.Ignores(name) {
			done.Ignored = append(done.Ignored, name)
			return nil
		}
		written, err := r.copyOne(p, name, spec)
		done.Written = append(done.Written, written...)
		return err
	})
	return done, err
}

func (r *Root) copyOne(source, name string, spec CopySpec) ([]string, error) {
	info, err := os.Lstat(source)
	if err != nil {
		return nil, err
	}
	if at, err := os.Stat(r.Path(name)); info.IsDir() && err == nil && at.IsDir() {
		return nil, nil
	}
	// Also inside a tree: .dockerignore may leave a directory out and let a file in it in again.
	made, err := r.MakeDirs(path.Dir(name), spec.Owner)
	if err != nil {
		return nil, err
	}
	if err := os.RemoveAll(r.Path(name)); err != nil {
		return nil, err
	}
	n, err := read(source, info)
	if err != nil {
		return nil, err
	}
	if file, ok := n.content.(*os.File); ok {
		defer file.Close()
	}
	if spec.Owner != nil {
		n.uid, n.gid = spec.Owner.UID, spec.Owner.GID
	}
	if spec.Mode != nil {
		n.mode = n.mode.Type() | *spec.Mode
	}
	return append(made, name), n.place(r.Path(name))
}

func read(source string, info fs.FileInfo) (n node, err error) {
	stat := info.Sys().(*syscall.Stat_t)
	n = node{mode: info.Mode(), uid: int(stat.Uid), gid: int(stat.Gid), modified: info.ModTime()}
	switch n.mode.Type() {
	case fs.ModeSymlink:
		n.target, err = os.Readlink(source)
	case 0:
		n.capability = getCapability(source)
		n.content, err = os.Open(source)
	}
	return n, err
}

// MakeDirs makes a directory and those above it, gives the new ones to the owner, and returns the new ones.
func (r *Root) MakeDirs(name string, owner *Owner) ([]string, error) {
	name = path.Join("/", name)
	if info, err := os.Stat(r.Path(name)); err == nil && info.IsDir() || r.Ignores(name) {
		return nil, nil
	}
	made, err := r.MakeDirs(path.Dir(name), owner)
	if err != nil {
		return nil, err
	}
	if owner == nil {
		owner = &Owner{os.Getuid(), os.Getgid()}
	}
	if err := os.Mkdir(r.Path(name), 0o755); err != nil {
		return nil, err
	}
	n := node{mode: fs.ModeDir | 0o755, uid: owner.UID, gid: owner.GID, modified: time.Now()}
	return append(made, name), n.place(r.Path(name))
}
