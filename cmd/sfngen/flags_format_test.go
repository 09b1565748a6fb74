package main

import (
	"testing"

	"github.com/spf13/cobra"
)

// TestFormatsAreOneKind: wherever --format knows json, --json is short for it.
func TestFormatsAreOneKind(t *testing.T) {
	seen := 0
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			walk(sub)
		}
		flag := c.Flags().Lookup("format")
		if flag == nil {
			return
		}
		seen++
		known, ok := flag.Value.(*format)
		if !ok {
			t.Errorf("%s: --format is not one of the kind that all others are", c.CommandPath())
			return
		}
		for _, word := range known.known {
			if word == formatJSON && c.Flags().Lookup("json") == nil {
				t.Errorf("%s has --format json, and no --json", c.CommandPath())
			}
		}
	}
	walk(newRoot())
	if seen < 10 {
		t.Errorf("only %d commands have --format", seen)
	}
}
