// Package rootfs handles the file system an image is built in. The stand-in executor works the way Kaniko does: the image's
// files lie over the container's own root, so mount points and the executor's folder have to be left alone at every step.
package rootfs

import (
	"bufio"
	"io"
	"maps"
	"path"
	"path/filepath"
	"strings"
)

// Root is the root directory of the image under construction.
type Root struct {
	dir     string
	ignored map[string]bool
}

// New returns the root at dir ("/" in a container). The ignored paths, as the image would name them, are no part of the image.
func New(dir string, ignored ...string) *Root {
	return (&Root{dir: dir}).Without(ignored...)
}

// Without returns the same root with more ignored paths.
func (r *Root) Without(paths ...string) *Root {
	ignored := maps.Clone(r.ignored)
	if ignored == nil {
		ignored = map[string]bool{}
	}
	for _, p := range paths {
		ignored[path.Join("/", p)] = true
	}
	return &Root{dir: r.dir, ignored: ignored}
}

// Path tells where a path of the image lies on disk.
func (r *Root) Path(p string) string { return filepath.Join(r.dir, path.Join("/", p)) }

// Name is the inverse of Path.
func (r *Root) Name(onDisk string) string {
	return path.Join("/", strings.TrimPrefix(onDisk, strings.TrimSuffix(r.dir, "/")))
}

// Ignores tells whether a path of the image is ignored, or lies below an ignored one.
func (r *Root) Ignores(p string) bool {
	for p = path.Join("/", p); p != "/"; p = path.Dir(p) {
		if r.ignored[p] {
			return true
		}
	}
	return false
}

// holdsIgnored tells whether an ignored path lies below p, so that p itself must stay.
func (r *Root) holdsIgnored(p string) bool {
	below := strings.TrimSuffix(path.Join("/", p), "/") + "/"
	for i := range r.ignored {
		if strings.HasPrefix(i, below) {
			return true
		}
	}
	return false
}

// MountPoints reads the mount points other than "/" from the text of /proc/self/mountinfo.
func MountPoints(mountinfo io.Reader) []string {
	var points []string
	for lines := bufio.NewScanner(mountinfo); lines.Scan(); {
		// The fifth field is the mount point; proc(5): blanks in it are written as \040.
		if fields := strings.Fields(lines.Text()); len(fields) > 4 && fields[4] != "/" {
			points = append(points, strings.ReplaceAll(fields[4], `\040`, " "))
		}
	}
	return points
}
