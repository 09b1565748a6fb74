package main

import (
	"fmt"
	"io"
	"strings"

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
			var drawings strings.Builder
			for _, s := range stacks {
				if len(stacks) > 1 { // of several environments
					fmt.Fprintf(&drawings, "%s %s\n", map[string]string{"mermaid": "%%", "dot": "//"}[format.word], s.Name)
				}
				drawings.WriteString(draw(asl.Build(s.Plan)))
			}
			_, err = io.WriteString(screen.Verbatim(c.OutOrStdout()), drawings.String())
			return err
		},
	}
	findings.add(c)
	format.add(c, "the drawing", "mermaid", "dot")
	return c
}
