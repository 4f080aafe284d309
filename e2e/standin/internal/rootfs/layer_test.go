package rootfs

import (
	"archive/tar"
	"io"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/types"
)

func TestLayerHoldsWhatChanged(t *testing.T) {
	at := t.TempDir()
	put(t, at, map[string]string{"same": "s", "changed": "1", "gone": "g", "tree/a/b": "x", "swap/f": "x", "proc/1": "", "mode": "m"})
	root := New(at, "/proc")
	before, err := root.Snapshot()
	check(t, err)
	check(t, os.RemoveAll(filepath.Join(at, "tree")))
	check(t, os.RemoveAll(filepath.Join(at, "swap")))
	check(t, os.Remove(filepath.Join(at, "gone")))
	check(t, os.Chmod(filepath.Join(at, "mode"), 0o600))
	put(t, at, map[string]string{"changed": "2", "new/f": "n", "new/link": "-> f", "swap": "now a file", "proc/2": ""})
	check(t, os.Link(filepath.Join(at, "new/f"), filepath.Join(at, "new/hard")))
	now, err := root.Snapshot()
	check(t, err)

	changed, gone := Changes(before, now)
	layer, err := root.WriteLayer(LayerSpec{File: filepath.Join(t.TempDir(), "l"), MediaType: types.DockerLayer}, changed, gone)
	check(t, err)
	content, err := layer.Uncompressed()
	check(t, err)
	found := map[string]string{}
	for r := tar.NewReader(content); ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		check(t, err)
		text, err := io.ReadAll(r)
		check(t, err)
		found[h.Name] = string([]byte{h.Typeflag}) + h.Linkname + string(text)
	}
	equal(t, found, map[string]string{
		"changed": "02", "mode": "0m", "new/": "5", "new/f": "0n", "new/hard": "1new/f", "new/link": "2f", "swap": "0now a file", ".wh.gone": "0", ".wh.tree": "0",
	})
}

func TestSnapshotKnowsWhatAnUpdateTold(t *testing.T) {
	at := t.TempDir()
	root := New(at)
	seen, err := root.Snapshot()
	check(t, err)
	put(t, at, map[string]string{"copied": "x", "run": "y"})
	check(t, seen.Update(root, []string{"/copied"}))
	now, err := root.Snapshot()
	check(t, err)
	if changed, gone := Changes(seen, now); !slices.Equal(changed, []string{"/run"}) || len(gone) > 0 {
		t.Errorf("changed %v, gone %v", changed, gone)
	}
}

func TestSocketsAreNotArchived(t *testing.T) {
	at := t.TempDir()
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	check(t, err)
	defer syscall.Close(fd)
	t.Chdir(at) // a socket's path may be 107 bytes long at most
	check(t, syscall.Bind(fd, &syscall.SockaddrUnix{Name: "s"}))
	_, err = New(at).WriteLayer(LayerSpec{File: filepath.Join(t.TempDir(), "l"), MediaType: types.DockerLayer}, []string{"/s"}, nil)
	check(t, err)
}
