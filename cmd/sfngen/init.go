package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/schema"
	"github.com/sfngen/sfngen/spec"
	"github.com/sfngen/sfngen/templates"
)

const schemaFile = "sfngen.schema.json"

func initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init [NAME]",
		Short: "Write a commented spec to start from, and the schema for your editor",
		Long: `Write NAME.yaml, a commented spec to start from (my-api.yaml without a NAME),
and sfngen.schema.json beside it, for completion in your editor. A file that
already exists is never overwritten.`,
		Example: `  sfngen init acme-orders`,
		Args:    atMostOne("NAME"),
		RunE: func(c *cobra.Command, args []string) error {
			name := "my-api"
			if len(args) == 1 {
				name = args[0]
			}
			if err := checkName(name); err != nil {
				return err
			}
			return writeInit(c, name+".yaml", named(name))
		},
	}
}

// named is the spec to start from; the comment behind the name stays below the others.
func named(name string) string {
	const field = "name: NAME"
	head, rest, _ := strings.Cut(templates.Init, field)
	comment := strings.TrimLeft(rest, " ")
	line := fmt.Sprintf("%-*s", len(field)+len(rest)-len(comment), "name: "+name+" ")
	return strings.ReplaceAll(head+line+comment, "NAME", name)
}

// checkName checks the name of a new spec: first in quotes, where it is text whatever
// it holds, then as the spec has it.
func checkName(name string) error {
	const field = "name: NAME"
	_, findings := spec.Parse(name+".yaml", []byte(strings.Replace(templates.Init, field, "name: "+strconv.Quote(name), 1)))
	if spec.HasErrors(findings) {
		return fmt.Errorf("the name %s", findings[0].Message)
	}
	_, findings = spec.Parse(name+".yaml", []byte(strings.Replace(templates.Init, field, "name: "+name, 1)))
	if spec.HasErrors(findings) {
		return fmt.Errorf("the name %q is not read as text without quotes; choose another name", name)
	}
	return nil
}

func writeInit(c *cobra.Command, name, text string) error {
	err := createNew(name, []byte(text))
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s already exists; choose another name", name)
	}
	if err != nil {
		return err
	}
	written := name + "\n"
	switch err := createNew(schemaFile, schema.ForEditors()); {
	case err == nil:
		written += schemaFile + "\n"
	case !errors.Is(err, fs.ErrExist):
		return err
	}
	fmt.Fprintf(c.ErrOrStderr(), "set upstream.url in %s, then: sfngen build %s\n", name, name)
	_, err = io.WriteString(c.OutOrStdout(), written)
	return err
}

// createNew writes a file that must not exist yet.
func createNew(name string, content []byte) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Close())
}
