package build

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"k8s-hooks/e2e/standin/internal/rootfs"
)

func newTestStage(t *testing.T, user string, r Request) *stage {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"passwd": "app:x:1000:1001::/home/app:/bin/sh\n", "group": "extra:x:2000:app\n"} {
		file := filepath.Join(dir, "etc", name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s := &stage{Builder: &Builder{Root: rootfs.New(dir)}, request: r, scope: &scope{vars: []string{"PATH=/bin"}}}
	s.config.User = user
	return s
}

func TestOwnerOfCopies(t *testing.T) {
	root, app := self(), rootfs.Owner{UID: 1000, GID: 1001}
	cases := map[string]struct {
		user       string
		copyAsRoot bool
		c          copying
		want       *rootfs.Owner
	}{
		"root by default":                {"", false, copying{}, &root},
		"USER, as in Kaniko":             {"app", false, copying{}, &app},
		"root, as in Docker":             {"app", true, copying{}, &root},
		"--chown":                        {"app", true, copying{chown: "7:8"}, &rootfs.Owner{UID: 7, GID: 8}},
		"that of the file in a stage":    {"app", false, copying{fromStage: true}, nil},
		"--chown of a file from a stage": {"", false, copying{fromStage: true, chown: "app"}, &app},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			spec, err := newTestStage(t, c.user, Request{CopyAsRoot: c.copyAsRoot}).copySpec(c.c)
			if err != nil || (spec.Owner == nil) != (c.want == nil) || spec.Owner != nil && *spec.Owner != *c.want {
				t.Errorf("got %v (%v), want %v", spec.Owner, err, c.want)
			}
		})
	}
}

func TestOwnersOfWorkdir(t *testing.T) {
	app := rootfs.Owner{UID: 1000, GID: 1001}
	for _, flag := range []bool{false, true} {
		above, last, err := newTestStage(t, "app", Request{ChownWorkdirs: flag}).workdirOwners()
		if err != nil || last != app || (above == app) != flag {
			t.Errorf("with the feature flag %t: above %v, last %v (%v)", flag, above, last, err)
		}
	}
}

func TestRunAs(t *testing.T) {
	cases := map[string]struct {
		user       string
		honorGroup bool
		uid, gid   int
		home       string
	}{
		"by name":                       {"app", false, 1000, 1001, "/home/app"},
		"by number":                     {"1000", false, 1000, 1001, "/home/app"},
		"without an entry":              {"7", false, 7, 0, "/"},
		"with a group that is ignored":  {"app:extra", false, 1000, 1001, "/home/app"},
		"with a group that is honoured": {"app:extra", true, 1000, 2000, "/home/app"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			account, env, err := newTestStage(t, c.user, Request{RunHonorGroup: c.honorGroup}).runAs()
			if err != nil {
				t.Fatal(err)
			}
			if account.UID != c.uid || account.GID != c.gid || !slices.Contains(env, "HOME="+c.home) {
				t.Errorf("got %+v, %v", account, env)
			}
		})
	}
	account, env, err := newTestStage(t, "", Request{}).runAs()
	if account != nil || err != nil || !slices.Contains(env, "HOME=/root") {
		t.Errorf("without USER: %+v, %v (%v)", account, env, err)
	}
}
