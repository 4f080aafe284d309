package build

import (
	"fmt"
	"maps"
	"path"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// configure carries out the instructions that change nothing but the image's config and the variables.
func (s *stage) configure(command instructions.Command) error {
	switch c := command.(type) {
	case *instructions.ArgCommand:
		s.scope.declare(c.Args)
	case *instructions.EnvCommand:
		for _, kv := range c.Env {
			s.config.Env = setVar(s.config.Env, kv.Key, kv.Value)
			s.scope.vars = setVar(s.scope.vars, kv.Key, kv.Value)
		}
	case *instructions.LabelCommand:
		for _, kv := range c.Labels {
			s.setLabel(kv.Key, kv.Value)
		}
	case *instructions.CmdCommand:
		s.config.Cmd, s.cmdSet = s.argv(c.ShellDependantCmdLine), true
	case *instructions.EntrypointCommand:
		s.config.Entrypoint = s.argv(c.ShellDependantCmdLine)
		if !s.cmdSet {
			s.config.Cmd = nil // that of the base image was meant for its entrypoint
		}
	case *instructions.UserCommand:
		s.config.User = c.User
	case *instructions.ExposeCommand:
		return s.expose(c.Ports)
	case *instructions.VolumeCommand:
		s.addVolumes(c.Volumes)
	case *instructions.HealthCheckCommand:
		h := c.Health
		s.config.Healthcheck = &v1.HealthConfig{Test: h.Test, Interval: h.Interval, Timeout: h.Timeout, StartPeriod: h.StartPeriod, Retries: h.Retries}
	case *instructions.StopSignalCommand:
		s.config.StopSignal = c.Signal
	case *instructions.ShellCommand:
		s.config.Shell = c.Shell
	case *instructions.OnbuildCommand:
		s.config.OnBuild = append(s.config.OnBuild, c.Expression)
	case *instructions.MaintainerCommand:
		s.author = c.Maintainer
	default:
		return fmt.Errorf("%s is not a supported command of the stand-in executor", command.Name())
	}
	return nil
}

func (s *stage) setLabel(key, value string) {
	labels := maps.Clone(s.config.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	labels[key] = value
	s.config.Labels = labels
}

func (s *stage) expose(ports []string) error {
	if s.config.ExposedPorts == nil {
		s.config.ExposedPorts = map[string]struct{}{}
	}
	for _, port := range ports {
		words, err := s.scope.lex.ProcessWords(port, shell.EnvsFromSlice(s.scope.vars))
		if err != nil {
			return err
		}
		for _, word := range words {
			if !strings.Contains(word, "/") {
				word += "/tcp"
			}
			s.config.ExposedPorts[word] = struct{}{}
		}
	}
	return nil
}

// addVolumes also takes the volumes out of the root: as in Kaniko, what a later instruction writes there is dropped.
func (s *stage) addVolumes(volumes []string) {
	if s.config.Volumes == nil {
		s.config.Volumes = map[string]struct{}{}
	}
	for _, v := range volumes {
		s.config.Volumes[v] = struct{}{}
	}
	here := *s.Builder
	here.Root = s.Root.Without(volumes...)
	s.Builder = &here
}

// argv is the command line of RUN, CMD and ENTRYPOINT in exec form, or in shell form with the shell of the image.
func (s *stage) argv(c instructions.ShellDependantCmdLine) []string {
	if !c.PrependShell {
		return c.CmdLine
	}
	shell := s.config.Shell
	if len(shell) == 0 {
		shell = []string{"/bin/sh", "-c"}
	}
	return append(append([]string{}, shell...), strings.Join(c.CmdLine, " "))
}

// at is a path as seen from the working directory of the image.
func (s *stage) at(p string) string {
	if path.IsAbs(p) {
		return path.Clean(p)
	}
	return path.Join("/", s.config.WorkingDir, p)
}
