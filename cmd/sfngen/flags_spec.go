package main

import (
	"cmp"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/spec"
)

// stackOfSpec is the one stack of a spec, in the environment that is meant. Errors in the
// spec go to stderr, and there is none then; of warnings only the number does.
func stackOfSpec(c *cobra.Command, name string, env envFlag) (*stack.Stack, error) {
	sources, err := readAll(c.InOrStdin(), []string{name})
	if err != nil {
		return nil, err
	}
	environment, err := env.one(sources[0])
	if err != nil {
		return nil, err
	}
	stacks, findings := stack.LoadAll(sources, only(environment)...)
	if spec.HasErrors(findings) {
		return nil, cmp.Or(new(findingFlags).writer(c.ErrOrStderr())(findings), errFindings)
	}
	noteWarnings(c.ErrOrStderr(), name, findings)
	return stacks[0], nil
}

// noteWarnings prints the number of warnings of a spec that can be used.
func noteWarnings(w io.Writer, name string, findings []spec.Finding) {
	if n := len(spec.Open(findings)); n > 0 {
		fmt.Fprintf(w, "note: %s in the spec; 'sfngen validate %s' shows %s\n", count.Of(n, "warning"), name, count.Verb(n, "it", "them"))
	}
}
