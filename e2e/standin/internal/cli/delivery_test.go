package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/types"
)

func TestFirstLineSaysStandIn(t *testing.T) {
	cases := map[string]string{
		"json":  `{"level":"info","msg":"kaniko stand-in executor, not Kaniko","time":"`,
		"color": "\x1b[36mINFO\x1b[0m[",
		"text":  `time="`,
	}
	for format, want := range cases {
		l := newLab(t)
		code, _, log := l.main(append(l.args(), "--log-format="+format)...)
		first, _, _ := strings.Cut(log, "\n")
		if code != 0 || !strings.HasPrefix(first, want) || !strings.Contains(first, Banner) {
			t.Errorf("%s: exit code %d, first line %q", format, code, first)
		}
	}
}

func TestPushedLineAndDigestFileAgree(t *testing.T) {
	l := newLab(t)
	image, _ := l.build("FROM scratch\nCOPY Dockerfile /\n", "--digest-file="+l.path("/digest"), "--destination="+l.host+"/t/other:2", "--log-format=json")
	digest, err := image.Digest()
	l.check(err)
	if got := l.read("/digest"); got != digest.String() {
		t.Errorf("got %s, want %s", got, digest)
	}
	_, _, log := l.main(append(l.args(), "--digest-file="+l.path("/digest"), "--log-format=json", "--reproducible")...)
	var line struct{ Level, Msg string }
	l.check(json.Unmarshal([]byte(lastLine(log)), &line))
	if want := "Pushed " + l.host + "/t/image@" + l.read("/digest"); line.Msg != want || line.Level != "info" {
		t.Errorf("got %+v, want %s", line, want)
	}
}

func TestTarIsPushedLaterWithTheSameDigest(t *testing.T) {
	l := newLab(t)
	l.write("/kaniko/buildcontext/Dockerfile", "FROM scratch\nCOPY Dockerfile /\n")
	tar := l.path("/kaniko/out.tar")
	code, _, log := l.main(append(l.args(), "--no-push", "--tar-path="+tar, "--digest-file="+l.path("/digest"))...)
	if code != 0 || len(l.requests) > 0 || !strings.Contains(lastLine(log), "Skipping push to container registry due to --no-push flag") {
		t.Fatalf("exit code %d, requests %v, log:\n%s", code, l.requests, log)
	}
	info, err := os.Stat(tar)
	l.check(err)
	if info.Mode() != 0o644 {
		t.Errorf("mode %s, but push runs as another user", info.Mode())
	}
	code, _, log = l.main("push", tar, "--destination="+l.host+"/t/image:1", "--log-format=text")
	if code != 0 || !strings.Contains(lastLine(log), "Pushed "+l.host+"/t/image@"+l.read("/digest")) {
		t.Errorf("exit code %d, want %s, log:\n%s", code, l.read("/digest"), log)
	}
}

func TestPushFailuresAreFollowedByUsage(t *testing.T) {
	l := newLab(t)
	l.write("/broken.tar", "nonsense")
	code, _, log := l.main("push", l.path("/broken.tar"), "--destination="+l.host+"/t/image:1")
	if code != 1 || !strings.Contains(log, "Error: loading image: ") || !strings.Contains(log, "Usage:") {
		t.Errorf("exit code %d, log:\n%s", code, log)
	}
	code, _, log = l.main("push", l.path("/broken.tar"), "--destination=127.0.0.1:1/x:1")
	if code != 1 || !strings.Contains(log, "Error: checking push permissions: ") {
		t.Errorf("exit code %d, log:\n%s", code, log)
	}
}

