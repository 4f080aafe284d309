package build

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"k8s-hooks/e2e/standin/internal/rootfs"
)

// stage is one stage while it is built.
type stage struct {
	*Builder
	request Request
	index   int
	image   v1.Image
	config  v1.Config
	author  string
	scope   *scope
	cmdSet  bool            // CMD was given in this stage, not only in its base
	seen    rootfs.Snapshot // nil until the first RUN
}

func (b *Builder) newStage(base v1.Image, index int, from *scope, r Request) (*stage, error) {
	file, err := base.ConfigFile()
	if err != nil {
		return nil, err
	}
	s := &stage{Builder: b, request: r, index: index, image: base, config: *file.Config.DeepCopy()}
	if s.config.Env == nil {
		s.config.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
	}
	s.scope = from.enter(s.config.Env)
	return s, nil
}

// build returns the stage's image; copied tells that later stages take files of it.
func (s *stage) build(commands []instructions.Command, final, copied bool) (v1.Image, error) {
	onBuild, err := triggers(s.config.OnBuild)
	if err != nil {
		return nil, err
	}
	s.config.OnBuild = nil
	s.Log.Infof("Executing %d build triggers", len(onBuild))
	if final {
		if err := s.label(s.request.Labels); err != nil {
			return nil, err
		}
	}
	if err := s.run(slices.Concat(onBuild, commands), copied); err != nil {
		return nil, fmt.Errorf("error building stage: %w", err)
	}
	return finish(s.image, s.config, s.author, s.request.Reproducible)
}

func (s *stage) label(labels []string) error {
	for _, label := range labels {
		key, value, ok := strings.Cut(label, "=")
		if !ok {
			return fmt.Errorf("labels must be of the form key=value, got %s", label)
		}
		s.setLabel(key, value)
	}
	return nil
}

func (s *stage) run(commands []instructions.Command, copied bool) error {
	first := slices.IndexFunc(commands, needsFiles)
	switch {
	case first >= 0:
		s.Log.Infof("Unpacking rootfs as cmd %s requires it.", commands[first])
	case !copied:
		s.Log.Info("Skipping unpacking as no commands require it.")
	}
	if first >= 0 || copied {
		if err := s.Root.Unpack(s.image); err != nil {
			return fmt.Errorf("failed to get filesystem from image: %w", err)
		}
	}
	for _, command := range commands {
		if expandable, ok := command.(instructions.SupportsSingleWordExpansion); ok {
			if err := expandable.Expand(s.scope.expand); err != nil {
				return fmt.Errorf("failed to execute command: %w", err)
			}
		}
		sources, err := s.sources(command)
		if err != nil {
			return fmt.Errorf("failed to get files used from context: %w", err)
		}
		s.Log.Info(command)
		if err := s.execute(command, sources); err != nil {
			return fmt.Errorf("failed to execute command: %w", err)
		}
	}
	return nil
}

func needsFiles(command instructions.Command) bool {
	switch command.(type) {
	case *instructions.RunCommand, *instructions.CopyCommand, *instructions.AddCommand, *instructions.WorkdirCommand:
		return true
	}
	return false
}

func (s *stage) execute(command instructions.Command, sources []source) error {
	switch c := command.(type) {
	case *instructions.RunCommand:
		return s.executeRun(c)
	case *instructions.CopyCommand:
		return s.executeCopy(copying{c.SourcesAndDest, sources, c.Chown, c.Chmod, c.From != "", false}, c)
	case *instructions.AddCommand:
		return s.executeCopy(copying{c.SourcesAndDest, sources, c.Chown, c.Chmod, false, true}, c)
	case *instructions.WorkdirCommand:
		return s.executeWorkdir(c)
	}
	return s.configure(command)
}

// addLayer appends a layer for a command that changed files.
func (s *stage) addLayer(command instructions.Command, changed, gone []string) error {
	if len(changed)+len(gone) == 0 {
		s.Log.Info("No files were changed, appending empty layer to config. No layer added to image.")
		return nil
	}
	mediaType, err := layerType(s.image)
	if err != nil {
		return err
	}
	layers, err := s.image.Layers()
	if err != nil {
		return err
	}
	spec := rootfs.LayerSpec{File: filepath.Join(s.Work, "layers", fmt.Sprintf("%d-%d.tar.gz", s.index, len(layers))), MediaType: mediaType}
	history := v1.History{Author: "kaniko stand-in", CreatedBy: fmt.Sprint(command), Created: v1.Time{Time: time.Now()}}
	if s.request.Reproducible {
		spec.Time, history.Created = &time.Time{}, v1.Time{}
	}
	layer, err := s.Root.WriteLayer(spec, changed, gone)
	if err != nil {
		return fmt.Errorf("failed to take snapshot: %w", err)
	}
	s.image, err = mutate.Append(s.image, mutate.Addendum{Layer: layer, History: history})
	return err
}

// addFiles is addLayer for a command that is known to have written these paths and no others.
func (s *stage) addFiles(command instructions.Command, written []string) error {
	s.Log.Info("Taking snapshot of files...")
	if s.seen != nil {
		if err := s.seen.Update(s.Root, written); err != nil {
			return err
		}
	}
	return s.addLayer(command, written, nil)
}
