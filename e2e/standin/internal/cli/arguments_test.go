package cli

import (
	"os"
	"strings"
	"testing"
)

func TestArgumentErrorsAreFollowedByUsage(t *testing.T) {
	cases := map[string]struct {
		args []string
		want string
	}{
		"an unknown flag":                       {[]string{"--no-such-flag"}, "Error: unknown flag: --no-such-flag\n"},
		"an unknown short flag":                 {[]string{"-x"}, "Error: unknown shorthand flag: 'x' in -x\n"},
		"a flag without its value":              {[]string{"--context"}, "Error: flag needs an argument: --context\n"},
		"a value of the wrong type":             {[]string{"--push-retry=many"}, `Error: invalid argument "many" for "--push-retry" flag: `},
		"no destination":                        {nil, "Error: you must provide --destination, or use --no-push\n"},
		"a bad log format":                      {[]string{"--log-format=xml"}, `Error: not a valid log format: "xml". Please specify one of (text, color, json)`},
		"a bad verbosity":                       {[]string{"--verbosity=loud"}, "Error: parsing log level: "},
		"a bad image format":                    {[]string{"--no-push", "--image-format=rkt"}, `must be either "docker" or "oci"`},
		"a bad snapshot mode":                   {[]string{"--no-push", "--snapshot-mode=fast"}, "fast is not a valid snapshot mode"},
		"a bad certificate":                     {[]string{"--no-push", "--registry-certificate=x"}, `Error: invalid argument "x" for "--registry-certificate" flag`},
		"a bad registry map":                    {[]string{"--no-push", "--registry-map=x"}, `Error: invalid argument "x" for "--registry-map" flag`},
		"a tar of an OCI image":                 {[]string{"--no-push", "--tar-path=x", "--image-format=oci"}, "cannot be combined"},
		"a Dockerfile that is not there":        {[]string{"--no-push", "--dockerfile=/nope"}, "Error: error resolving dockerfile path: please provide a valid path to a Dockerfile within the build context with --dockerfile\n"},
		"a context that is not there":           {[]string{"--no-push", "--context=dir:///nope"}, "Error: error resolving source context: stat /nope: no such file or directory\n"},
		"a context of an unknown kind":          {[]string{"--no-push", "--context=ftp://x"}, "Error: error resolving source context: unknown build context prefix provided"},
		"a context that only Kaniko can fetch":  {[]string{"--no-push", "--context=git://x"}, "the stand-in executor cannot fetch git:// contexts"},
		"a flag that only Kaniko honours":       {[]string{"--no-push", "--cache=true"}, `Error: the stand-in executor refuses --cache="true"`},
		"a list that only Kaniko honours":       {[]string{"--no-push", "--secret=id=x"}, "Error: the stand-in executor refuses --secret="},
		"the digest file of push":               {[]string{"push", "x.tar", "--digest-file=d"}, "Error: unknown flag: --digest-file\n"},
		"push without destination":              {[]string{"push", "x.tar"}, "Error: at least one --destination is required\n"},
		"push without archive":                  {[]string{"push"}, "Error: accepts 1 arg(s), received 0\n"},
		"push of an archive that is not there":  {[]string{"push", "/nope.tar", "--destination=x"}, "Error: path /nope.tar not readable: "},
		"an old spelling":                       {[]string{"--snapshotMode=redo"}, "Error: unknown flag: --snapshotMode\n"},
		"a build argument as a second argument": {[]string{"nonsense"}, "Error: unknown command \"nonsense\" for \"executor\"\n"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			code, _, log := l.main(c.args...)
			if code != 1 || !strings.Contains(log, c.want) {
				t.Errorf("exit code %d, log:\n%s", code, log)
			}
			if _, usage, _ := strings.Cut(log, "Error: "); !strings.Contains(usage, "sage") {
				t.Errorf("no usage after the error:\n%s", log)
			}
			if len(l.requests) > 0 {
				t.Errorf("asked the registry: %v", l.requests)
			}
		})
	}
}

func TestFlagsWithoutDifferenceAreAccepted(t *testing.T) {
	args := []string{"--skip-unused-stages", "--image-fs-extract-retry=2", "--git=branch=x", "--cache-ttl=6h", "--compressed-caching=false", "--cache=false", "--compression=gzip", "--use-new-run"}
	l := newLab(t)
	if code, _, log := l.main(append(append(l.args(), "--no-push"), args...)...); code != 0 {
		t.Errorf("exit code %d:\n%s", code, log)
	}
}

func TestEveryFlagOfATableHasAReason(t *testing.T) {
	for _, table := range [][]flag{noDifference, refused} {
		for _, f := range table {
			if f.why == "" {
				t.Errorf("--%s has none", f.name)
			}
		}
	}
}

func TestBuildsOnlyInItsOwnImage(t *testing.T) {
	l := newLab(t)
	check := func(change func(*World), want string) {
		t.Helper()
		var log strings.Builder
		w := World{Args: []string{"--no-push", "--force"}, Env: os.LookupEnv, Stdout: &log, Stderr: &log, Root: l.root, Executable: l.path("/kaniko/executor")}
		change(&w)
		if code := Main(w); code != 1 || !strings.Contains(log.String(), want) {
			t.Errorf("exit code %d, log:\n%s", code, log.String())
		}
	}
	check(func(w *World) { w.Executable = "/home/me/standin" }, "Error: the stand-in executor only builds as /kaniko/executor of a container, it is /home/me/standin\n")
	check(func(w *World) { w.Env = func(string) (string, bool) { return "/kaniko2", true } }, "cannot move to KANIKO_DIR=/kaniko2")
}

func TestContainerSigns(t *testing.T) {
	cases := map[string]struct {
		file, text string
		want       bool
	}{
		"nothing":                   {"/proc/self/cgroup", "0::/user.slice\n", false},
		"a cgroup of kubepods":      {"/proc/self/cgroup", "1:cpu:/kubepods/burstable/x\n", true},
		"podman's file":             {"/run/.containerenv", "", true},
		"Docker's file":             {"/.dockerenv", "", true},
		"a service account's token": {"/var/run/secrets/kubernetes.io/serviceaccount/token", "", true},
		"firejail as process 1":     {"/proc/1/cmdline", "firejail", true},
		"systemd's file":            {"/run/systemd/container", "systemd-nspawn\n", true},
		"an overlay as root":        {"/proc/mounts", "proc /proc proc rw 0 0\noverlay / overlay rw 0 0\n", true},
		"an overlay elsewhere":      {"/proc/mounts", "overlay /x overlay rw 0 0\n", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			l.write(c.file, c.text)
			env := func(string) (string, bool) { return "", false }
			if got := isContained(l.root, env); got != c.want {
				t.Errorf("got %t", got)
			}
			clear(l.env)
			code, _, log := l.main(append(l.args(), "--no-push")...)
			if refused := strings.Contains(log, "kaniko should only be run inside of a container, run with the --force flag if you are sure you want to continue\n"); refused == c.want || (code == 0) != c.want {
				t.Errorf("exit code %d, log:\n%s", code, log)
			}
			if code, _, log := l.main(append(l.args(), "--no-push", "--force")...); code != 0 {
				t.Errorf("not forced, exit code %d:\n%s", code, log)
			}
		})
	}
}
