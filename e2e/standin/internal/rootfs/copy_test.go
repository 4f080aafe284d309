package rootfs

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestClear(t *testing.T) {
	files := map[string]string{"bin/sh": "sh", "etc/hosts": "mount", "etc/passwd": "p", "kaniko/executor": "e", "l": "-> x"}
	stays := map[string]string{"etc/": "", "etc/hosts": "mount", "kaniko/": "", "kaniko/executor": "e"}
	t.Run("deletes", func(t *testing.T) {
		at := t.TempDir()
		put(t, at, files)
		check(t, New(at, "/kaniko", "/etc/hosts").Clear(""))
		equal(t, list(t, at), stays)
	})
	t.Run("sets aside", func(t *testing.T) {
		at, aside := t.TempDir(), filepath.Join(t.TempDir(), "stages/0")
		put(t, at, files)
		check(t, New(at, "/kaniko", "/etc/hosts").Clear(aside))
		equal(t, list(t, at), stays)
		equal(t, list(t, aside), map[string]string{"bin/": "", "bin/sh": "sh", "etc/": "", "etc/passwd": "p", "l": "-> x"})
	})
}

func TestCopy(t *testing.T) {
	from, at := t.TempDir(), t.TempDir()
	put(t, from, map[string]string{"a": "a", "d/b": "b", "d/skip": "s", "d/link": "-> b", "d/mnt": "m"})
	put(t, at, map[string]string{"there/d/b": "old"})
	mode := os.FileMode(0o640)
	root := New(at, "/there/d/mnt")
	done, err := root.Copy(from, "/there", CopySpec{Mode: &mode, Skip: func(p string) bool { return filepath.Base(p) == "skip" }})
	check(t, err)
	equal(t, list(t, at), map[string]string{"there/": "", "there/a": "a", "there/d/": "", "there/d/b": "b", "there/d/link": "-> b"})
	if want := []string{"/there/a", "/there/d/b", "/there/d/link"}; !slices.Equal(done.Written, want) {
		t.Errorf("written %v, want %v", done.Written, want)
	}
	if !slices.Equal(done.Ignored, []string{"/there/d/mnt"}) {
		t.Errorf("ignored %v", done.Ignored)
	}
	info, err := os.Stat(filepath.Join(at, "there/a"))
	check(t, err)
	if info.Mode() != mode {
		t.Errorf("mode %s", info.Mode())
	}
}

func TestMakeDirsNamesTheNewOnes(t *testing.T) {
	at := t.TempDir()
	put(t, at, map[string]string{"a/": ""})
	made, err := New(at).MakeDirs("/a/b/c", nil)
	check(t, err)
	if !slices.Equal(made, []string{"/a/b", "/a/b/c"}) {
		t.Errorf("made %v", made)
	}
}
