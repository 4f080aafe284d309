package cli

import (
	"fmt"
	"runtime"
	"strconv"
	"time"

	"github.com/spf13/pflag"
)

// flag is a flag of Kaniko v1.28 that the stand-in executor knows but does nothing for.
type flag struct {
	name  string
	value any // its default, which also tells its type
	why   string
}

// noDifference are accepted: with them or without, the stand-in executor makes the same image.
var noDifference = []flag{
	{"cache-copy-layers", false, "there is no cache"},
	{"cache-dir", "/cache", "there is no cache"},
	{"cache-run-layers", true, "there is no cache"},
	{"cache-ttl", 336 * time.Hour, "there is no cache"},
	{"cleanup", false, "nothing runs in the container after the build"},
	{"compressed-caching", true, "layers are never held in memory"},
	{"compression-level", -1, "layers are always packed fast"},
	{"credential-helpers", []string{}, "there are none"},
	{"force-build-metadata", false, "deprecated, without effect in Kaniko v1.28 too"},
	{"git", "", "git contexts are refused"},
	{"image-fs-extract-retry", 0, "a failed unpacking is final"},
	{"materialize", false, "there is no cache that could make unpacking superfluous"},
	{"no-push-cache", false, "there is no cache"},
	{"pre-cleanup", false, "the executor's image holds nothing else"},
	{"push-ignore-immutable-tag-errors", false, "registries with immutable tags are not tested with"},
	{"single-snapshot", false, "the files are the same, in more layers"},
	{"skip-unused-stages", true, "deprecated, without effect in Kaniko v1.28 too"},
	{"use-new-run", false, "only another way to find what RUN changed"},
}

// refused are known, and an error unless they have their default: Kaniko would do something that the stand-in executor does not.
var refused = []flag{
	{"annotation", []string{}, "it writes no annotations"},
	{"bucket", "", "it fetches no contexts"},
	{"cache", false, "it has no layer cache"},
	{"cache-repo", "", "it has no layer cache"},
	{"compression", "gzip", "it writes gzip only"},
	{"custom-platform", "linux/" + runtime.GOARCH, "it builds for its own platform only"},
	{"dryrun", false, "it prints no plan"},
	{"image-name-tag-with-digest-file", "", "it writes --digest-file only"},
	{"image-name-with-digest-file", "", "it writes --digest-file only"},
	{"oci-layout-path", "", "it writes --tar-path only"},
	{"preserve-context", false, "it restores no files between stages"},
	{"registry-client-cert", []string{}, "it does no mutual TLS"},
	{"secret", []string{}, "it does no RUN --mount=type=secret"},
}

// declare adds the flags of both tables to a command's flags.
func declare(flags *pflag.FlagSet, tables ...[]flag) {
	for _, table := range tables {
		for _, f := range table {
			usage := fmt.Sprintf("Known to the stand-in executor, not done: %s", f.why)
			switch value := f.value.(type) {
			case bool:
				flags.Bool(f.name, value, usage)
			case int:
				flags.Int(f.name, value, usage)
			case string:
				flags.String(f.name, value, usage)
			case time.Duration:
				flags.Duration(f.name, value, usage)
			case []string:
				flags.StringArray(f.name, value, usage)
			}
		}
	}
}

// refuse fails if a refused flag was given another value than its default.
func refuse(flags *pflag.FlagSet) error {
	for _, f := range refused {
		given := flags.Lookup(f.name)
		if given != nil && given.Changed && given.Value.String() != given.DefValue {
			return fmt.Errorf("the stand-in executor refuses --%s=%s, which Kaniko would honour: %s", f.name, strconv.Quote(given.Value.String()), f.why)
		}
	}
	return nil
}
