package build

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// plan is a parsed Dockerfile with what has to be built of it.
type plan struct {
	stages []instructions.Stage
	scope  *scope
	needed []int        // in the order of the file
	final  int          // whose image is pushed
	copied map[int]bool // stages that COPY --from takes files of
}

func newPlan(dockerfile string, targets, buildArgs []string) (*plan, error) {
	text, err := os.ReadFile(dockerfile)
	if err != nil {
		return nil, fmt.Errorf("reading dockerfile at path %s: %w", dockerfile, err)
	}
	tree, err := parser.Parse(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("parsing dockerfile: %w", err)
	}
	stages, meta, err := instructions.Parse(tree.AST, nil)
	if err != nil {
		return nil, fmt.Errorf("parsing dockerfile: %w", err)
	}
	if len(stages) == 0 {
		return nil, errors.New("dockerfile must contain at least one FROM instruction")
	}
	p := &plan{stages: stages, copied: map[int]bool{}, final: len(stages) - 1}
	if p.scope, err = newScope(tree.EscapeToken, meta, buildArgs); err != nil {
		return nil, fmt.Errorf("expanding meta ARGs: %w", err)
	}
	for i := range stages {
		if stages[i].BaseName, err = p.scope.expand(stages[i].BaseName); err != nil {
			return nil, fmt.Errorf("resolving base name %s: %w", stages[i].BaseName, err)
		}
		if stages[i].Platform, err = p.scope.expand(stages[i].Platform); err != nil {
			return nil, err
		}
	}
	if len(targets) == 0 {
		return p, p.need(p.final)
	}
	for n, target := range targets {
		i, found := instructions.HasStage(stages, target)
		if !found {
			return nil, fmt.Errorf("error finding target stage: %q is not a valid target build stage", target)
		}
		if n == 0 {
			p.final = i
		}
		if err := p.need(i); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// need adds a stage and all it builds on, each before what needs it: stages can only refer to earlier ones.
func (p *plan) need(i int) error {
	if slices.Contains(p.needed, i) {
		return nil
	}
	if base := p.base(i); base >= 0 {
		if err := p.need(base); err != nil {
			return err
		}
	}
	for _, command := range p.stages[i].Commands {
		c, ok := command.(*instructions.CopyCommand)
		if !ok || c.From == "" {
			continue
		}
		from, err := p.stageOf(c, i)
		if err != nil {
			return fmt.Errorf("stage %d: %w", i, err)
		}
		if from >= 0 {
			p.copied[from] = true
			if err := p.need(from); err != nil {
				return err
			}
		}
	}
	p.needed = append(p.needed, i)
	slices.Sort(p.needed)
	return nil
}

// base is the stage that a stage starts from, or -1 for an image.
func (p *plan) base(i int) int {
	base, found := instructions.HasStage(p.stages[:i], p.stages[i].BaseName)
	if !found {
		return -1
	}
	return base
}

// stageOf is the stage that a COPY --from in stage i names, or -1 for an image; from then on the command holds its number.
func (p *plan) stageOf(c *instructions.CopyCommand, i int) (int, error) {
	if from, found := instructions.HasStage(p.stages[:i], c.From); found {
		c.From = strconv.Itoa(from)
	}
	from, err := strconv.Atoi(c.From)
	if err != nil {
		return -1, nil
	}
	if from < 0 || from >= i {
		return -1, fmt.Errorf("COPY --from=%d refers to a stage that does not exist", from)
	}
	return from, nil
}

// triggers parses the ONBUILD instructions of a base image.
func triggers(onBuild []string) ([]instructions.Command, error) {
	if len(onBuild) == 0 {
		return nil, nil
	}
	tree, err := parser.Parse(strings.NewReader(strings.Join(onBuild, "\n")))
	if err != nil {
		return nil, fmt.Errorf("failed to parse ONBUILD instructions: %w", err)
	}
	var commands []instructions.Command
	for _, node := range tree.AST.Children {
		command, err := instructions.ParseCommand(node)
		if err != nil {
			return nil, fmt.Errorf("failed to parse ONBUILD instructions: %w", err)
		}
		commands = append(commands, command)
	}
	return commands, nil
}
