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

	"github.com/sfngen/sfngen/internal/gen/revision"
	"github.com/sfngen/sfngen/internal/local/secrets"
	"github.com/sfngen/sfngen/schema"
	"github.com/sfngen/sfngen/spec"
	"github.com/sfngen/sfngen/templates"
)

const schemaFile = "sfngen.schema.json"

func initCommand() *cobra.Command {
	var preset string
	var list bool
	c := &cobra.Command{
		Use:   "init [NAME]",
		Short: "Write a commented spec to start from, and the schema for your editor",
		Long: `Write NAME.yaml, a commented spec to start from (my-api.yaml without a NAME),
and sfngen.schema.json beside it, for completion in your editor. A file that
already exists is never overwritten. .gitignore gets a line for .sfngen.env, which
may hold values of credentials, unless git ignores that file already.

With --preset it is a spec for a real API: what the vendor documents of limits,
of answers that mean one, and of waits, each number with its source and date.`,
		Example: `  sfngen init acme-orders
  sfngen init --list
  sfngen init my-github --preset github-public`,
		Args: atMostOne("NAME"),
		RunE: func(c *cobra.Command, args []string) error {
			if list || preset == "list" {
				return listPresets(c)
			}
			return initSpec(c, args, preset)
		},
	}
	c.Flags().Func("preset", "write the spec of a real `API`; --list shows which there are", given(&preset))
	c.Flags().BoolVar(&list, "list", false, "list the presets")
	completePresets(c)
	return c
}

// initSpec writes the spec of a name, or of the preset's own, or my-api.
func initSpec(c *cobra.Command, args []string, preset string) error {
	name, text, todo := "my-api", named, "set upstream.url in %s.yaml, then: sfngen build %s.yaml\n"
	if preset != "" {
		p, err := presetNamed(preset)
		if err != nil {
			return err
		}
		name, text, todo = p.Name, p.Spec, "read the comments of %s.yaml, then: sfngen plan %s.yaml\n"
	}
	if len(args) == 1 {
		name = args[0]
	}
	if err := checkName(name); err != nil {
		return err
	}
	if err := writeInit(c, name+".yaml", text(name)); err != nil {
		return err
	}
	fmt.Fprintf(c.ErrOrStderr(), todo, name, name)
	return nil
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
	switch added, err := revision.Ignore(c.Context(), secrets.FileName); {
	case err != nil:
		return err
	case added:
		written += revision.IgnoreFile + "\n"
	}
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
