package registry

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	fake "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/sirupsen/logrus"
)

var linux = v1.Platform{OS: "linux", Architecture: "amd64"}

func serve(t *testing.T, start func(http.Handler) *httptest.Server, fail func() int) (*httptest.Server, string) {
	t.Helper()
	registry := fake.New(fake.Logger(log.New(io.Discard, "", 0)))
	server := start(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status := fail(); status != 0 {
			w.WriteHeader(status)
			return
		}
		registry.ServeHTTP(w, r)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(server.Close)
	return server, server.Listener.Addr().String()
}

func never() int { return 0 }

func client(t *testing.T, options Options) (*Client, *bytes.Buffer, *[]time.Duration) {
	t.Helper()
	var text bytes.Buffer
	logger := logrus.New()
	logger.SetOutput(&text)
	logger.SetFormatter(&logrus.TextFormatter{DisableTimestamp: true, DisableQuote: true})
	slept := &[]time.Duration{}
	c, err := NewClient(options, logger, func(d time.Duration) { *slept = append(*slept, d) })
	if err != nil {
		t.Fatal(err)
	}
	return c, &text, slept
}

func TestMirrors(t *testing.T) {
	_, host := serve(t, httptest.NewServer, never)
	seed, _, _ := client(t, Options{})
	if err := seed.Push(empty.Image, []string{host + "/hub/library/base:1", host + "/library/base:1"}); err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		options Options
		image   string
		want    string // in the log; an error if it begins with one
	}{
		"a mirror with a path":             {Options{Mirrors: []string{host + "/hub"}}, "base:1", "from mapped registry " + host},
		"a mirror without a path":          {Options{Mirrors: []string{host}}, "docker.io/library/base:1", "from mapped registry " + host},
		"the next one after a failure":     {Options{Mirrors: []string{host + "/nope", host + "/hub"}}, "base:1", "Failed to retrieve image " + host + "/nope/library/base:1"},
		"a map by Docker Hub's short name": {Options{Maps: []string{"docker.io=" + host + "/hub;quay.io=nowhere.invalid"}}, "base:1", "from mapped registry " + host},
		"a map of another registry":        {Options{Maps: []string{"ghcr.io=" + host + "/hub"}}, "ghcr.io/library/base:1", "from mapped registry " + host},
		"no fallback":                      {Options{Mirrors: []string{host + "/nope"}, SkipFallback: true}, "base:1", "error: image not found on any configured mapped registries for base:1"},
		"fallback to the registry itself":  {Options{Maps: []string{host + "=127.0.0.1:1"}}, host + "/library/base:1", "Retrieving image " + host + "/library/base:1 from registry " + host},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			puller, text, _ := client(t, c.options)
			_, err := puller.Pull(c.image, linux)
			if err != nil {
				fmt.Fprintf(text, "error: %s", err)
			}
			if !strings.Contains(text.String(), c.want) || strings.HasPrefix(c.want, "error") != (err != nil) {
				t.Errorf("got\n%s\nwant %q", text, c.want)
			}
		})
	}
}

func TestPullsAnImageOnce(t *testing.T) {
	_, host := serve(t, httptest.NewServer, never)
	c, text, _ := client(t, Options{})
	if err := c.Push(empty.Image, []string{host + "/x:1"}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := c.Pull(host+"/x:1", linux); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(text.String(), "from registry"); n != 1 || !strings.Contains(text.String(), "Returning cached image manifest") {
		t.Errorf("asked %d times:\n%s", n, text)
	}
}

func TestRetries(t *testing.T) {
	failures := 0
	_, host := serve(t, httptest.NewServer, func() int {
		if failures > 0 {
			failures--
			return 403
		}
		return 0
	})
	c, text, slept := client(t, Options{PushRetry: 2})
	failures = 2
	if err := c.Push(empty.Image, []string{host + "/x:1"}); err != nil {
		t.Errorf("%s\n%s", err, text)
	}
	if !slices.Equal(*slept, []time.Duration{time.Second, 2 * time.Second}) {
		t.Errorf("slept %v", *slept)
	}
	failures = 1000
	err := c.Push(empty.Image, []string{host + "/x:1"})
	if err == nil || !strings.Contains(err.Error(), "failed to push to destination "+host+"/x:1: unable to complete operation after 3 attempts, last error: ") {
		t.Errorf("got %v", err)
	}
}

func TestCertificates(t *testing.T) {
	server, host := serve(t, httptest.NewTLSServer, never)
	file := filepath.Join(t.TempDir(), "ca.crt")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		options Options
		want    string
	}{
		"unknown":                      {Options{}, "certificate"},
		"trusted":                      {Options{Certificates: []string{host + "=" + file}}, ""},
		"trusted for another registry": {Options{Certificates: []string{"other=" + file}}, "certificate"},
		"not there":                    {Options{Certificates: []string{host + "=/nope"}}, "failed to load certificate /nope for " + host},
		"not verified":                 {Options{SkipTLSRegistries: []string{host}}, ""},
		"not verified anywhere":        {Options{SkipTLSVerify: true}, ""},
		"not verified at pulls":        {Options{SkipTLSVerifyPull: true}, "certificate"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			pusher, _, _ := client(t, c.options)
			err := pusher.CheckPush([]string{host + "/x:1"})
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestPlainHTTPOnlyWhereAsked(t *testing.T) {
	const name = "registry.default.svc.cluster.local:5000"
	cases := map[string]struct {
		options Options
		want    string
	}{
		"not by itself":        {Options{}, "https"},
		"for that registry":    {Options{InsecureRegistries: []string{name}}, "http"},
		"for another registry": {Options{InsecureRegistries: []string{"registry"}}, "https"},
		"for every push":       {Options{Insecure: true}, "http"},
		"for every pull":       {Options{InsecurePull: true}, "https"},
	}
	for title, c := range cases {
		t.Run(title, func(t *testing.T) {
			pusher, _, _ := client(t, c.options)
			ref, _, err := pusher.destination(name + "/x:1")
			if err != nil || ref.Scheme() != c.want {
				t.Errorf("got %s (%v)", ref.Scheme(), err)
			}
		})
	}
}
