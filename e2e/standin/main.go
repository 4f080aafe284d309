// A stand-in for kaniko's executor in tests: same command line, same way of working. It unpacks the base image over the container's
// own root, runs RUN right there and turns what changed into layers. Prototype: one layer per RUN/COPY, no cache, no ADD, no USER names in COPY.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

type list []string

func (l *list) String() string     { return strings.Join(*l, ",") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

var (
	context            = flag.String("context", "dir:///workspace", "")
	dockerfile         = flag.String("dockerfile", "Dockerfile", "")
	digestFile         = flag.String("digest-file", "", "")
	tarPath            = flag.String("tar-path", "", "")
	noPush             = flag.Bool("no-push", false, "")
	destinations, args list
	insecure, mirrors  list
	ignored            = []string{"force", "compressed-caching", "single-snapshot"}
	ignoredValues      = []string{"snapshot-mode", "label", "verbosity", "log-format", "push-retry", "image-download-retry", "image-fs-extract-retry", "ignore-path"}
	work               = "/kaniko"
	check              = func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, "error building image:", err)
			os.Exit(1)
		}
	}
)

func main() {
	log.SetFlags(0)
	log.Print("kaniko stand-in executor, not Kaniko")
	flag.Var(&destinations, "destination", "")
	flag.Var(&args, "build-arg", "")
	flag.Var(&insecure, "insecure-registry", "")
	flag.Var(&mirrors, "registry-mirror", "")
	for _, f := range ignored {
		flag.Bool(f, false, "")
	}
	for _, f := range ignoredValues {
		flag.String(f, "", "")
	}
	flag.Parse()

	file, err := os.Open(*dockerfile)
	check(err)
	tree, err := parser.Parse(file)
	check(err)
	stages, metaArgs, err := instructions.Parse(tree.AST, nil)
	check(err)
	global := buildArgs(metaArgs, nil)
	var image v1.Image
	for i, stage := range stages {
		if i > 0 {
			check(wipe("/"))
		}
		image, err = build(stage, global)
		check(err)
		check(keep(stages[i+1:], stage, i))
	}
	digest, err := image.Digest()
	check(err)
	if *digestFile != "" {
		check(os.WriteFile(*digestFile, []byte(digest.String()), 0o644))
	}
	for _, d := range destinations {
		ref, err := reference(d)
		check(err)
		if *tarPath != "" {
			check(tarball.WriteToFile(*tarPath, ref, image))
		}
		if *noPush {
			continue
		}
		check(remote.Write(ref, image))
		log.Printf("INFO Pushed %s@%s", ref.Context(), digest)
	}
}

// build runs one stage and returns its image.
func build(stage instructions.Stage, global []string) (v1.Image, error) {
	lex := shell.NewLex('\\')
	base, _, err := lex.ProcessWord(stage.BaseName, shell.EnvsFromSlice(global))
	if err != nil {
		return nil, err
	}
	image, err := pull(base)
	if err != nil {
		return nil, err
	}
	if err := unpack(mutate.Extract(image), "/"); err != nil {
		return nil, err
	}
	file, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config := *file.Config.DeepCopy()
	scope := []string{}
	seen, err := snapshot()
	if err != nil {
		return nil, err
	}
	for _, command := range stage.Commands {
		env := append(append([]string{}, config.Env...), scope...)
		if e, ok := command.(instructions.SupportsSingleWordExpansion); ok {
			if err := e.Expand(func(w string) (string, error) {
				r, _, err := lex.ProcessWord(w, shell.EnvsFromSlice(env))
				return r, err
			}); err != nil {
				return nil, err
			}
		}
		log.Printf("INFO %v", command)
		changes := false
		switch c := command.(type) {
		case *instructions.ArgCommand:
			scope = append(scope, buildArgs([]instructions.ArgCommand{*c}, global)...)
		case *instructions.EnvCommand:
			for _, kv := range c.Env {
				config.Env = append(config.Env, kv.Key+"="+kv.Value)
			}
		case *instructions.UserCommand:
			config.User = c.User
		case *instructions.WorkdirCommand:
			config.WorkingDir = path.Join("/", config.WorkingDir, c.Path)
			changes = true
			err = os.MkdirAll(config.WorkingDir, 0o755)
		case *instructions.EntrypointCommand:
			config.Entrypoint, config.Cmd = argv(c.ShellDependantCmdLine), nil
		case *instructions.CmdCommand:
			config.Cmd = argv(c.ShellDependantCmdLine)
		case *instructions.LabelCommand:
			if config.Labels == nil {
				config.Labels = map[string]string{}
			}
			for _, kv := range c.Labels {
				config.Labels[kv.Key] = kv.Value
			}
		case *instructions.CopyCommand:
			changes = true
			err = copyFiles(c, config.WorkingDir)
		case *instructions.RunCommand:
			changes = true
			err = run(argv(c.ShellDependantCmdLine), env, config)
		default:
			err = fmt.Errorf("%s is not supported", command.Name())
		}
		if err != nil {
			return nil, fmt.Errorf("%v: %w", command, err)
		}
		if !changes {
			continue
		}
		now, err := snapshot()
		if err != nil {
			return nil, err
		}
		layer, err := difference(seen, now)
		if err != nil {
			return nil, err
		}
		if image, err = mutate.AppendLayers(image, layer); err != nil {
			return nil, err
		}
		seen = now
	}
	return mutate.Config(image, config)
}

