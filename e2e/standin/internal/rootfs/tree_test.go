package rootfs

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// put writes files below dir: a name ending in "/" is a directory, a text "-> x" a link.
func put(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(keys(files)) {
		p := filepath.Join(dir, name)
		check(t, os.MkdirAll(filepath.Dir(p), 0o755))
		target, isLink := strings.CutPrefix(files[name], "-> ")
		switch {
		case strings.HasSuffix(name, "/"):
			check(t, os.MkdirAll(p, 0o755))
		case isLink:
			check(t, os.Symlink(target, p))
		default:
			check(t, os.WriteFile(p, []byte(files[name]), 0o644))
		}
	}
}

// list is the inverse of put.
func list(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	check(t, filepath.WalkDir(dir, func(p string, e os.DirEntry, err error) error {
		name := strings.TrimPrefix(strings.TrimPrefix(p, dir), "/")
		if err != nil || name == "" {
			return err
		}
		if e.IsDir() {
			found[name+"/"] = ""
			return nil
		}
		if target, err := os.Readlink(p); err == nil {
			found[name] = "-> " + target
			return nil
		}
		text, err := os.ReadFile(p)
		found[name] = string(text)
		return err
	}))
	return found
}

func keys(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal(t *testing.T, got, want map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(keys(want)) {
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