func TestImageFormat(t *testing.T) {
	for format, want := range map[string]types.MediaType{"": types.DockerManifestSchema2, "docker": types.DockerManifestSchema2, "oci": types.OCIManifestSchema1} {
		l := newLab(t)
		l.build("FROM scratch\nCOPY Dockerfile /base\n", "--image-format=oci", "--destination="+l.host+"/t/base:1")
		l = &lab{t: t, root: newLab(t).root, host: l.host, env: l.env}
		base := "scratch"
		if format != "" {
			base = l.host + "/t/base:1"
		}
		image, _ := l.build("FROM "+base+"\nCOPY Dockerfile /\n", "--image-format="+format)
		manifest, err := image.Manifest()
		l.check(err)
		if manifest.MediaType != want {
			t.Errorf("%q: got %s", format, manifest.MediaType)
		}
		for _, layer := range manifest.Layers {
			if isOCI := strings.Contains(string(layer.MediaType), "oci"); isOCI != (format == "oci") {
				t.Errorf("%q: layer %s", format, layer.MediaType)
			}
		}
	}
}

func TestContexts(t *testing.T) {
	archive := pack(t, map[string]string{"Dockerfile": "FROM scratch\nCOPY f /\n", "f": "packed", "sub/Dockerfile": "FROM scratch\nCOPY f /\n", "sub/f": "below"})
	cases := map[string]struct {
		args  func(l *lab) []string
		stdin []byte
		want  string // content of /f, or what the log says
	}{
		"a directory":                      {func(l *lab) []string { return []string{"--context=dir://" + l.path("/kaniko/dir")} }, nil, "plain"},
		"a bare path":                      {func(l *lab) []string { return []string{"--context=" + l.path("/kaniko/dir")} }, nil, "plain"},
		"a bare path ignores the sub path": {func(l *lab) []string { return []string{"--context=" + l.path("/kaniko/dir"), "--context-sub-path=sub"} }, nil, "plain"},
		"an archive":                       {func(l *lab) []string { return []string{"--context=tar://" + l.path("/kaniko/c.tgz")} }, nil, "packed"},
		"a sub path of an archive": {func(l *lab) []string {
			return []string{"--context=tar://" + l.path("/kaniko/c.tgz"), "--context-sub-path=sub"}
		}, nil, "below"},
		"standard input":                       {func(*lab) []string { return []string{"--context=tar://stdin"} }, archive, "packed"},
		"standard input that is not gzipped":   {func(*lab) []string { return []string{"--context=tar://stdin"} }, bytes.Repeat([]byte{0}, 1024), "Error: error resolving source context: gzip: invalid header\n"},
		"standard input that was cut":          {func(*lab) []string { return []string{"--context=tar://stdin"} }, archive[:len(archive)-9], "Error: error resolving source context: unexpected EOF\n"},
		"standard input without its check sum": {func(*lab) []string { return []string{"--context=tar://stdin"} }, archive[:len(archive)-4], "Error: error resolving source context: unexpected EOF\n"},
		"the working directory's Dockerfile wins": {func(l *lab) []string {
			l.check(os.WriteFile("Dockerfile", []byte("FROM scratch\nCOPY f /g\nCOPY Dockerfile /f\n"), 0o644))
			return []string{"--context=" + l.path("/kaniko/dir")}
		}, nil, "FROM scratch\nCOPY f /\n"},
		"the Dockerfile's own .dockerignore wins": {func(l *lab) []string {
			l.write("/kaniko/dir/.dockerignore", "f\n")
			l.write("/kaniko/dir/Dockerfile.dockerignore", "x\n")
			return []string{"--context=" + l.path("/kaniko/dir")}
		}, nil, "plain"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			l.write("/kaniko/dir/Dockerfile", "FROM scratch\nCOPY f /\n")
			l.write("/kaniko/dir/f", "plain")
			l.write("/kaniko/c.tgz", string(archive))
			l.stdin = bytes.NewReader(c.stdin)
			code, _, log := l.main(append(c.args(l), "--destination="+l.host+"/t/image:1")...)
			if strings.HasPrefix(c.want, "Error") {
				if code != 1 || !strings.Contains(log, c.want) {
					t.Errorf("exit code %d, log:\n%s", code, log)
				}
				return
			}
			if code != 0 {
				t.Fatalf("exit code %d, log:\n%s", code, log)
			}
			if got := l.read("/f"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
