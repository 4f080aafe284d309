// Package buildcontext finds the build context and the Dockerfile the way Kaniko does.
package buildcontext

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"k8s-hooks/e2e/standin/internal/rootfs"
)

// Resolve returns the directory of a --context: a path, dir://path, tar://file or tar://stdin. Archives must be gzipped; they are
// unpacked into buildcontext below work. As in Kaniko, the sub path counts only for a context with a scheme.
func Resolve(context, subPath string, stdin io.Reader, work string) (string, error) {
	scheme, place, hasScheme := strings.Cut(context, "://")
	if !hasScheme {
		return filepath.Abs(context)
	}
	dir := place
	switch scheme {
	case "dir":
	case "tar":
		dir = filepath.Join(work, "buildcontext")
		if err := unpack(place, stdin, dir); err != nil {
			return "", err
		}
	case "gs", "s3", "git", "https":
		return "", fmt.Errorf("the stand-in executor cannot fetch %s:// contexts, Kaniko can", scheme)
	default:
		return "", errors.New("unknown build context prefix provided, please use one of the following: gs://, dir://, tar://, s3://, git://, https://")
	}
	dir, err := filepath.Abs(filepath.Join(dir, subPath))
	if err != nil {
		return "", err
	}
	_, err = os.Stat(dir)
	return dir, err
}

func unpack(place string, stdin io.Reader, dir string) error {
	archive := stdin
	if place != "stdin" {
		file, err := os.Open(place)
		if err != nil {
			return err
		}
		defer file.Close()
		archive = file
	}
	plain, err := gzip.NewReader(archive)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if _, err := rootfs.New(dir).Extract(plain, "/"); err != nil {
		return err
	}
	// What follows the archive's end still has to pass gzip's checksum: a stream that was cut must not pass for a whole one.
	_, err = io.Copy(io.Discard, plain)
	return err
}
