// Package build carries out a Dockerfile the way Kaniko does: in the container's own root file system, one layer for each
// instruction that changes files.
package build

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/sirupsen/logrus"

	"k8s-hooks/e2e/standin/internal/rootfs"
)

// Request is what to build.
type Request struct {
	Dockerfile, Context          string
	Excludes                     func(file string) bool // files of the context that are not to be seen
	Targets, BuildArgs, Labels   []string
	Format                       string // docker, oci, or that of the base image
	Reproducible                 bool
	CopyAsRoot, RunHonorGroup    bool // FF_KANIKO_COPY_AS_ROOT, FF_KANIKO_RUN_HONOR_GROUP
	ExpandHeredoc, ChownWorkdirs bool // FF_KANIKO_EXPAND_HEREDOC, FF_KANIKO_CHOWN_ON_IMPLICIT_DIRS
}

// Builder is where and with what to build.
type Builder struct {
	Root           *rootfs.Root
	Work           string // for layers and the files of finished stages
	Pull           func(image string, platform v1.Platform) (v1.Image, error)
	Log            *logrus.Logger
	Stdout, Stderr io.Writer // of RUN
}

// Build returns the image of the first target. An *exec.ExitError in the error's chain is that of a RUN.
func (b *Builder) Build(r Request) (v1.Image, error) {
	plan, err := newPlan(r.Dockerfile, r.Targets, r.BuildArgs)
	if err != nil {
		return nil, err
	}
	images, err := b.pullBases(plan, r.Format)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(b.Work, "layers"), 0o755); err != nil {
		return nil, err
	}
	scopes := map[int]*scope{-1: plan.scope.blank()}
	for n, i := range plan.needed {
		if n > 0 {
			if err := b.leave(plan.needed[n-1], plan.copied); err != nil {
				return nil, err
			}
		}
		base, image := plan.base(i), images[i]
		if base >= 0 {
			image = images[base]
		}
		b.Log.Infof("Building stage '%s' [idx: '%d', base-idx: '%d']", plan.stages[i].BaseName, i, base)
		stage, err := b.newStage(image, i, scopes[base], r)
		if err != nil {
			return nil, err
		}
		if images[i], err = stage.build(plan.stages[i].Commands, i == plan.final, plan.copied[i]); err != nil {
			return nil, err
		}
		scopes[i] = stage.scope
	}
	return images[plan.final], nil
}

// pullBases finds the base images of all needed stages that do not start from another one, before anything is built.
func (b *Builder) pullBases(p *plan, format string) (map[int]v1.Image, error) {
	bases := map[int]v1.Image{}
	for _, i := range p.needed {
		stage := p.stages[i]
		if stage.Name != "" {
			b.Log.Infof("Resolved base name of %s to %s", stage.Name, stage.BaseName)
		}
		if p.base(i) >= 0 {
			continue
		}
		image, err := b.pull(stage.BaseName, stage.Platform, format)
		if err != nil {
			return nil, err
		}
		bases[i] = image
	}
	return bases, nil
}

// leave empties the root after a stage, keeping the files aside if a later stage copies some of them.
func (b *Builder) leave(stage int, copied map[int]bool) error {
	b.Log.Info("Deleting filesystem...")
	aside := ""
	if copied[stage] {
		aside = b.stageDir(strconv.Itoa(stage))
	}
	if err := b.Root.Clear(aside); err != nil {
		return fmt.Errorf("deleting file system after stage %d: %w", stage, err)
	}
	return nil
}

func (b *Builder) stageDir(name string) string { return filepath.Join(b.Work, "stages", name) }

func (b *Builder) pull(name, platform, format string) (v1.Image, error) {
	wanted, err := v1.ParsePlatform(platform)
	if err != nil {
		return nil, fmt.Errorf("invalid platform %q: %w", platform, err)
	}
	if platform == "" {
		wanted = hostPlatform()
	}
	image := empty.Image
	if name != "scratch" {
		if image, err = b.Pull(name, *wanted); err != nil {
			return nil, err
		}
	}
	return withFormat(image, format)
}

// finish gives the image its config, with the time of the build unless it is to be reproducible.
func finish(image v1.Image, config v1.Config, author string, reproducible bool) (v1.Image, error) {
	file, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	file = file.DeepCopy()
	file.Config, file.OS, file.Created = config, "linux", v1.Time{Time: time.Now()}
	if file.Architecture == "" {
		file.Architecture = hostPlatform().Architecture
	}
	if author != "" {
		file.Author = author
	}
	if reproducible {
		file.Created = v1.Time{}
	}
	return mutate.ConfigFile(image, file)
}
