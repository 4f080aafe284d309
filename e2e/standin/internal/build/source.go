package build

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	securejoin "github.com/cyphar/filepath-securejoin"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"k8s-hooks/e2e/standin/internal/rootfs"
)

// source is one file or directory on disk that COPY or ADD copies.
type source struct {
	file  string
	isDir bool
}

// sources resolves what COPY and ADD name, wildcards included; other instructions have none.
func (s *stage) sources(command instructions.Command) ([]source, error) {
	switch c := command.(type) {
	case *instructions.AddCommand:
		return s.inContext(c.SourcePaths)
	case *instructions.CopyCommand:
		if c.From == "" {
			return s.inContext(c.SourcePaths)
		}
		root, err := s.from(c.From)
		if err != nil {
			return nil, err
		}
		names := make([]string, len(c.SourcePaths))
		for i, name := range c.SourcePaths {
			names[i] = path.Join("/", name)
		}
		return find(names, func(dir string) (string, error) { return securejoin.SecureJoin(root, dir) })
	}
	return nil, nil
}

// inContext joins without confining: Kaniko lets COPY ../x read what lies beside the context, and so a test can see that it does.
func (s *stage) inContext(names []string) ([]source, error) {
	for _, name := range names {
		if strings.Contains(name, "://") || strings.HasPrefix(name, "git@") {
			return nil, fmt.Errorf("the stand-in executor does not fetch %s, Kaniko would", name)
		}
	}
	found, err := find(names, func(dir string) (string, error) { return filepath.Join(s.request.Context, dir), nil })
	if err != nil {
		return nil, err
	}
	kept := found[:0]
	for _, f := range found {
		if f.isDir || !s.request.Excludes(f.file) {
			kept = append(kept, f)
		}
	}
	return kept, nil
}

func find(names []string, locate func(dir string) (string, error)) ([]source, error) {
	var found []source
	for _, name := range names {
		dir, pattern := fixedPart(name)
		where, err := locate(dir)
		if err != nil {
			return nil, err
		}
		files := []string{filepath.Join(where, pattern)}
		if strings.ContainsAny(pattern, "*?[") {
			if files, err = filepath.Glob(files[0]); err != nil {
				return nil, err
			}
		}
		for _, file := range files {
			info, err := os.Lstat(file)
			if err != nil {
				return nil, fmt.Errorf("failed to get fileinfo for %s: %w", file, err)
			}
			found = append(found, source{file, info.IsDir()})
		}
	}
	if len(found) == 0 && len(names) > 0 {
		return nil, errors.New("copy failed: no source files specified")
	}
	return found, nil
}

// fixedPart splits a name before the element with its first wildcard, or before its last element.
func fixedPart(name string) (dir, rest string) {
	name = path.Clean(name)
	end := strings.IndexAny(name, "*?[")
	if end < 0 {
		end = len(name)
	}
	cut := strings.LastIndex(name[:end], "/") + 1
	return name[:cut], name[cut:]
}

// from is the root of the files of a finished stage, or of an image that is fetched for them.
func (s *stage) from(name string) (string, error) {
	if _, err := strconv.Atoi(name); err == nil {
		return s.stageDir(name), nil
	}
	dir := s.stageDir(strings.NewReplacer("/", "_", ":", "_").Replace(name))
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	image, err := s.pull(name, "", "")
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	return dir, rootfs.New(dir).Unpack(image)
}
