package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/sirupsen/logrus"

	"k8s-hooks/e2e/standin/internal/build"
	"k8s-hooks/e2e/standin/internal/buildcontext"
	"k8s-hooks/e2e/standin/internal/registry"
	"k8s-hooks/e2e/standin/internal/rootfs"
)

// home is the executor's own folder, which is no part of any image.
const home = "/kaniko"

// executor is a build that has everything it needs.
type executor struct {
	world  World
	o      *options
	force  bool
	log    *logrus.Logger
	client *registry.Client
	work   string
}

// prepare does all that can be wrong with the arguments, the context and the Dockerfile's path.
func prepare(world World, o *options, force bool, log *logrus.Logger) (*executor, error) {
	e := &executor{world: world, o: o, force: force, log: log, work: filepath.Join(world.Root, home)}
	// Unlike Kaniko: a build overwrites the whole root file system, and this file lies in a source tree that people work in.
	if filepath.Dir(world.Executable) != e.work {
		return nil, fmt.Errorf("the stand-in executor only builds as %s/executor of a container, it is %s", home, world.Executable)
	}
	if dir, set := world.Env("KANIKO_DIR"); set && filepath.Clean(dir) != home {
		return nil, fmt.Errorf("the stand-in executor cannot move to KANIKO_DIR=%s, Kaniko can", dir)
	}
	err := o.complete(world.Env)
	if err != nil {
		return nil, err
	}
	if e.client, err = registry.NewClient(o.registry, log, time.Sleep); err != nil {
		return nil, err
	}
	if o.Context, err = buildcontext.Resolve(o.context, o.contextSubPath, world.Stdin, e.work); err != nil {
		return nil, fmt.Errorf("error resolving source context: %w", err)
	}
	if o.Dockerfile, err = buildcontext.TakeDockerfile(o.dockerfile, o.Context, e.work); err != nil {
		return nil, fmt.Errorf("error resolving dockerfile path: %w", err)
	}
	return e, nil
}

func (e *executor) run() error {
	if !isContained(e.world.Root, e.world.Env) {
		if !e.force {
			return errors.New("kaniko should only be run inside of a container, run with the --force flag if you are sure you want to continue")
		}
		e.log.Warn("Kaniko is being run outside of a container. This can have dangerous effects on your system")
	}
	if !e.o.noPush && !e.o.skipPermissionCheck {
		if err := e.client.CheckPush(e.o.destinations); err != nil {
			return fmt.Errorf("error checking push permissions -- make sure you entered the correct tag name, and that you are authenticated correctly, and try again: %w", err)
		}
	}
	image, err := e.build()
	if err != nil {
		return fmt.Errorf("error building image: %w", err)
	}
	if err := e.deliver(image); err != nil {
		return fmt.Errorf("error pushing image: %w", err)
	}
	return nil
}

func (e *executor) build() (image v1.Image, err error) {
	if e.o.Excludes, err = buildcontext.Excludes(e.o.Dockerfile, e.o.Context); err != nil {
		return nil, err
	}
	for _, p := range []*string{&e.o.tarPath, &e.o.digestFile} {
		if *p == "" {
			continue
		}
		if *p, err = filepath.Abs(*p); err != nil {
			return nil, err
		}
	}
	root, err := e.root()
	if err != nil {
		return nil, err
	}
	// A working directory of the executor's image would be deleted between two stages.
	if err := os.Chdir(e.world.Root); err != nil {
		return nil, err
	}
	b := build.Builder{Root: root, Work: e.work, Pull: e.client.Pull, Log: e.log, Stdout: e.world.Stdout, Stderr: e.world.Stderr}
	return b.Build(e.o.Request)
}

func (e *executor) root() (*rootfs.Root, error) {
	mounts, err := os.Open(filepath.Join(e.world.Root, "/proc/self/mountinfo"))
	if err != nil {
		return nil, err
	}
	defer mounts.Close()
	ignored := append(rootfs.MountPoints(mounts), home, "/etc/mtab", "/tmp/apt-key-gpghome")
	if e.o.ignoreVarRun {
		ignored = append(ignored, "/var/run")
	}
	return rootfs.New(e.world.Root, append(ignored, e.o.ignorePaths...)...), nil
}
