package cli

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/spf13/cobra"

	"k8s-hooks/e2e/standin/internal/registry"
)

// newPushCommand is "push": it has Kaniko's registry flags and, like Kaniko's, no --digest-file.
func newPushCommand(world World, logs *logging) *cobra.Command {
	p := &pushing{}
	command := &cobra.Command{
		Use:   "push <path>",
		Short: "Push a pre-built image to a registry",
		Args:  cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			log, err := newLogger(logs, world.Stderr)
			if err != nil {
				return err
			}
			if err := refuse(command.Flags()); err != nil {
				return err
			}
			client, err := registry.NewClient(p.registry, log, time.Sleep)
			if err != nil {
				return err
			}
			return p.push(client, args[0])
		},
	}
	p.declare(command.Flags())
	command.Flags().StringArray("credential-helpers", nil, "The stand-in executor has none")
	command.Flags().StringArray("registry-client-cert", nil, "The stand-in executor does no mutual TLS")
	command.Flags().Bool("push-ignore-immutable-tag-errors", false, "The stand-in executor does not know them")
	return command
}

func (p *pushing) push(client *registry.Client, path string) error {
	if len(p.destinations) == 0 {
		return errors.New("at least one --destination is required")
	}
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("path %s not readable: %w", path, err)
	}
	if info.IsDir() {
		return fmt.Errorf("the stand-in executor pushes docker-save archives only, %s is a directory", path)
	}
	if !p.skipPermissionCheck {
		if err := client.CheckPush(p.destinations); err != nil {
			return fmt.Errorf("checking push permissions: %w", err)
		}
	}
	image, err := tarball.ImageFromPath(path, nil)
	if err != nil {
		return fmt.Errorf("loading image: %w", err)
	}
	if err := client.Push(image, p.destinations); err != nil {
		return fmt.Errorf("pushing image: %w", err)
	}
	return nil
}
