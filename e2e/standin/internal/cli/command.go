// Package cli is Kaniko's command line, that of v1.28 and nothing beyond it, before the stand-in executor.
package cli

import (
	"errors"
	"fmt"
	"io"
	"os/exec"

	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"
)

// Banner is the first line of every log.
const Banner = "kaniko stand-in executor, not Kaniko"

// World is what the executor sees and touches of the outside.
type World struct {
	Args           []string
	Env            func(name string) (value string, set bool)
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Root           string // "/"
	Executable     string // where the executor's own file lies
}

// Main runs the command line and returns the exit code: that of a failed RUN, or 1 for any other failure.
func Main(world World) int {
	root := &cobra.Command{Use: "executor", Args: cobra.NoArgs}
	logs := &logging{}
	logs.declare(root.PersistentFlags())
	o := &options{}
	o.declare(root.Flags())
	root.RunE = func(command *cobra.Command, _ []string) error {
		log, err := newLogger(logs, world.Stderr)
		if err != nil {
			return err
		}
		if err := refuse(command.Flags()); err != nil {
			return err
		}
		e, err := prepare(world, o, logs.force, log)
		if err != nil {
			return err
		}
		// From here on a failure is one line without usage.
		command.SilenceErrors, command.SilenceUsage = true, true
		err = e.run()
		if err != nil {
			fmt.Fprintln(world.Stderr, err)
		}
		return err
	}
	root.AddCommand(newPushCommand(world, logs))
	root.SetArgs(world.Args)
	root.SetIn(world.Stdin)
	root.SetOut(world.Stderr)
	root.SetErr(world.Stderr)
	return exitCode(root.Execute())
}

func exitCode(err error) int {
	var failed *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &failed) && failed.ExitCode() < 0:
		return 255 // ended by a signal
	case errors.As(err, &failed):
		return failed.ExitCode()
	}
	return 1
}

// newLogger writes what Kaniko's logger would, logrus being what it uses.
func newLogger(l *logging, to io.Writer) (*logrus.Logger, error) {
	level, err := logrus.ParseLevel(l.verbosity)
	if err != nil {
		return nil, fmt.Errorf("parsing log level: %w", err)
	}
	log := logrus.New()
	log.SetOutput(to)
	log.SetLevel(level)
	switch l.format {
	case "text":
		log.SetFormatter(&logrus.TextFormatter{DisableColors: true, FullTimestamp: l.timestamp})
	case "color":
		log.SetFormatter(&logrus.TextFormatter{ForceColors: true, FullTimestamp: l.timestamp})
	case "json":
		log.SetFormatter(&logrus.JSONFormatter{})
	default:
		return nil, fmt.Errorf("not a valid log format: %q. Please specify one of (text, color, json)", l.format)
	}
	log.Info(Banner)
	return log, nil
}
