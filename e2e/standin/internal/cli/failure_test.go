package cli

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const prefix = "error building image: "

func lastLine(log string) string {
	lines := strings.Split(strings.TrimRight(log, "\n"), "\n")
	return lines[len(lines)-1]
}

func TestBuildFailures(t *testing.T) {
	const run = prefix + "error building stage: failed to execute command: "
	cases := map[string]struct {
		dockerfile string
		code       int
		want       string // the last line, with HOST for the registry and ROOT for the root
	}{
		"RUN with an exit code":        {"FROM scratch\nRUN exit 3", 3, run + "waiting for process to exit: exit status 3"},
		"RUN ended by a signal":        {"FROM scratch\nRUN kill -9 $$", 255, run + "waiting for process to exit: signal: killed"},
		"RUN without the program":      {"FROM scratch\nRUN [\"no-such-program\"]", 1, run + "starting command: exec: \"no-such-program\": executable file not found in $PATH"},
		"RUN without the shell":        {"FROM scratch\nSHELL [\"/no/sh\"]\nRUN x", 1, run + "starting command: fork/exec /no/sh: no such file or directory"},
		"a missing COPY source":        {"FROM scratch\nCOPY nope /", 1, prefix + "error building stage: failed to get files used from context: failed to get fileinfo for ROOT/kaniko/buildcontext/nope: lstat ROOT/kaniko/buildcontext/nope: no such file or directory"},
		"a wildcard without a match":   {"FROM scratch\nCOPY nope* /", 1, prefix + "error building stage: failed to get files used from context: copy failed: no source files specified"},
		"an unknown user":              {"FROM scratch\nUSER nobody\nRUN true", 1, run + "credentials: unknown user error looking up user nobody: not in /etc/passwd of the image"},
		"an unknown instruction":       {"FROM scratch\nRUM true", 1, prefix + "parsing dockerfile: dockerfile parse error on line 2: unknown instruction: RUM (did you mean RUN?)"},
		"no FROM":                      {"# nothing", 1, prefix + "parsing dockerfile: file with no instructions"},
		"a stage that is not there":    {"FROM scratch\nCOPY --from=7 /x /", 1, prefix + "stage 0: COPY --from=7 refers to a stage that does not exist"},
		"a base that is not there":     {"FROM HOST/no/such:1", 1, prefix + "GET http://HOST/v2/no/such/manifests/1: NAME_UNKNOWN: Unknown name"},
		"a base with a bad name":       {"FROM A:b:c", 1, prefix + "could not parse reference: A:b:c"},
		"a URL, which Kaniko fetches":  {"FROM scratch\nADD https://example.com/x /", 1, prefix + "error building stage: failed to get files used from context: the stand-in executor does not fetch https://example.com/x, Kaniko would"},
		"a mount, which Kaniko does":   {"FROM scratch\nRUN --mount=type=cache,target=/c true", 1, run + "the stand-in executor does not do RUN --mount=type=cache, Kaniko does"},
		"a mode, which Kaniko knows":   {"FROM scratch\nCOPY --chmod=u+x Dockerfile /", 1, run + "the stand-in executor knows octal --chmod only, not \"u+x\""},
		"a label of the wrong form":    {"FROM scratch", 1, prefix + "labels must be of the form key=value, got nonsense"},
		"a target that is not a stage": {"FROM scratch", 1, prefix + "error finding target stage: \"nope\" is not a valid target build stage"},
	}
	flags := map[string]string{"a label of the wrong form": "--label=nonsense", "a target that is not a stage": "--target=nope"}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			l.write("/kaniko/buildcontext/Dockerfile", strings.ReplaceAll(c.dockerfile, "HOST", l.host)+"\n")
			args := append(l.args(), "--digest-file="+l.path("/digest"))
			if flag := flags[name]; flag != "" {
				args = append(args, flag)
			}
			code, _, log := l.main(args...)
			want := strings.NewReplacer("HOST", l.host, "ROOT", l.root).Replace(c.want)
			if got := lastLine(log); code != c.code || got != want {
				t.Errorf("exit code %d, last line\n%s\nwant\n%s", code, got, want)
			}
			if _, err := os.Stat(l.path("/digest")); err == nil {
				t.Error("there is a digest")
			}
		})
	}
}

