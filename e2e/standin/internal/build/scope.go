package build

import (
	"runtime"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// scope holds the variables that are in force at one point of a Dockerfile: those of ARG and ENV together, the later one winning.
type scope struct {
	lex   *shell.Lex
	given []string // --build-arg
	outer []string // what an ARG without a value takes: platform variables and the ARGs before the first FROM
	vars  []string
}

// newScope evaluates the ARGs before the first FROM; its variables are those that FROM may use.
func newScope(escape rune, meta []instructions.ArgCommand, given []string) (*scope, error) {
	arch := runtime.GOARCH
	platform := []string{
		"BUILDPLATFORM=linux/" + arch, "BUILDOS=linux", "BUILDARCH=" + arch, "BUILDVARIANT=",
		"TARGETPLATFORM=linux/" + arch, "TARGETOS=linux", "TARGETARCH=" + arch, "TARGETVARIANT=",
	}
	s := &scope{lex: shell.NewLex(escape), given: given, outer: platform, vars: slices.Clone(platform)}
	for i := range meta {
		if err := meta[i].Expand(s.expand); err != nil {
			return nil, err
		}
		s.declare(meta[i].Args)
	}
	s.outer = s.vars
	return s, nil
}

// blank returns the scope that a stage from an image begins in: the ARGs before the first FROM count only once they are named again.
func (s *scope) blank() *scope { return &scope{lex: s.lex, given: s.given, outer: s.outer} }

// enter returns the scope at the begin of a stage that starts in s, with the environment of its image.
func (s *scope) enter(env []string) *scope {
	vars := s.vars
	for _, v := range env {
		key, value, _ := strings.Cut(v, "=")
		vars = setVar(vars, key, value)
	}
	return &scope{lex: s.lex, given: s.given, outer: s.outer, vars: vars}
}

func (s *scope) expand(word string) (string, error) {
	out, _, err := s.lex.ProcessWord(word, shell.EnvsFromSlice(s.vars))
	return out, err
}

// expandRaw leaves quotes as they are, for the text of a heredoc.
func (s *scope) expandRaw(text string) (string, error) {
	lex := shell.NewLex('\\')
	lex.SkipProcessQuotes = true
	out, _, err := lex.ProcessWord(text, shell.EnvsFromSlice(s.vars))
	return out, err
}

// declare does ARG: --build-arg wins over the default, which wins over the ARG before the first FROM.
func (s *scope) declare(args []instructions.KeyValuePairOptional) {
	for _, arg := range args {
		value, found := lookup(s.given, arg.Key)
		if !found && arg.Value != nil {
			value, found = *arg.Value, true
		}
		if !found {
			value, found = lookup(s.outer, arg.Key)
		}
		if found {
			s.vars = setVar(s.vars, arg.Key, value)
		}
	}
}

// Names that RUN may use without an ARG; the image does not keep them.
var predefined = []string{"HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"}

// withPredefined returns the variables of RUN: those in force and what --build-arg gives to predefined ones.
func (s *scope) withPredefined() []string {
	vars := s.vars
	for _, upper := range predefined {
		for _, name := range []string{upper, strings.ToLower(upper)} {
			value, given := lookup(s.given, name)
			if _, set := lookup(vars, name); given && !set {
				vars = setVar(vars, name, value)
			}
		}
	}
	return vars
}

func lookup(vars []string, key string) (value string, found bool) {
	for _, v := range vars {
		if k, given, _ := strings.Cut(v, "="); k == key {
			value, found = given, true
		}
	}
	return value, found
}

func setVar(vars []string, key, value string) []string {
	vars = slices.DeleteFunc(slices.Clone(vars), func(v string) bool { return strings.HasPrefix(v, key+"=") })
	return append(vars, key+"="+value)
}
