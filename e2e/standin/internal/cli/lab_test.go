package cli

import (
	"bytes"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	fake "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// lab is an executor in a root file system of its own (RUN alone sees the machine's programs) and a registry that it can reach.
type lab struct {
	t        *testing.T
	root     string
	host     string
	env      map[string]string
	stdin    io.Reader
	requests []string
	refuse   func(r *http.Request) int // status to answer with, 0 to serve
}

func newLab(t *testing.T) *lab {
	l := &lab{t: t, root: t.TempDir(), env: map[string]string{"container": "kube"}, refuse: func(*http.Request) int { return 0 }}
	registry := fake.New(fake.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l.requests = append(l.requests, r.Method+" "+r.URL.Path)
		if status := l.refuse(r); status != 0 {
			w.Header().Set("WWW-Authenticate", `Basic realm="lab"`)
			w.WriteHeader(status)
			return
		}
		registry.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	l.host = strings.TrimPrefix(server.URL, "http://")
	l.write("/kaniko/executor", "")
	l.write("/proc/self/mountinfo", "1 0 0:1 / / rw - overlay o rw\n2 1 0:2 / /etc/hosts rw - tmpfs t rw\n")
	l.write("/kaniko/buildcontext/Dockerfile", "FROM scratch\n")
	t.Chdir(t.TempDir())
	return l
}

func (l *lab) path(p string) string { return filepath.Join(l.root, p) }

func (l *lab) write(p, text string) {
	l.t.Helper()
	l.check(os.MkdirAll(filepath.Dir(l.path(p)), 0o755))
	l.check(os.WriteFile(l.path(p), []byte(text), 0o644))
}

func (l *lab) read(p string) string {
	l.t.Helper()
	text, err := os.ReadFile(l.path(p))
	l.check(err)
	return string(text)
}

func (l *lab) check(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// main runs the executor and returns its exit code, its standard output and its log.
func (l *lab) main(args ...string) (code int, stdout, messages string) {
	var out, err bytes.Buffer
	code = Main(World{
		Args:       args,
		Env:        func(name string) (string, bool) { value, set := l.env[name]; return value, set },
		Stdin:      l.stdin,
		Stdout:     &out,
		Stderr:     &err,
		Root:       l.root,
		Executable: l.path("/kaniko/executor"),
	})
	return code, out.String(), err.String()
}

// build runs the executor on a Dockerfile, pushes, and expects success.
func (l *lab) build(dockerfile string, args ...string) (v1.Image, string) {
	l.t.Helper()
	l.write("/kaniko/buildcontext/Dockerfile", dockerfile)
	code, stdout, log := l.main(append(l.args(), args...)...)
	if code != 0 {
		l.t.Fatalf("exit code %d:\n%s", code, log)
	}
	ref, err := name.ParseReference(l.host + "/t/image:1")
	l.check(err)
	image, err := remote.Image(ref)
	l.check(err)
	return image, stdout
}

func (l *lab) args() []string {
	return []string{"--context=dir://" + l.path("/kaniko/buildcontext"), "--dockerfile=" + l.path("/kaniko/buildcontext/Dockerfile"), "--destination=" + l.host + "/t/image:1", "--log-format=text"}
}

// files are what a container of the image would see.
func (l *lab) files(image v1.Image) map[string]string {
	l.t.Helper()
	dir := l.t.TempDir()
	l.unpack(mutate.Extract(image), dir)
	found := map[string]string{}
	l.check(filepath.WalkDir(dir, func(p string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(p)
		found[strings.TrimPrefix(p, dir)] = string(text)
		return err
	}))
	return found
}
