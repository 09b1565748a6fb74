package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// cobra's own checks count arguments; these also say which one is missing, and where
// to find help.

func oneOrMore(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return fmt.Errorf("%s needs at least one %s; see '%s --help'", c.CommandPath(), what, c.CommandPath())
		}
		return nil
	}
}

func exactlyOne(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != 1 {
			return fmt.Errorf("%s takes one %s, got %d; see '%s --help'", c.CommandPath(), what, len(args), c.CommandPath())
		}
		return nil
	}
}

func atMostOne(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) > 1 {
			return fmt.Errorf("%s takes one %s at most, got %d; see '%s --help'", c.CommandPath(), what, len(args), c.CommandPath())
		}
		return nil
	}
}

func none(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes no arguments, got %q; see '%s --help'", c.CommandPath(), args[0], c.CommandPath())
	}
	return nil
}
