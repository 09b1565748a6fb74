package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/screen"
	"github.com/sfngen/sfngen/internal/term/wrap"
)

// versionFlag is a flag of sfngen itself.
const versionFlag = "version"

// help is cobra's own, with its paragraphs broken for the terminal's width. The lines
// below them are layout, which the screen breaks. cobra calls it also for sfngen
// without a command, which is so with --version.
func help(c *cobra.Command, _ []string) {
	if isSet(c, versionFlag) && !isSet(c, "help") {
		_ = printVersion(c.OutOrStdout()) // Run flushes the stream, and sees its error
		return
	}
	text := strings.TrimSpace(c.Long)
	if text == "" {
		text = c.Short
	}
	out := c.OutOrStdout()
	fmt.Fprint(out, wrap.Prose(text+"\n", screen.Columns(out))+"\n"+c.UsageString())
}

// isSet reports whether the command has a flag without a value, and it is set.
func isSet(c *cobra.Command, flag string) bool {
	is, err := c.Flags().GetBool(flag)
	return err == nil && is
}

// addColor adds --color, which holds for both streams from the moment it is read.
func addColor(root *cobra.Command) {
	root.PersistentFlags().Func("color", "colour the output: `auto`, always or never; auto obeys NO_COLOR and CLICOLOR_FORCE",
		func(text string) error {
			mode, err := color.ParseMode(text)
			if err == nil {
				screen.SetColor(root.OutOrStdout(), mode)
				screen.SetColor(root.ErrOrStderr(), mode)
			}
			return err
		})
	_ = root.RegisterFlagCompletionFunc("color", oneOf("auto", "always", "never")) // it was added a line above
}

// specIsFile is for the help of commands that take any number of specs.
const specIsFile = `
SPEC is a file, or a folder: every spec in it, other YAML files left out. Without
SPEC it is every spec of the project, which a file sfngen.yaml here or in a
folder above describes (docs/projects.md).
`

// What STACK is, in the help of every command that takes one.
const (
	// stackIsFolder is for commands that need the folder.
	stackIsFolder = `STACK is the folder that sfngen build wrote, or its name under
stacks/ (or under the folder that sfngen.yaml names).`
	// stackIsDeployed is for commands about deployed stacks.
	stackIsDeployed = `STACK is the folder that sfngen build wrote, or its name under
stacks/ (or under the folder that sfngen.yaml names), or, without a folder here,
the name of a deployed stack.`
)
