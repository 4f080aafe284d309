package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"k8s-hooks/e2e/standin/internal/build"
	"k8s-hooks/e2e/standin/internal/registry"
)

// logging are the flags that every command has.
type logging struct {
	verbosity, format string
	timestamp, force  bool
}

func (l *logging) declare(flags *pflag.FlagSet) {
	flags.StringVarP(&l.verbosity, "verbosity", "v", "info", "Log level (trace, debug, info, warn, error, fatal, panic)")
	flags.StringVar(&l.format, "log-format", "color", "Log format (text, color, json)")
	flags.BoolVar(&l.timestamp, "log-timestamp", false, "Timestamp in log output")
	flags.BoolVar(&l.force, "force", false, "Force building outside of a container")
}

// pushing are the flags that the build and "push" have in common.
type pushing struct {
	registry            registry.Options
	destinations        []string
	skipPermissionCheck bool
}

func (p *pushing) declare(flags *pflag.FlagSet) {
	r := &p.registry
	flags.StringArrayVarP(&p.destinations, "destination", "d", nil, "Registry the image is pushed to, repeatable")
	flags.BoolVar(&p.skipPermissionCheck, "skip-push-permission-check", false, "Skip check of the push permission")
	flags.BoolVar(&r.Insecure, "insecure", false, "Push to any registry by plain HTTP")
	flags.BoolVar(&r.InsecurePull, "insecure-pull", false, "Pull from any registry by plain HTTP")
	flags.BoolVar(&r.SkipTLSVerify, "skip-tls-verify", false, "Push without TLS verification")
	flags.BoolVar(&r.SkipTLSVerifyPull, "skip-tls-verify-pull", false, "Pull without TLS verification")
	flags.StringArrayVar(&r.InsecureRegistries, "insecure-registry", nil, "Registry to speak plain HTTP to, repeatable")
	flags.StringArrayVar(&r.SkipTLSRegistries, "skip-tls-verify-registry", nil, "Registry whose certificate is not verified, repeatable")
	flags.StringArrayVar(&r.Certificates, "registry-certificate", nil, "registry=/path/to/certificate to trust, repeatable")
	flags.StringArrayVar(&r.Mirrors, "registry-mirror", nil, "Mirror of docker.io, repeatable")
	flags.StringArrayVar(&r.Maps, "registry-map", nil, "registry=mirror[;registry=mirror...], repeatable")
	flags.BoolVar(&r.SkipFallback, "skip-default-registry-fallback", false, "Fail if an image is on no mirror")
	flags.IntVar(&r.PushRetry, "push-retry", 0, "Number of retries of a push")
	flags.IntVar(&r.DownloadRetry, "image-download-retry", 0, "Number of retries of a download")
}

// options are the flags of the build.
type options struct {
	pushing
	build.Request
	context, contextSubPath, dockerfile, snapshotMode string
	digestFile, tarPath                               string
	ignorePaths                                       []string
	noPush, ignoreVarRun                              bool
}

func (o *options) declare(flags *pflag.FlagSet) {
	o.pushing.declare(flags)
	flags.StringVarP(&o.context, "context", "c", "/workspace/", "Path to the build context")
	flags.StringVar(&o.contextSubPath, "context-sub-path", "", "Sub path within the given context")
	flags.StringVarP(&o.dockerfile, "dockerfile", "f", "Dockerfile", "Path to the Dockerfile")
	flags.StringArrayVar(&o.BuildArgs, "build-arg", nil, "Value of an ARG, repeatable")
	flags.StringArrayVar(&o.Targets, "target", nil, "Stage to build, repeatable; the first is pushed")
	flags.StringArrayVar(&o.Labels, "label", nil, "Label of the image, repeatable")
	flags.StringVar(&o.Format, "image-format", "", "Format of the image (docker, oci)")
	flags.BoolVar(&o.Reproducible, "reproducible", false, "Strip timestamps out of the image")
	flags.StringVar(&o.snapshotMode, "snapshot-mode", "full", "How changes are found (full, redo, time)")
	flags.BoolVar(&o.noPush, "no-push", false, "Do not push the image")
	flags.StringVar(&o.tarPath, "tar-path", "", "File to save the image in as a docker-save archive")
	flags.StringVar(&o.digestFile, "digest-file", "", "File for the digest")
	flags.BoolVar(&o.ignoreVarRun, "ignore-var-run", true, "Leave /var/run out of the image")
	flags.StringArrayVar(&o.ignorePaths, "ignore-path", nil, "Path to leave out of the image, repeatable")
	declare(flags, noDifference, refused)
}

// complete adds what Kaniko takes from the environment, and validates.
func (o *options) complete(env func(string) (string, bool)) error {
	for i, arg := range o.BuildArgs {
		if !strings.Contains(arg, "=") {
			value, _ := env(arg)
			o.BuildArgs[i] = arg + "=" + value
		}
	}
	if mirror, set := env("KANIKO_REGISTRY_MIRROR"); set {
		o.registry.Mirrors = append(o.registry.Mirrors, mirror)
	}
	if registryMap, set := env("KANIKO_REGISTRY_MAP"); set {
		o.registry.Maps = append(o.registry.Maps, registryMap)
	}
	isSet := func(name string) bool {
		value, _ := env(name)
		set, err := strconv.ParseBool(value)
		return err == nil && set
	}
	o.noPush = o.noPush || isSet("KANIKO_NO_PUSH")
	o.CopyAsRoot, o.RunHonorGroup = isSet("FF_KANIKO_COPY_AS_ROOT"), isSet("FF_KANIKO_RUN_HONOR_GROUP")
	o.ExpandHeredoc, o.ChownWorkdirs = isSet("FF_KANIKO_EXPAND_HEREDOC"), isSet("FF_KANIKO_CHOWN_ON_IMPLICIT_DIRS")
	return o.validate()
}

func (o *options) validate() error {
	switch {
	case !slices.Contains([]string{"full", "redo", "time"}, o.snapshotMode):
		return fmt.Errorf("%s is not a valid snapshot mode", o.snapshotMode)
	case !slices.Contains([]string{"", "docker", "oci"}, o.Format):
		return fmt.Errorf("invalid argument %q for \"--image-format\" flag: must be either \"docker\" or \"oci\"", o.Format)
	case o.tarPath != "" && o.Format == "oci":
		return errors.New("--tar-path writes Docker archives only and cannot be combined with --image-format=oci")
	case !o.noPush && len(o.destinations) == 0:
		return errors.New("you must provide --destination, or use --no-push")
	}
	return nil
}
