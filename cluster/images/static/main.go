// Command static is all there is in the image localhost/static:1, which has neither a shell nor a C library.
//
// Each argument is an instruction, done in order; $NAME in it stands for an environment variable:
//
//	print=TEXT          a line on standard output
//	error=TEXT          a line on standard error
//	read=FILE           the file on standard output
//	append=FILE:TEXT    a line at the end of the file, which is created
//	list=DIRECTORY      its entries, one a line
//	sleep=SECONDS
//	exit=CODE
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	for _, argument := range os.Args[1:] {
		if err := do(os.ExpandEnv(argument)); err != nil {
			fmt.Fprintln(os.Stderr, "static:", err)
			os.Exit(1)
		}
	}
}

func do(argument string) error {
	verb, value, _ := strings.Cut(argument, "=")
	switch verb {
	case "print":
		fmt.Println(value)
		return nil
	case "error":
		fmt.Fprintln(os.Stderr, value)
		return nil
	case "read":
		return read(value)
	case "append":
		return appendLine(value)
	case "list":
		return list(value)
	case "sleep":
		seconds, err := strconv.ParseFloat(value, 64)
		time.Sleep(time.Duration(seconds * float64(time.Second)))
		return err
	case "exit":
		code, err := strconv.Atoi(value)
		if err == nil {
			os.Exit(code)
		}
		return err
	}
	return fmt.Errorf("no such instruction: %q", argument)
}

func read(path string) error {
	content, err := os.ReadFile(path)
	if err == nil {
		_, err = os.Stdout.Write(content)
	}
	return err
}

func appendLine(value string) error {
	path, line, _ := strings.Cut(value, ":")
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if _, err = fmt.Fprintln(file, line); err != nil {
		return err
	}
	return file.Close()
}

func list(path string) error {
	entries, err := os.ReadDir(path)
	for _, entry := range entries {
		fmt.Println(entry.Name())
	}
	return err
}
