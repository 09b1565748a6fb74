package main

import (
	"errors"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/screen"
)

// The formats that several commands have.
const (
	formatText = "text" // for people
	formatJSON = "json"
)

// format is a command's --format: one of a few words, the first unless the user chooses.
type format struct {
	word  string
	known []string
}

// add adds --format, and for a command that can print JSON the alias --json. what it
// gives the form to stands in the help.
func (f *format) add(c *cobra.Command, what string, known ...string) {
	f.word, f.known = known[0], known
	c.Flags().Var(f, "format", "`format` of "+what+": "+count.Or(known...))
	_ = c.RegisterFlagCompletionFunc("format", oneOf(known...)) // it was added a line above
	if slices.Contains(known, formatJSON) {
		c.Flags().BoolFunc("json", "the same as --format json", f.setJSON)
		c.MarkFlagsMutuallyExclusive("format", "json")
	}
}

// String and Type are for the help: the default, and its kind.
func (f *format) String() string { return f.word }
func (f *format) Type() string   { return "format" }

// Set takes the user's word.
func (f *format) Set(word string) error {
	if word == "table" && slices.Contains(f.known, formatText) {
		word = formatText // the word of earlier versions
	}
	if !slices.Contains(f.known, word) {
		return errors.New("must be " + count.Or(f.known...))
	}
	f.word = word
	return nil
}

func (f *format) setJSON(value string) error {
	switch value {
	case "true":
		f.word = formatJSON
	case "false":
		f.word = f.known[0]
	default:
		return errors.New("takes no value")
	}
	return nil
}

// isJSON reports whether a program reads what is printed.
func (f *format) isJSON() bool { return f.word == formatJSON }

// report is what a command has found: for programs, and for a terminal of so many columns;
// 0 for any number.
type report interface {
	JSON(w io.Writer) error
	Text(columns int, paint color.Painter) string
}

// print prints a report in the form that the user wants.
func (f *format) print(w io.Writer, r report) error {
	if f.isJSON() {
		return r.JSON(screen.Verbatim(w))
	}
	return printText(w, r)
}

func printText(w io.Writer, r report) error {
	_, err := io.WriteString(w, r.Text(screen.Columns(w), screen.Painter(w)))
	return err
}
