package rootfs

import (
	"slices"
	"strings"
	"testing"
)

func TestOwner(t *testing.T) {
	at := t.TempDir()
	put(t, at, map[string]string{"etc/passwd": "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001:App:/home/app:/bin/sh\n", "etc/group": "root:x:0:\nextra:x:2000:app\n"})
	cases := map[string]Owner{
		"app": {1000, 1001}, "1000": {1000, 1001}, "app:extra": {1000, 2000}, "app:7": {1000, 7}, "5": {5, 5}, "5:6": {5, 6},
	}
	for spec, want := range cases {
		if got, err := New(at).Owner(spec); err != nil || got != want {
			t.Errorf("%s is %v (%v), want %v", spec, got, err, want)
		}
	}
	for _, spec := range []string{"nobody", "app:nogroup"} {
		if got, err := New(at).Owner(spec); err == nil {
			t.Errorf("%s is %v, want an error", spec, got)
		}
	}
	account, err := New(at).Account("app")
	check(t, err)
	if account.Home != "/home/app" || !slices.Equal(account.Groups, []int{2000}) {
		t.Errorf("got %+v", account)
	}
}

func TestMountPoints(t *testing.T) {
	text := "1 0 0:1 / / rw - overlay o rw\n2 1 0:2 / /proc rw - proc p rw\n3 1 8:1 /x /with\\040blank ro - ext4 d rw\n"
	if got := MountPoints(strings.NewReader(text)); !slices.Equal(got, []string{"/proc", "/with blank"}) {
		t.Errorf("got %v", got)
	}
}

func TestRootIgnoresWhatLiesBelow(t *testing.T) {
	root := New("/r", "/kaniko", "/etc/hosts").Without("vol")
	for name, want := range map[string]bool{"/kaniko": true, "/kaniko/x/y": true, "/kaniko2": false, "/etc": false, "/etc/hosts": true, "/vol/x": true, "/": false} {
		if got := root.Ignores(name); got != want {
			t.Errorf("%s: %t", name, got)
		}
	}
	if !root.holdsIgnored("/etc") || root.holdsIgnored("/et") {
		t.Error("holdsIgnored is about whole path elements")
	}
	if p := root.Name(root.Path("../a/b")); p != "/a/b" {
		t.Errorf("got %s", p)
	}
}
