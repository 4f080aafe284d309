package rootfs

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func archive(t *testing.T, headers ...tar.Header) io.Reader {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range headers {
		text := h.Uname // the content, for short
		h.Uname, h.Size, h.Uid, h.Gid = "", int64(len(text)), os.Getuid(), os.Getgid()
		if h.Mode == 0 {
			h.Mode = 0o755
		}
		check(t, w.WriteHeader(&h))
		_, err := io.WriteString(w, text)
		check(t, err)
	}
	check(t, w.Close())
	return &b
}

func file(name, text string) tar.Header {
	return tar.Header{Name: name, Typeflag: tar.TypeReg, Uname: text, Mode: 0o644}
}

func TestExtract(t *testing.T) {
	dir := func(name string) tar.Header { return tar.Header{Name: name, Typeflag: tar.TypeDir} }
	cases := map[string]struct {
		before  map[string]string
		entries []tar.Header
		want    map[string]string
	}{
		"makes files, directories and links":      {nil, []tar.Header{dir("d/"), file("d/f", "x"), {Name: "l", Typeflag: tar.TypeSymlink, Linkname: "d/f"}, {Name: "h", Typeflag: tar.TypeLink, Linkname: "d/f"}}, map[string]string{"d/": "", "d/f": "x", "l": "-> d/f", "h": "x"}},
		"replaces a file, keeps a directory":      {map[string]string{"f": "old", "d/x": "x"}, []tar.Header{file("f", "new"), dir("d")}, map[string]string{"f": "new", "d/": "", "d/x": "x"}},
		"replaces a link instead of following it": {map[string]string{"l": "-> t", "t": "t"}, []tar.Header{file("l", "new")}, map[string]string{"l": "new", "t": "t"}},
		"leaves ignored paths alone":              {map[string]string{"mnt/f": "mine"}, []tar.Header{file("mnt/f", "new"), file("mnt/g", "new")}, map[string]string{"mnt/": "", "mnt/f": "mine"}},
		"keeps a directory with a mount in it":    {map[string]string{"etc/hosts/": ""}, []tar.Header{file("etc", "new")}, map[string]string{"etc/": "", "etc/hosts/": ""}},
		"obeys whiteouts":                         {map[string]string{"d/a": "a", "d/b": "b"}, []tar.Header{file("d/.wh.a", "")}, map[string]string{"d/": "", "d/b": "b"}},
		"obeys opaque whiteouts":                  {map[string]string{"d/a": "a", "d/b": "b"}, []tar.Header{file("d/.wh..wh..opq", ""), file("d/c", "c")}, map[string]string{"d/": "", "d/c": "c"}},
		"leaves devices out":                      {nil, []tar.Header{{Name: "null", Typeflag: tar.TypeChar, Devmajor: 1, Devminor: 3}}, map[string]string{}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			at := t.TempDir()
			put(t, at, c.before)
			_, err := New(at, "/mnt", "/etc/hosts").extract(archive(t, c.entries...), "/", true)
			check(t, err)
			equal(t, list(t, at), c.want)
		})
	}
}

func TestExtractKeepsModesAndTimes(t *testing.T) {
	at, then := t.TempDir(), time.Unix(1_000_000_000, 0)
	h := file("f", "x")
	h.Mode, h.ModTime = 0o4755, then
	_, err := New(at).Extract(archive(t, tar.Header{Name: "d/", Typeflag: tar.TypeDir, ModTime: then}, h, file("d/g", "")), "/")
	check(t, err)
	for _, name := range []string{"d", "f"} {
		info, err := os.Stat(filepath.Join(at, name))
		check(t, err)
		if !info.ModTime().Equal(then) {
			t.Errorf("%s has time %s", name, info.ModTime())
		}
	}
	info, err := os.Stat(filepath.Join(at, "f"))
	check(t, err)
	if info.Mode() != 0o755|os.ModeSetuid {
		t.Errorf("f has mode %s", info.Mode())
	}
}

func TestExtractRefusesToLeaveTheDirectory(t *testing.T) {
	_, err := New(t.TempDir()).Extract(archive(t, file("a/../../f", "x")), "/")
	if err == nil || !strings.Contains(err.Error(), "references parent directory") {
		t.Errorf("got %v", err)
	}
}
