package registry

import (
	"fmt"
	"net/http"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// CheckPush begins an upload to every destination, and drops it.
func (c *Client) CheckPush(destinations []string) error {
	for _, d := range destinations {
		ref, rt, err := c.destination(d)
		if err != nil {
			return err
		}
		if err := remote.CheckPushPermission(ref, authn.DefaultKeychain, transport.NewRetry(rt)); err != nil {
			return fmt.Errorf("checking push permission for %q: %w", ref, err)
		}
	}
	return nil
}

// Push uploads an image to every destination and reports each in a line "Pushed <repository>@<digest>".
func (c *Client) Push(image v1.Image, destinations []string) error {
	digest, err := image.Digest()
	if err != nil {
		return err
	}
	for _, d := range destinations {
		ref, rt, err := c.destination(d)
		if err != nil {
			return err
		}
		c.log.Infof("Pushing image to %s", ref)
		err = c.retry(c.options.PushRetry, func() error {
			return remote.Write(ref, image, remote.WithTransport(rt), remote.WithAuthFromKeychain(authn.DefaultKeychain))
		})
		if err != nil {
			return fmt.Errorf("failed to push to destination %s: %w", ref, err)
		}
		c.log.Infof("Pushed %s", ref.Context().Digest(digest.String()))
	}
	return nil
}

func (c *Client) destination(d string) (name.Tag, http.RoundTripper, error) {
	ref, err := name.NewTag(d, name.WeakValidation)
	if err != nil {
		return ref, nil, fmt.Errorf("getting tag for destination: %w", err)
	}
	registry := ref.RegistryStr()
	if ref, err = name.NewTag(d, c.scheme(registry, c.options.Insecure)...); err != nil {
		return ref, nil, err
	}
	rt, err := c.transport(registry, c.options.SkipTLSVerify)
	return ref, rt, err
}
