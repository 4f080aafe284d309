package registry

import (
	"fmt"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Pull finds an image by name: first on the mirrors of its registry, then there.
func (c *Client) Pull(image string, platform v1.Platform) (v1.Image, error) {
	c.log.Infof("Retrieving image manifest %s", image)
	if known, ok := c.pulled[image]; ok {
		c.log.Info("Returning cached image manifest")
		return known, nil
	}
	ref, err := name.ParseReference(image, name.WeakValidation)
	if err != nil {
		return nil, err
	}
	registry := ref.Context().RegistryStr()
	for _, mirror := range c.maps[registry] {
		host, prefix, _ := strings.Cut(mirror, "/")
		mapped := host + "/" + strings.TrimPrefix(strings.TrimSuffix(prefix, "/")+"/", "/") + ref.Context().RepositoryStr() + separator(ref) + ref.Identifier()
		c.log.Infof("Retrieving image %s from mapped registry %s", mapped, host)
		found, err := c.fetch(mapped, host, platform)
		if err == nil {
			c.pulled[image] = found
			return found, nil
		}
		c.log.Warnf("Failed to retrieve image %s from remapped registry %s: %s. Will try with the next registry, or fallback to the original registry.", mapped, host, err)
	}
	if len(c.maps[registry]) > 0 && c.options.SkipFallback {
		return nil, fmt.Errorf("image not found on any configured mapped registries for %s", ref)
	}
	c.log.Infof("Retrieving image %s from registry %s", ref, registry)
	found, err := c.fetch(ref.Name(), registry, platform)
	if err == nil {
		c.pulled[image] = found
	}
	return found, err
}

func (c *Client) fetch(image, registry string, platform v1.Platform) (found v1.Image, err error) {
	ref, err := name.ParseReference(image, c.scheme(registry, c.options.InsecurePull)...)
	if err != nil {
		return nil, err
	}
	transport, err := c.transport(registry, c.options.SkipTLSVerifyPull)
	if err != nil {
		return nil, err
	}
	err = c.retry(c.options.DownloadRetry, func() error {
		found, err = remote.Image(ref, remote.WithTransport(transport), remote.WithPlatform(platform), remote.WithAuthFromKeychain(authn.DefaultKeychain))
		return err
	})
	return found, err
}

func separator(ref name.Reference) string {
	if _, ok := ref.(name.Digest); ok {
		return "@"
	}
	return ":"
}
