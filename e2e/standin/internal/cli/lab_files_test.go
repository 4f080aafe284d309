package cli

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func (l *lab) unpack(archive io.ReadCloser, dir string) {
	l.t.Helper()
	defer archive.Close()
	for r := tar.NewReader(archive); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		l.check(err)
		p := filepath.Join(dir, h.Name)
		l.check(os.MkdirAll(filepath.Dir(p), 0o755))
		if h.Typeflag == tar.TypeReg {
			text, err := io.ReadAll(r)
			l.check(err)
			l.check(os.WriteFile(p, text, 0o644))
		}
	}
}

// pack makes a gzipped tar archive.
func pack(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		h := tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(files[name])), Uid: os.Getuid(), Gid: os.Getgid()}
		if err := errors.Join(w.WriteHeader(&h), func() error { _, err := io.WriteString(w, files[name]); return err }()); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func same(t *testing.T, got, want map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if text, there := got[name]; !there || text != want[name] {
			t.Errorf("%s is %q (there: %t), want %q", name, text, there, want[name])
		}
	}
	for name := range got {
		if _, wanted := want[name]; !wanted {
			t.Errorf("%s is there, but should not be", name)
		}
	}
}
