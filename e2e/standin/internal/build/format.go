package build

import (
	"runtime"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

func hostPlatform() *v1.Platform { return &v1.Platform{OS: "linux", Architecture: runtime.GOARCH} }

// withFormat renames the media types of an image to those of Docker or OCI; the blobs stay as they are.
func withFormat(image v1.Image, format string) (v1.Image, error) {
	manifest, config, layer := types.DockerManifestSchema2, types.DockerConfigJSON, types.DockerLayer
	switch format {
	case "":
		return image, nil
	case "oci":
		manifest, config, layer = types.OCIManifestSchema1, types.OCIConfigJSON, types.OCILayer
	}
	layers, err := image.Layers()
	if err != nil {
		return nil, err
	}
	renamed := mutate.ConfigMediaType(mutate.MediaType(empty.Image, manifest), config)
	for _, l := range layers {
		if renamed, err = mutate.Append(renamed, mutate.Addendum{Layer: l, MediaType: layer}); err != nil {
			return nil, err
		}
	}
	file, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	return mutate.ConfigFile(renamed, file)
}

// layerType is the media type of a new layer on an image.
func layerType(image v1.Image) (types.MediaType, error) {
	of, err := image.MediaType()
	if of == types.OCIManifestSchema1 {
		return types.OCILayer, err
	}
	return types.DockerLayer, err
}
