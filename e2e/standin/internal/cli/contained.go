package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// What Kaniko takes for the name of a container runtime in the cgroup and elsewhere.
var runtimes = []string{"docker", "rkt", "systemd-nspawn", "lxc", "openvz", "kube", "garden", "podman", "gvisor", "firejail", "wsl"}

var overlayRoot = regexp.MustCompile(`(?m)^[^ ]+ / overlay`)

// isContained tells whether anything below root says that this is a container, by the same signs as Kaniko.
func isContained(root string, env func(string) (string, bool)) bool {
	exists := func(file string) bool {
		_, err := os.Stat(filepath.Join(root, file))
		return err == nil
	}
	if slices.ContainsFunc([]string{"/run/.containerenv", "/.dockerenv", "/var/run/secrets/kubernetes.io/serviceaccount", "/__runsc_containers__"}, exists) {
		return true
	}
	read := func(file string) string {
		text, _ := os.ReadFile(filepath.Join(root, file))
		return string(text)
	}
	container, _ := env("container")
	for _, text := range []string{read("/proc/self/cgroup"), read("/proc/1/cmdline"), container, read("/run/systemd/container")} {
		if slices.ContainsFunc(runtimes, func(name string) bool { return strings.Contains(text, name) }) {
			return true
		}
	}
	return overlayRoot.MatchString(read("/proc/mounts"))
}
