package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/asl"
	"github.com/sfngen/sfngen/internal/gen/diagram"
	"github.com/sfngen/sfngen/internal/term/screen"
)

func graphCommand() *cobra.Command {
	var findings findingFlags
	var format format
	c := &cobra.Command{
		Use:   "graph SPEC",
		Short: "Draw the state machine as Mermaid or DOT",
		Example: `  sfngen graph acme-orders.yaml
  sfngen graph --format dot acme-orders.yaml | dot -Tsvg > acme-orders.svg`,
		Args: exactlyOne("SPEC"),
		RunE: func(c *cobra.Command, args []string) error {
			draw := map[string]func(asl.Machine) string{"mermaid": diagram.Mermaid, "dot": diagram.DOT}[format.word]
			stacks, err := findings.load(c, c.ErrOrStderr(), args)
			if err != nil {
				return err
			}
			_, err = io.WriteString(screen.Verbatim(c.OutOrStdout()), draw(asl.Build(stacks[0].Plan)))
			return err
		},
	}
	findings.add(c)
	format.add(c, "the drawing", "mermaid", "dot")
	return c
}
