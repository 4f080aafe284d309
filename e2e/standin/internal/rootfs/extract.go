package rootfs

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

const (
	whiteout = ".wh."
	opaque   = ".wh..wh..opq"
	xattr    = "SCHILY.xattr." // how a tar archive names extended attributes
)

// Unpack writes the layers of an image into the root, the lowest first.
func (r *Root) Unpack(image v1.Image) error {
	layers, err := image.Layers()
	if err != nil {
		return err
	}
	for _, layer := range layers {
		content, err := layer.Uncompressed()
		if err != nil {
			return err
		}
		_, err = r.extract(content, "/", true)
		content.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// Extract writes a tar archive below dir, a path of the image, and returns the paths of the image it wrote.
func (r *Root) Extract(archive io.Reader, dir string) ([]string, error) {
	return r.extract(archive, dir, false)
}

func (r *Root) extract(archive io.Reader, dir string, isLayer bool) ([]string, error) {
	var written []string
	times := map[string]time.Time{}
	for entries := tar.NewReader(archive); ; {
		h, err := entries.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if clean := filepath.Clean(h.Name); clean == ".." || strings.HasPrefix(clean, "../") {
			return nil, fmt.Errorf("tar entry %q is not allowed: references parent directory", h.Name)
		}
		name := filepath.Join("/", dir, h.Name)
		switch {
		case r.Ignores(name):
			continue
		case isLayer && strings.HasPrefix(filepath.Base(name), whiteout):
			err = r.hide(name)
		default:
			err = r.extractOne(h, entries, name, dir)
			written = append(written, name)
		}
		if err != nil {
			return nil, err
		}
		if h.Typeflag == tar.TypeDir {
			times[r.Path(name)] = h.ModTime
		}
	}
	// Writing into a directory changes its time: those come last.
	for p, t := range times {
		if err := os.Chtimes(p, t, t); err != nil {
			return nil, err
		}
	}
	return written, nil
}

func (r *Root) extractOne(h *tar.Header, content io.Reader, name, dir string) error {
	p, isDir := r.Path(name), h.Typeflag == tar.TypeDir
	if old, err := os.Lstat(p); err == nil && !(isDir && old.IsDir()) {
		if r.holdsIgnored(name) {
			return nil
		}
		if err := os.RemoveAll(p); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		return err
	}
	if h.Typeflag == tar.TypeLink {
		return os.Link(r.Path(filepath.Join("/", dir, h.Linkname)), p)
	}
	value := []byte(h.PAXRecords[xattr+capability])
	return node{h.FileInfo().Mode(), h.Uid, h.Gid, h.ModTime, value, h.Linkname, content}.place(p)
}

// hide deletes what a whiteout entry of a layer stands for.
func (r *Root) hide(name string) error {
	dir, base := filepath.Split(name)
	if base != opaque {
		return r.remove(filepath.Join(dir, strings.TrimPrefix(base, whiteout)))
	}
	entries, err := os.ReadDir(r.Path(dir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if err := r.remove(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

func (r *Root) remove(name string) error {
	if r.Ignores(name) || r.holdsIgnored(name) {
		return nil
	}
	return os.RemoveAll(r.Path(name))
}
