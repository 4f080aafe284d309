package rootfs

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"syscall"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// LayerSpec says where and how a layer is written. It is compressed once, into the file, and never held in memory.
type LayerSpec struct {
	File      string
	MediaType types.MediaType
	Time      *time.Time // of every file, when the image is to be reproducible
}

// WriteLayer makes a layer of the changed paths as they are now, with a whiteout for each path that is gone.
func (r *Root) WriteLayer(spec LayerSpec, changed, gone []string) (v1.Layer, error) {
	file, err := os.Create(spec.File)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	compressor, err := gzip.NewWriterLevel(file, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	archive := &archiver{root: r, time: spec.Time, links: map[uint64]string{}, Writer: tar.NewWriter(compressor)}
	for _, name := range gone {
		name = path.Join(path.Dir(name), whiteout+path.Base(name))
		if err := archive.WriteHeader(&tar.Header{Name: name[1:], Typeflag: tar.TypeReg, Mode: 0o644}); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Compact(slices.Sorted(slices.Values(changed))) {
		if err := archive.add(name); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(archive.Close(), compressor.Close(), file.Close()); err != nil {
		return nil, err
	}
	return tarball.LayerFromFile(spec.File, tarball.WithMediaType(spec.MediaType))
}

type archiver struct {
	*tar.Writer
	root  *Root
	time  *time.Time
	links map[uint64]string // the first name of each file that has several
}

func (a *archiver) add(name string) error {
	p := a.root.Path(name)
	info, err := os.Lstat(p)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode()&fs.ModeSocket != 0 {
		return nil
	}
	if err != nil {
		return err
	}
	target := ""
	if info.Mode()&fs.ModeSymlink != 0 {
		if target, err = os.Readlink(p); err != nil {
			return err
		}
	}
	h, err := tar.FileInfoHeader(nameless{info}, target)
	if err != nil {
		return err
	}
	h.Name = name[1:]
	if info.IsDir() {
		h.Name += "/"
	}
	if a.time != nil {
		h.ModTime = *a.time
	}
	if !info.Mode().IsRegular() {
		return a.WriteHeader(h)
	}
	return a.addFile(h, p, info.Sys().(*syscall.Stat_t))
}

func (a *archiver) addFile(h *tar.Header, p string, stat *syscall.Stat_t) error {
	if first, known := a.links[stat.Ino]; known && stat.Nlink > 1 {
		h.Typeflag, h.Linkname, h.Size = tar.TypeLink, first, 0
		return a.WriteHeader(h)
	}
	a.links[stat.Ino] = h.Name
	if value := getCapability(p); len(value) > 0 {
		h.PAXRecords = map[string]string{xattr + capability: string(value)}
	}
	if err := a.WriteHeader(h); err != nil {
		return err
	}
	f, err := os.Open(p)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(a, f)
	return err
}

// nameless keeps archive/tar from looking owners up in the /etc/passwd of the image under construction.
type nameless struct{ fs.FileInfo }

func (nameless) Uname() (string, error) { return "", nil }
func (nameless) Gname() (string, error) { return "", nil }
