package rootfs

import (
	"errors"
	"os"
	"path"
	"path/filepath"
	"syscall"
)

// Clear empties the root but for ignored paths. What it takes away is moved into aside, or deleted when aside is empty.
func (r *Root) Clear(aside string) error {
	if aside != "" {
		if err := os.MkdirAll(aside, 0o755); err != nil {
			return err
		}
	}
	return r.clear("/", aside)
}

func (r *Root) clear(dir, aside string) error {
	entries, err := os.ReadDir(r.Path(dir))
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		if r.Ignores(name) {
			continue
		}
		to := ""
		if aside != "" {
			to = filepath.Join(aside, e.Name())
		}
		if err := r.take(name, to); err != nil {
			return err
		}
	}
	return nil
}

// take moves or deletes one entry. A directory goes entry by entry when it holds a mount point, or when it comes from the executor's
// own image: overlayfs answers EXDEV to renaming such a one.
func (r *Root) take(name, to string) error {
	p, holds := r.Path(name), r.holdsIgnored(name)
	if !holds && to == "" {
		return os.RemoveAll(p)
	}
	info, err := os.Lstat(p)
	if err != nil {
		return err
	}
	if !holds {
		if err := os.Rename(p, to); !info.IsDir() || !errors.Is(err, syscall.EXDEV) {
			return err
		}
	}
	if to != "" {
		n, err := read(p, info)
		if err != nil {
			return err
		}
		if err := n.place(to); err != nil {
			return err
		}
	}
	if err := r.clear(name, to); err != nil || holds {
		return err
	}
	return os.Remove(p)
}
