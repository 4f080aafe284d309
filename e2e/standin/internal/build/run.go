package build

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"k8s-hooks/e2e/standin/internal/rootfs"
)

// A RUN that is nothing but a heredoc: its text is a script for sh.
var onlyHeredoc = regexp.MustCompile(`^<<-?["']?\w+["']?$`)

func (s *stage) executeRun(c *instructions.RunCommand) error {
	for _, flag := range c.FlagsUsed {
		if flag != "mount" {
			s.Log.Warnf("#969 kaniko does not support '--%s' flags in RUN statements - relying on unsupported flags can lead to invalid builds", flag)
		}
	}
	for _, mount := range instructions.GetMounts(c) {
		switch mount.Type {
		case instructions.MountTypeSSH, instructions.MountTypeTmpfs:
			s.Log.Warnf("Kaniko does not support '--mount=type=%s' flags in RUN statements - relying on unsupported flags can lead to invalid builds", mount.Type)
		default:
			return fmt.Errorf("the stand-in executor does not do RUN --mount=type=%s, Kaniko does", mount.Type)
		}
	}
	if s.seen == nil {
		s.Log.Info("Initializing snapshotter ...")
		if err := s.snapshot(nil); err != nil {
			return err
		}
	}
	if err := s.start(s.script(c)); err != nil {
		return err
	}
	return s.snapshot(c)
}

// snapshot walks the root; with a command, what it changed becomes a layer.
func (s *stage) snapshot(command instructions.Command) error {
	s.Log.Info("Taking snapshot of full filesystem...")
	now, err := s.Root.Snapshot()
	if err != nil {
		return err
	}
	before := s.seen
	s.seen = now
	if command == nil {
		return nil
	}
	changed, gone := rootfs.Changes(before, now)
	return s.addLayer(command, changed, gone)
}

func (s *stage) script(c *instructions.RunCommand) []string {
	argv := s.argv(c.ShellDependantCmdLine)
	if !c.PrependShell || len(c.Files) == 0 {
		return argv
	}
	text := argv[len(argv)-1]
	if onlyHeredoc.MatchString(text) {
		text += " sh"
	}
	for _, file := range c.Files {
		text += "\n" + file.Data + file.Name
	}
	argv[len(argv)-1] = text
	return argv
}

func (s *stage) start(argv []string) error {
	account, env, err := s.runAs()
	if err != nil {
		return err
	}
	s.Log.Infof("Cmd: %s", argv[0])
	s.Log.Infof("Args: %s", argv[1:])
	program, err := s.find(argv[0])
	if err != nil {
		return fmt.Errorf("starting command: %w", err)
	}
	command := exec.Command(program, argv[1:]...)
	command.Env, command.Stdout, command.Stderr = env, s.Stdout, s.Stderr
	command.WaitDelay = time.Second // for what a process left behind keeps open, when the output is no file
	if dir, err := os.Stat(s.Root.Path(s.config.WorkingDir)); err == nil && dir.IsDir() {
		command.Dir = s.Root.Path(s.config.WorkingDir)
	}
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if account != nil {
		groups := make([]uint32, len(account.Groups))
		for i, gid := range account.Groups {
			groups[i] = uint32(gid)
		}
		command.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(account.UID), Gid: uint32(account.GID), Groups: groups}
	}
	s.Log.Infof("Running: %s", argv)
	if err := command.Start(); err != nil {
		return fmt.Errorf("starting command: %w", err)
	}
	if err := command.Wait(); err != nil {
		return fmt.Errorf("waiting for process to exit: %w", err)
	}
	// What the command left running would go on changing files.
	if err := syscall.Kill(-command.Process.Pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return err
	}
	return nil
}

// runAs resolves USER (nil: as the executor itself) and completes the environment with HOME.
func (s *stage) runAs() (*rootfs.Account, []string, error) {
	env, home := s.scope.withPredefined(), "/root"
	var account *rootfs.Account
	if user, group, grouped := strings.Cut(s.config.User, ":"); user != "" {
		found, err := s.Root.Account(user)
		if err != nil {
			return nil, nil, fmt.Errorf("credentials: %w", err)
		}
		if grouped && s.request.RunHonorGroup {
			if found.GID, err = s.Root.Group(group); err != nil {
				return nil, nil, fmt.Errorf("credentials: %w", err)
			}
		}
		account, home = &found, found.Home
	}
	if _, set := lookup(env, "HOME"); !set {
		env = setVar(env, "HOME", home)
	}
	return account, env, nil
}

// find looks a program up on the image's PATH.
func (s *stage) find(program string) (string, error) {
	if strings.Contains(program, "/") {
		return program, nil
	}
	search, _ := lookup(s.scope.vars, "PATH")
	for _, dir := range filepath.SplitList(search) {
		if info, err := os.Stat(filepath.Join(dir, program)); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return filepath.Join(dir, program), nil
		}
	}
	return "", &exec.Error{Name: program, Err: exec.ErrNotFound}
}
