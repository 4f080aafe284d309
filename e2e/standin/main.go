// The kaniko stand-in executor has the command line of Kaniko v1.28 and works as Kaniko does, so that end-to-end tests can drive a
// Kaniko Job where Kaniko's image cannot be had. It is not Kaniko, says so in its first line, and is part of no product.
package main

import (
	"fmt"
	"os"

	"k8s-hooks/e2e/standin/internal/cli"
)

func main() {
	executable, err := os.Executable()
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
	os.Exit(cli.Main(cli.World{
		Args:       os.Args[1:],
		Env:        os.LookupEnv,
		Stdin:      os.Stdin,
		Stdout:     os.Stdout,
		Stderr:     os.Stderr,
		Root:       "/",
		Executable: executable,
	}))
}
