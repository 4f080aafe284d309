// Package registry speaks to image registries with Kaniko's options: which hosts use plain HTTP, whose certificates are trusted, and
// which mirrors stand before a registry.
package registry

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/sirupsen/logrus"
)

// Options are Kaniko's registry flags, as given.
type Options struct {
	Insecure, InsecurePull, SkipTLSVerify, SkipTLSVerifyPull, SkipFallback bool
	InsecureRegistries, SkipTLSRegistries, Certificates, Mirrors, Maps     []string
	DownloadRetry, PushRetry                                               int
}

// Client pulls and pushes images.
type Client struct {
	options Options
	log     *logrus.Logger
	sleep   func(time.Duration)
	maps    map[string][]string // registry → registries, with a path or without, to ask before it
	pulled  map[string]v1.Image
}

// NewClient fails if an option is malformed. It waits with sleep before it tries again.
func NewClient(options Options, log *logrus.Logger, sleep func(time.Duration)) (*Client, error) {
	c := &Client{options, log, sleep, map[string][]string{}, map[string]v1.Image{}}
	maps := strings.FieldsFunc(strings.Join(options.Maps, ";"), func(r rune) bool { return r == ';' })
	for _, mirror := range options.Mirrors {
		maps = append(maps, name.DefaultRegistry+"="+mirror)
	}
	for _, m := range maps {
		from, to, ok := strings.Cut(m, "=")
		if !ok {
			return nil, fmt.Errorf("invalid argument %q for \"--registry-map\" flag: expected format is 'original-registry=new-registry'", m)
		}
		registry, err := name.NewRegistry(from) // knows that docker.io is index.docker.io
		if err != nil {
			return nil, err
		}
		c.maps[registry.Name()] = append(c.maps[registry.Name()], to)
	}
	for _, certificate := range options.Certificates {
		if !strings.Contains(certificate, "=") {
			return nil, fmt.Errorf("invalid argument %q for \"--registry-certificate\" flag: expected format is 'my.registry.url=/path/to/certificate'", certificate)
		}
	}
	return c, nil
}

// scheme returns the parse options for a name on a registry: plain HTTP only where it was asked for (go-containerregistry adds
// localhost and private addresses by itself).
func (c *Client) scheme(registry string, allInsecure bool) []name.Option {
	if allInsecure || slices.Contains(c.options.InsecureRegistries, registry) {
		return []name.Option{name.WeakValidation, name.Insecure}
	}
	return []name.Option{name.WeakValidation}
}

func (c *Client) transport(registry string, skipVerify bool) (http.RoundTripper, error) {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.TLSClientConfig = &tls.Config{InsecureSkipVerify: skipVerify || slices.Contains(c.options.SkipTLSRegistries, registry)}
	for _, certificate := range c.options.Certificates {
		host, file, _ := strings.Cut(certificate, "=")
		if host != registry {
			continue
		}
		trusted, err := x509.SystemCertPool()
		if err != nil {
			return nil, err
		}
		pem, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("failed to load certificate %s for %s: %w", file, host, err)
		}
		if !trusted.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("failed to append certificate %s for %s", file, host)
		}
		t.TLSClientConfig.RootCAs = trusted
	}
	return t, nil
}

// retry calls f once and up to the given number of times more, waiting 1 s, 2 s, 4 s, …
func (c *Client) retry(times int, f func() error) error {
	err := f()
	for i := 0; err != nil && i < times; i++ {
		wait := time.Second << i
		c.log.Warnf("Retrying operation after %s due to %v", wait, err)
		c.sleep(wait)
		err = f()
	}
	if err != nil && times > 0 {
		return fmt.Errorf("unable to complete operation after %d attempts, last error: %w", times+1, err)
	}
	return err
}