func run(cmd, env []string, config v1.Config) error {
	c := exec.Command(cmd[0], cmd[1:]...)
	c.Env, c.Dir, c.Stdout, c.Stderr = env, path.Join("/", config.WorkingDir), os.Stdout, os.Stderr
	for _, kv := range env {
		if p, ok := strings.CutPrefix(kv, "PATH="); ok {
			os.Setenv("PATH", p)
		}
	}
	if p, err := exec.LookPath(cmd[0]); err == nil {
		c.Path, c.Err = p, nil
	}
	if config.User != "" {
		credential, err := user(config.User)
		if err != nil {
			return err
		}
		c.SysProcAttr = credential
	}
	return c.Run()
}

func argv(c instructions.ShellDependantCmdLine) []string {
	if c.PrependShell {
		return append([]string{"/bin/sh", "-c"}, strings.Join(c.CmdLine, " "))
	}
	return c.CmdLine
}

func buildArgs(commands []instructions.ArgCommand, global []string) (out []string) {
	for _, c := range commands {
		for _, a := range c.Args {
			value := a.ValueString()
			for _, given := range append(append([]string{}, global...), args...) {
				if v, ok := strings.CutPrefix(given, a.Key+"="); ok {
					value = v
				}
			}
			out = append(out, a.Key+"="+value)
		}
	}
	return out
}

func reference(s string) (name.Reference, error) {
	var options []name.Option
	for _, host := range insecure {
		if strings.HasPrefix(s, host+"/") {
			options = append(options, name.Insecure)
		}
	}
	return name.ParseReference(s, options...)
}

func pull(base string) (v1.Image, error) {
	if base == "scratch" {
		return empty.Image, nil
	}
	ref, err := reference(base)
	if err != nil {
		return nil, err
	}
	if ref.Context().RegistryStr() == name.DefaultRegistry {
		for _, m := range mirrors {
			if r, err := reference(m + "/" + ref.Context().RepositoryStr() + ":" + ref.Identifier()); err == nil {
				if image, err := remote.Image(r); err == nil {
					return image, nil
				} else {
					log.Print("WARN mirror: ", err)
				}
			}
		}
	}
	return remote.Image(ref)
}

// copyFiles copies from the context, or from what an earlier stage kept.
func copyFiles(c *instructions.CopyCommand, dir string) error {
	from := strings.TrimPrefix(*context, "dir://")
	if c.From != "" {
		from = filepath.Join(work, "stages", c.From)
	}
	uid, gid := 0, 0
	if c.Chown != "" {
		cred, err := user(c.Chown)
		if err != nil {
			return err
		}
		uid, gid = int(cred.Credential.Uid), int(cred.Credential.Gid)
	}
	for _, pattern := range c.SourcePaths {
		found, err := filepath.Glob(filepath.Join(from, path.Join("/", pattern)))
		if err != nil || len(found) == 0 {
			return fmt.Errorf("no file matches %q (%v)", pattern, err)
		}
		for _, f := range found {
			to := c.DestPath
			if !path.IsAbs(to) {
				to = path.Join("/", dir, to)
			}
			if info, err := os.Stat(f); err != nil {
				return err
			} else if !info.IsDir() && (strings.HasSuffix(c.DestPath, "/") || len(found)+len(c.SourcePaths) > 2) {
				to = path.Join(to, filepath.Base(f))
			}
			if err := copyTree(f, to, uid, gid); err != nil {
				return err
			}
		}
	}
	return nil
}

// keep saves what later stages copy from this one.
func keep(later []instructions.Stage, stage instructions.Stage, index int) error {
	for _, s := range later {
		for _, command := range s.Commands {
			c, ok := command.(*instructions.CopyCommand)
			if !ok || (c.From != stage.Name && c.From != fmt.Sprint(index)) || c.From == "" {
				continue
			}
			for _, p := range c.SourcePaths {
				if err := copyTree(p, filepath.Join(work, "stages", c.From, p), -1, -1); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
