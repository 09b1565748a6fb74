package main

import (
	"cmp"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/internal/term/screen"
	"github.com/sfngen/sfngen/internal/term/table"
)

func listCommand() *cobra.Command {
	var flags listFlags
	c := &cobra.Command{
		Use:   "list [SPEC...]",
		Short: "List specs, their stacks, what differs and, with --aws, what is deployed",
		Long: `List each stack with its spec: whether its folder is what the spec gives, and
with --aws what is deployed of it, and whether that is the folder's template.
` + specIsFile + `
list asks AWS only with --aws. If AWS does not answer, the rest is listed all the
same.

Exit status 0: listed, whatever differs; 2: something could not be read, or AWS
did not answer.`,
		Example: `  sfngen list
  sfngen list --aws --profile production --env prod
  sfngen list --json | jq -r '.stacks[] | select(.state != "same") | .stack'`,
		Args: cobra.ArbitraryArgs, // with none, what sfngen.yaml has
		RunE: explained(func(c *cobra.Command, args []string) error { return flags.run(c, args) }),
	}
	c.Flags().BoolVar(&flags.ask, "aws", false, "also show what is deployed")
	flags.aws.add(c)
	addOut(c, &flags.out)
	flags.env.addAny(c)
	flags.format.add(c, "the list", formatText, formatJSON)
	return c
}

type listFlags struct {
	aws    awsFlags
	ask    bool
	out    string
	env    envFlag
	format format
}

func (f *listFlags) run(c *cobra.Command, args []string) error {
	if err := f.aws.checkAsked(f.ask); err != nil {
		return err
	}
	rows, err := listed(c, args, f.out, f.env)
	if err != nil {
		return err
	}
	if f.ask {
		err = f.askAWS(c.Context(), rows)
	}
	return errors.Join(f.print(c.OutOrStdout(), rows), err)
}

func (f *listFlags) print(out io.Writer, rows []listedStack) error {
	if f.format.isJSON() {
		return printRecord(out, struct {
			Stacks []listedStack `json:"stacks"`
		}{rows})
	}
	t := table.Table{Head: []string{"STACK", "SPEC", "FOLDER"}}
	if f.ask {
		t.Head = append(t.Head, "AWS")
	}
	for _, r := range rows {
		row := []string{printable.Line(r.Stack), cmp.Or(printable.Line(r.Spec), "-"), r.words()}
		if f.ask {
			row = append(row, r.inAWS())
		}
		t.Rows = append(t.Rows, row)
	}
	columns := screen.Columns(out)
	if columns == 0 {
		columns = 80
	}
	_, err := io.WriteString(out, t.Text(columns, screen.Painter(out)))
	return err
}
