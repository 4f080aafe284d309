package buildcontext

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

const ignoreSuffix = ".dockerignore"

// Excludes returns a predicate for files of the context that COPY and ADD must not see: by the Dockerfile's own .dockerignore if
// there is one, else by that of the context.
func Excludes(dockerfile, context string) (func(file string) bool, error) {
	rules, err := os.Open(dockerfile + ignoreSuffix)
	if errors.Is(err, os.ErrNotExist) {
		rules, err = os.Open(filepath.Join(context, ignoreSuffix))
	}
	if errors.Is(err, os.ErrNotExist) {
		return func(string) bool { return false }, nil
	}
	if err != nil {
		return nil, err
	}
	defer rules.Close()
	patterns, err := ignorefile.ReadAll(rules)
	if err != nil {
		return nil, err
	}
	matcher, err := patternmatcher.New(patterns)
	if err != nil {
		return nil, err
	}
	return func(file string) bool {
		name, err := filepath.Rel(context, file)
		if err != nil || name == "." || strings.HasPrefix(name, "..") {
			return false
		}
		excluded, err := matcher.MatchesOrParentMatches(name)
		return err == nil && excluded
	}, nil
}
