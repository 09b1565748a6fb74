package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/curl"
	"github.com/sfngen/sfngen/internal/dropped"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/internal/term/screen"
)

// requestFlags are those of the commands that send one request and print its
// answer.
type requestFlags struct {
	curl.Request
	include bool
	format  format
}

// add adds the flags; record is what --json prints.
func (f *requestFlags) add(c *cobra.Command, record string) {
	c.Flags().StringArrayVarP(&f.Headers, "header", "H", nil, "send this `'Name: value'`; may be given several times")
	c.Flags().StringArrayVarP(&f.Data, "data", "d", nil, "send this `body`; @file reads it from a file, @- from stdin, without line ends")
	c.Flags().StringArrayVar(&f.Binary, "data-binary", nil, "send this `body` as -d does, but keep every byte")
	c.Flags().BoolVarP(&f.include, "include", "i", false, "also print the status and headers of the answer")
	f.format.add(c, "what is printed: the answer's body, or in JSON the whole record ("+record+")", formatText, formatJSON)
	c.PreRunE = func(c *cobra.Command, _ []string) error {
		if f.include && f.format.isJSON() {
			return seeHelp(c, errors.New("--include and --json cannot be used together"))
		}
		return nil
	}
}

// addHabits answers flags of curl that sfngen does not have with a hint.
func addHabits(c *cobra.Command, usage, elsewhere string) {
	for _, habit := range curl.Habits(usage, elsewhere) {
		c.Flags().FuncP(habit.Name, habit.Short, "", func(string) error { return errors.New(habit.Hint) })
		_ = c.Flags().MarkHidden(habit.Name) // it was added a line above
	}
}

// methodPath requires a SPEC or STACK, a METHOD and a PATH.
func methodPath(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) == 3:
			return nil
		case len(args) > 3 && c.Flags().Changed("json"):
			return curl.ErrJSON
		}
		return wrongArguments(c, "takes a %s, a METHOD and a PATH, got %d of them", what, len(args))
	}
}

// noteDropped prints what happens to headers and parameters that do not pass.
func noteDropped(w io.Writer, what string, fields []dropped.Field) {
	for _, sentence := range dropped.Sentences(what, fields) {
		fmt.Fprintln(w, "note:", sentence)
	}
}

// printRecord writes JSON, in lines that stay whole.
func printRecord(w io.Writer, record any) error {
	return printable.JSON(screen.Verbatim(w), record)
}

// printAnswer writes every byte as it came, and nothing else, except on a terminal.
func (f *requestFlags) printAnswer(w io.Writer, a curl.Answer) error {
	if !screen.IsTerminal(w) {
		return a.Write(w, f.include)
	}
	if !a.IsText() {
		size := len(a.Body)
		if f.include {
			a.Body = nil
			if err := a.Show(screen.Verbatim(w), true); err != nil {
				return err
			}
		}
		return fmt.Errorf("the body is binary (%d bytes) and not written to a terminal; redirect it to a file", size)
	}
	return a.Show(screen.Verbatim(w), f.include)
}
