package rootfs

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"syscall"
)

// Snapshot is what is known of every file of the image at one time. Files are never read for it: the kernel sets the change time
// on every write and nobody can set it back.
type Snapshot map[string]stamp

type stamp struct {
	mode              fs.FileMode
	uid, gid          uint32
	size              int64
	modified, changed syscall.Timespec
}

// Snapshot walks the root once.
func (r *Root) Snapshot() (Snapshot, error) {
	now := Snapshot{}
	err := filepath.WalkDir(r.dir, func(p string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) || p == r.dir {
			return nil
		}
		if err != nil {
			return err
		}
		name := r.Name(p)
		if r.ignored[name] {
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		return now.note(name, p)
	})
	return now, err
}

// Update takes up the given paths after a step that is known to have changed nothing else.
func (s Snapshot) Update(r *Root, names []string) error {
	for _, name := range names {
		if err := s.note(name, r.Path(name)); err != nil {
			return err
		}
	}
	return nil
}

func (s Snapshot) note(name, onDisk string) error {
	info, err := os.Lstat(onDisk)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	stat := info.Sys().(*syscall.Stat_t)
	of := stamp{mode: info.Mode(), uid: stat.Uid, gid: stat.Gid}
	if !info.IsDir() {
		of.size, of.modified, of.changed = info.Size(), stat.Mtim, stat.Ctim
	}
	s[name] = of
	return nil
}

// Changes compares two snapshots: what is new or different, and what is gone, both sorted. Of a tree that is gone only the top is named.
func Changes(before, now Snapshot) (changed, gone []string) {
	for name, s := range now {
		if b, known := before[name]; !known || b != s {
			changed = append(changed, name)
		}
	}
	for name := range before {
		if _, there := now[name]; there {
			continue
		}
		parent := path.Dir(name)
		if above, there := now[parent]; parent == "/" || there && above.mode.IsDir() {
			gone = append(gone, name)
		}
	}
	slices.Sort(changed)
	slices.Sort(gone)
	return changed, gone
}
