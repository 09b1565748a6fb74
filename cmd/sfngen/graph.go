package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/asl"
	"github.com/sfngen/sfngen/internal/gen/diagram"
	"github.com/sfngen/sfngen/internal/term/screen"
)

func graphCommand() *cobra.Command {
	var findings findingFlags
	var format string
	c := &cobra.Command{
		Use:   "graph SPEC",
		Short: "Draw the state machine as Mermaid or DOT",
		Example: `  sfngen graph acme-orders.yaml
  sfngen graph --format dot acme-orders.yaml | dot -Tsvg > acme-orders.svg`,
		Args: exactlyOne("SPEC"),
		RunE: func(c *cobra.Command, args []string) error {
			draw, ok := map[string]func(asl.Machine) string{"mermaid": diagram.Mermaid, "dot": diagram.DOT}[format]
			if !ok {
				return fmt.Errorf("--format: must be mermaid or dot, got %q", format)
			}
			stacks, err := findings.load(c, c.ErrOrStderr(), args)
			if err != nil {
				return err
			}
			_, err = io.WriteString(screen.Verbatim(c.OutOrStdout()), draw(asl.Build(stacks[0].Plan)))
			return err
		},
	}
	findings.add(c)
	c.Flags().StringVar(&format, "format", "mermaid", "`format`: mermaid or dot")
	return c
}
