package build

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"k8s-hooks/e2e/standin/internal/rootfs"
)

// copying is what COPY and ADD have in common.
type copying struct {
	instructions.SourcesAndDest
	sources      []source
	chown, chmod string
	fromStage    bool
	unpack       bool // ADD: an archive is unpacked
}

func (s *stage) executeCopy(c copying, command instructions.Command) error {
	spec, err := s.copySpec(c)
	if err != nil {
		return err
	}
	inline, err := s.inlineFiles(c.SourcesAndDest)
	if err != nil {
		return err
	}
	sources := append(c.sources, inline...)
	to := s.at(c.DestPath)
	info, err := os.Stat(s.Root.Path(to))
	intoDir := err == nil && info.IsDir() || len(sources) > 1 || strings.HasSuffix(c.DestPath, "/") || path.Base(c.DestPath) == "."
	var written []string
	for _, from := range sources {
		done, err := s.copySource(c, from, to, intoDir, spec)
		if err != nil {
			return err
		}
		written = append(written, done...)
	}
	return s.addFiles(command, written)
}

func (s *stage) copySource(c copying, from source, to string, intoDir bool, spec rootfs.CopySpec) ([]string, error) {
	if c.unpack && !from.isDir {
		written, isArchive, err := s.unpackArchive(from.file, to)
		if isArchive || err != nil {
			return written, err
		}
	}
	if intoDir && !from.isDir {
		to = path.Join(to, filepath.Base(from.file))
	}
	done, err := s.Root.Copy(from.file, to, spec)
	for _, name := range done.Ignored {
		s.Log.Warnf("Not copying %s, as it is ignored: it is a mount point or belongs to the executor", name)
	}
	return done.Written, err
}

// copySpec gives files of the context to root (with FF_KANIKO_COPY_AS_ROOT, as Docker does) or to USER; those of a stage keep their owner.
func (s *stage) copySpec(c copying) (rootfs.CopySpec, error) {
	var spec rootfs.CopySpec
	owner, err := self(), error(nil)
	switch user := s.config.User; {
	case c.chown != "":
		owner, err = s.Root.Owner(c.chown)
	case c.fromStage:
		return s.withMode(spec, c.chmod)
	case user != "" && !s.request.CopyAsRoot:
		owner, err = s.Root.Owner(user)
	}
	if err != nil {
		return spec, fmt.Errorf("getting user group from chown: %w", err)
	}
	spec.Owner = &owner
	if !c.fromStage {
		spec.Skip = s.request.Excludes
	}
	return s.withMode(spec, c.chmod)
}

func (s *stage) withMode(spec rootfs.CopySpec, chmod string) (rootfs.CopySpec, error) {
	if chmod == "" {
		return spec, nil
	}
	bits, err := strconv.ParseUint(chmod, 8, 12)
	if err != nil {
		return spec, fmt.Errorf("the stand-in executor knows octal --chmod only, not %q", chmod)
	}
	mode := fs.FileMode(bits & 0o777)
	for bit, flag := range map[uint64]fs.FileMode{0o4000: fs.ModeSetuid, 0o2000: fs.ModeSetgid, 0o1000: fs.ModeSticky} {
		if bits&bit != 0 {
			mode |= flag
		}
	}
	spec.Mode = &mode
	return spec, nil
}

// inlineFiles writes the heredocs of a COPY to disk, where they are sources like any other.
func (s *stage) inlineFiles(c instructions.SourcesAndDest) ([]source, error) {
	if s.request.ExpandHeredoc {
		if err := c.ExpandRaw(s.scope.expandRaw); err != nil {
			return nil, err
		}
	}
	var files []source
	for _, content := range c.SourceContents {
		file := filepath.Join(s.Work, "heredocs", path.Join("/", content.Path))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(file, []byte(content.Data), 0o644); err != nil {
			return nil, err
		}
		files = append(files, source{file: file})
	}
	return files, nil
}

func (s *stage) executeWorkdir(c *instructions.WorkdirCommand) error {
	s.config.WorkingDir = s.at(c.Path)
	above, last, err := s.workdirOwners()
	if err != nil {
		return err
	}
	made, err := s.Root.MakeDirs(path.Dir(s.config.WorkingDir), &above)
	if err != nil {
		return err
	}
	end, err := s.Root.MakeDirs(s.config.WorkingDir, &last)
	if err != nil {
		return err
	}
	return s.addFiles(c, append(made, end...))
}

// workdirOwners says whom WORKDIR gives the directories that it makes: the last one to USER, those above it only with a feature flag.
func (s *stage) workdirOwners() (above, last rootfs.Owner, err error) {
	above = self()
	if s.config.User == "" {
		return above, above, nil
	}
	if last, err = s.Root.Owner(s.config.User); s.request.ChownWorkdirs {
		above = last
	}
	return above, last, err
}

// self is root, in a container.
func self() rootfs.Owner { return rootfs.Owner{UID: os.Getuid(), GID: os.Getgid()} }
