package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// several is the status of each stack that the arguments name; of none, of each of the
// project. One that is not deployed does not keep the others from being read.
func (f *statusFlags) several(c *cobra.Command, args []string) error {
	if f.aws.stackName != "" {
		return errors.New("--stack-name is about one stack: name that one alone")
	}
	names, err := f.stacks(c, args)
	if err != nil {
		return err
	}
	cl, err := f.aws.open(c.Context())
	if err != nil {
		return err
	}
	found := []live.Status{}
	missing := 0
	for _, name := range names {
		status, err := f.one(c, cl, name)
		switch {
		case c.Context().Err() != nil:
			return err
		case err != nil:
			missing++
			fmt.Fprintf(c.ErrOrStderr(), "sfngen: %s: %s\n", printable.Line(name), printable.Lines(cloud.Explain(err).Error()))
		default:
			found = append(found, status)
		}
	}
	err = f.printAll(c.OutOrStdout(), found)
	if missing > 0 {
		err = errors.Join(err, fmt.Errorf("no status of %d of %s", missing, count.Of(len(names), "stack")))
	}
	return err
}

// stacks are the arguments as STACK, or the names of all that is built.
func (f *statusFlags) stacks(c *cobra.Command, args []string) ([]string, error) {
	if len(args) == 0 {
		p, err := projectThere(c.Context())
		if err != nil {
			return nil, err
		}
		return f.built(p.Stacks())
	}
	var names []string
	for _, arg := range args {
		name, err := f.aws.env.stack(c.Context(), arg)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

// built are the names of the stacks in a folder, of all environments or of that of --env.
func (f *statusFlags) built(out string) ([]string, error) {
	names, err := folder.StacksIn(out, f.aws.env.names...)
	switch {
	case err != nil || len(names) > 0:
		return names, err
	case len(f.aws.env.names) > 0:
		return nil, fmt.Errorf("no stack in %s is of the environment %s: sfngen build writes the stacks of the environments that the specs have",
			out, count.Or(f.aws.env.names...))
	}
	return nil, fmt.Errorf("there is no stack in %s yet: sfngen build writes them", out)
}

func (f *statusFlags) one(c *cobra.Command, cl *cloud.Cloud, arg string) (live.Status, error) {
	found, err := f.aws.findIn(c.Context(), cl, arg)
	if err != nil {
		return live.Status{}, err
	}
	return statusIn(c.Context(), cl, found, arg)
}

// printAll has an empty line between two.
func (f *statusFlags) printAll(out io.Writer, list []live.Status) error {
	if f.format.isJSON() {
		return printRecord(out, list)
	}
	for i, status := range list {
		if i > 0 {
			if _, err := io.WriteString(out, "\n"); err != nil {
				return err
			}
		}
		if err := status.Write(out); err != nil {
			return err
		}
	}
	return nil
}
