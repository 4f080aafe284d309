package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// deliver writes the files that were asked for and pushes, in Kaniko's order: a digest file is there even if the push then fails.
func (e *executor) deliver(image v1.Image) error {
	if e.o.digestFile != "" {
		if err := writeDigest(e.o.digestFile, image); err != nil {
			return fmt.Errorf("writing digest to file failed: %w", err)
		}
	}
	if e.o.tarPath != "" {
		if err := writeTar(e.o.tarPath, image, e.o.destinations); err != nil {
			return fmt.Errorf("writing tarball to file failed: %w", err)
		}
	}
	if e.o.noPush {
		e.log.Info("Skipping push to container registry due to --no-push flag")
		return nil
	}
	return e.client.Push(image, e.o.destinations)
}

func writeDigest(file string, image v1.Image) error {
	digest, err := image.Digest()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(digest.String()), 0o644)
}

// writeTar writes a docker-save archive; Kaniko too makes up a name when there is no destination.
func writeTar(path string, image v1.Image, destinations []string) error {
	if len(destinations) == 0 {
		destinations = []string{"docker.io/unset-repo/unset-image-name"}
	}
	tags := map[name.Tag]v1.Image{}
	for _, d := range destinations {
		tag, err := name.NewTag(d, name.WeakValidation)
		if err != nil {
			return fmt.Errorf("getting tag for destination: %w", err)
		}
		tags[tag] = image
	}
	return tarball.MultiWriteToFile(path, tags)
}
