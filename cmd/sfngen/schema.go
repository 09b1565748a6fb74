package main

import (
	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/term/screen"
	"github.com/sfngen/sfngen/schema"
)

func schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		Short:   "Print the JSON Schema of a spec, for editors",
		Example: `  sfngen schema > sfngen.schema.json`,
		Args:    none,
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := screen.Verbatim(c.OutOrStdout()).Write(schema.ForEditors())
			return err
		},
	}
}
