package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/project"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/term/findings"
	"github.com/sfngen/sfngen/internal/term/screen"
	"github.com/sfngen/sfngen/spec"
)

// formatGitHub is for annotations of a workflow run.
const formatGitHub = "github"

// findingFlags are the flags of every command that reads specs.
type findingFlags struct {
	format  format
	strict  bool
	env     envFlag
	ignored int  // warnings that comments of the last specs silence
	checks  bool // findings are what the command is for
}

func (f *findingFlags) add(c *cobra.Command) {
	c.Flags().BoolVar(&f.strict, "strict", false, "treat warnings as errors")
	f.env.addAny(c)
}

func (f *findingFlags) addFormat(c *cobra.Command) {
	f.add(c)
	f.format.add(c, "the findings", formatText, formatJSON, formatGitHub)
}

// load reads every spec and prints all findings to w. It fails with errFindings
// when one of them stops the command.
func (f *findingFlags) load(c *cobra.Command, w io.Writer, names []string) ([]*stack.Stack, error) {
	stacks, err := f.loadAnd(c, w, names, nil)
	if err != nil {
		return nil, err
	}
	return stacks, nil
}

// loadSpecs is load of what the arguments name, as specsOf has it.
func (f *findingFlags) loadSpecs(c *cobra.Command, w io.Writer, args []string) ([]*stack.Stack, error) {
	names, err := specsOf(c, args)
	if err != nil {
		return nil, err
	}
	return f.load(c, w, names)
}

// loadForStacks is loadSpecs for a command that also looks at what is in the folder of
// the stacks: where that has some, a project may have no spec any more.
func (f *findingFlags) loadForStacks(c *cobra.Command, w io.Writer, args []string, out string) ([]*stack.Stack, error) {
	stacks, err := f.loadSpecs(c, w, args)
	if built, _ := folder.StacksIn(out); len(args) == 0 && errors.Is(err, project.ErrNoSpecs) && len(built) > 0 {
		return nil, nil
	}
	return stacks, err
}

// loadAnd is load with more findings; more may be nil. It gets the stacks of the specs
// without errors, which loadAnd returns in any case. If more fails, its error follows
// the findings.
func (f *findingFlags) loadAnd(c *cobra.Command, w io.Writer, names []string,
	more func([]*stack.Stack) ([]spec.Finding, error)) ([]*stack.Stack, error) {
	write := f.writer(w)
	sources, err := readAll(c.InOrStdin(), names)
	if err != nil {
		return nil, err
	}
	if sources, err = f.env.choose(c.ErrOrStderr(), sources); err != nil {
		return nil, err
	}
	stacks, list := stack.LoadAll(sources, f.env.names...)
	var trouble error
	if more != nil {
		var found []spec.Finding
		found, trouble = more(stacks)
		list = append(list, found...)
		spec.Sort(list)
	}
	if err := errors.Join(write(list), trouble); err != nil {
		return stacks, err
	}
	open := spec.Open(list)
	f.ignored = len(list) - len(open)
	stops := spec.HasErrors(list) || f.strict && len(open) > 0
	if len(open) > 0 && f.isText() && (stops || f.checks) {
		fmt.Fprintln(c.ErrOrStderr(), findings.More(open...))
	}
	if stops {
		return stacks, errFindings
	}
	return stacks, nil
}

// isText reports whether people read the findings: those of a command without --format
// for them are always text.
func (f *findingFlags) isText() bool {
	return f.format.word != formatJSON && f.format.word != formatGitHub
}

// writer prints findings in the format of --format, on a terminal with their source
// lines.
func (f *findingFlags) writer(w io.Writer) func([]spec.Finding) error {
	switch f.format.word {
	case formatJSON:
		return func(list []spec.Finding) error { return findings.JSON(screen.Verbatim(w), list) }
	case formatGitHub:
		return func(list []spec.Finding) error { return findings.GitHub(screen.Verbatim(w), list) }
	}
	return func(list []spec.Finding) error { return findings.Text(w, list, findingStyle(w)) }
}

// findingStyle shows the source lines to people: programs have the position.
func findingStyle(w io.Writer) findings.Style {
	return findings.Style{Source: screen.IsTerminal(w), Columns: screen.Columns(w), Paint: screen.Painter(w)}
}
