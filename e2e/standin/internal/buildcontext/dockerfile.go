package buildcontext

import (
	"errors"
	"os"
	"path/filepath"
)

// TakeDockerfile looks for the Dockerfile in the working directory, then in the context, and copies it and its .dockerignore to
// work, where neither the build nor a .dockerignore can touch them. It returns the path of the copy.
func TakeDockerfile(dockerfile, context, work string) (string, error) {
	for _, candidate := range []string{dockerfile, filepath.Join(context, dockerfile)} {
		if info, err := os.Stat(candidate); err != nil || info.IsDir() {
			continue
		}
		taken := filepath.Join(work, "Dockerfile")
		if err := copyFile(candidate, taken); err != nil {
			return "", err
		}
		err := copyFile(candidate+ignoreSuffix, taken+ignoreSuffix)
		if errors.Is(err, os.ErrNotExist) {
			err = nil
		}
		return taken, err
	}
	return "", errors.New("please provide a valid path to a Dockerfile within the build context with --dockerfile")
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o600)
}