func TestRegistryFailures(t *testing.T) {
	const check = "error checking push permissions -- make sure you entered the correct tag name, and that you are authenticated correctly, and try again: checking push permission for \"HOST/t/image:1\": "
	answer := func(method, path string, status int) func(*http.Request) int {
		return func(r *http.Request) int {
			if (method == "" || r.Method == method) && strings.HasPrefix(r.URL.Path, path) {
				return status
			}
			return 0
		}
	}
	cases := map[string]struct {
		refuse func(*http.Request) int
		args   []string
		want   string // how the last line begins
		built  bool
	}{
		"no right to push is found before the build": {answer("POST", "/v2/t/image/blobs/uploads/", 403), nil, check + "POST http://HOST/v2/t/image/blobs/uploads/: unexpected status code 403", false},
		"credentials that are asked for":             {answer("", "", 401), nil, check + "POST http://HOST/v2/t/image/blobs/uploads/: unexpected status code 401 Unauthorized", false},
		"a push that is refused after the build":     {answer("PUT", "/v2/t/image/manifests/1", 403), nil, "error pushing image: failed to push to destination HOST/t/image:1: PUT http://HOST/v2/t/image/manifests/1: unexpected status code 403", true},
		"the same without the check":                 {answer("POST", "/v2/t/image/blobs/uploads/", 403), []string{"--skip-push-permission-check"}, "error pushing image: failed to push to destination HOST/t/image:1: POST ", true},
		"a registry that does not answer":            {nil, []string{"--destination=127.0.0.1:1/x:1"}, "error checking push permissions -- make sure you entered the correct tag name, and that you are authenticated correctly, and try again: checking push permission for \"127.0.0.1:1/x:1\": creating push check transport for 127.0.0.1:1 failed: Get \"http", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			if c.refuse != nil {
				l.refuse = c.refuse
			}
			l.write("/kaniko/buildcontext/Dockerfile", "FROM scratch\nCOPY Dockerfile /\n")
			code, _, log := l.main(append(append(l.args(), "--digest-file="+l.path("/digest")), c.args...)...)
			if want := strings.ReplaceAll(c.want, "HOST", l.host); code != 1 || !strings.HasPrefix(lastLine(log), want) {
				t.Errorf("exit code %d, last line\n%s\nwant\n%s", code, lastLine(log), want)
			}
			if _, err := os.Stat(l.path("/digest")); (err == nil) != c.built {
				t.Errorf("the digest file is there: %t, but Kaniko writes it between build and push", err == nil)
			}
		})
	}
}

func TestCredentialsComeFromDockerConfig(t *testing.T) {
	l := newLab(t)
	l.refuse = func(r *http.Request) int {
		if user, password, _ := r.BasicAuth(); user == "ci" && password == "s3:cret" {
			return 0
		}
		return 401
	}
	t.Setenv("DOCKER_CONFIG", l.path("/kaniko/.docker"))
	l.write("/kaniko/.docker/config.json", `{"auths":{"`+l.host+`":{"auth":"Y2k6czM6Y3JldA=="}}}`)
	l.write("/kaniko/buildcontext/Dockerfile", "FROM scratch\nCOPY Dockerfile /\n")
	if code, _, log := l.main(l.args()...); code != 0 {
		t.Errorf("exit code %d, log:\n%s", code, log)
	}
	l.write("/kaniko/.docker/config.json", `{"auths":{"`+l.host+`":{"auth":"Y2k="}}}`)
	if code, _, log := l.main(l.args()...); code != 1 || !strings.HasPrefix(lastLine(log), "error checking push permissions -- ") || !strings.Contains(log, "invalid auth configuration file") {
		t.Errorf("exit code %d, log:\n%s", code, log)
	}
}

func TestDigestFileThatCannotBeWritten(t *testing.T) {
	l := newLab(t)
	l.write("/file", "")
	code, _, log := l.main(append(l.args(), "--digest-file="+filepath.Join(l.path("/file"), "digest"))...)
	if code != 1 || !strings.HasPrefix(lastLine(log), "error pushing image: writing digest to file failed: ") {
		t.Errorf("exit code %d, log:\n%s", code, log)
	}
}
