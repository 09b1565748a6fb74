package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// cobra's own checks count arguments; these also say which one is missing, and where
// to find help.

func exactlyOne(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != 1 {
			return wrongArguments(c, "takes one %s, got %d", what, len(args))
		}
		return nil
	}
}

func atMostOne(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) > 1 {
			return wrongArguments(c, "takes one %s at most, got %d", what, len(args))
		}
		return nil
	}
}

func none(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return wrongArguments(c, "takes no arguments, got %q", args[0])
	}
	return nil
}

// wrongArguments names the command without the program: with it the message would
// begin as a command to copy does, which no screen wraps.
func wrongArguments(c *cobra.Command, format string, values ...any) error {
	name := strings.TrimPrefix(c.CommandPath(), c.Root().Name()+" ")
	return seeHelp(c, fmt.Errorf(name+" "+format, values...))
}
