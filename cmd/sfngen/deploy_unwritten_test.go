package main

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/deploy"
)

// full is a disk without space.
type full struct{}

var errFull = errors.New("no space left on device")

func (full) Write([]byte) (int, error) { return 0, errFull }

// What was deployed is deployed, whether stdout takes the result or not.
func TestResultThatCannotBeWritten(t *testing.T) {
	outputs := map[string]string{"FunctionUrl": "https://x/"}
	const space = ": no space left on device"
	cases := map[string]struct {
		outcome deploy.Outcome
		json    bool
		stdout  io.Writer
		want    string // "" for success
	}{
		"deployed": {deploy.Outcome{Changed: true, Outputs: outputs}, false, full{}, "deployed, but its outputs could not be written" +
			space},
		"deployed, as JSON": {deploy.Outcome{Changed: true}, true, full{}, "deployed, but its outputs could not be written" + space},
		"no changes": {deploy.Outcome{Outputs: outputs}, false, full{},
			"nothing had to be deployed, but the outputs could not be written" + space},
		"dry run": {deploy.Outcome{Mode: deploy.DryRun, Changed: true}, false, full{},
			"nothing was deployed, and what would change could not be written" + space},
		"no execute": {deploy.Outcome{Mode: deploy.NoExecute, Changed: true, ChangeSet: "arn:x"}, false, full{},
			"the change set arn:x waits, but what it changes could not be written" + space},
		"written":          {deploy.Outcome{Changed: true, Outputs: outputs}, false, &bytes.Buffer{}, ""},
		"dry run, written": {deploy.Outcome{Mode: deploy.DryRun, Changed: true}, false, &bytes.Buffer{}, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			command := &cobra.Command{}
			command.SetOut(c.stdout)
			flags := &deployFlags{}
			if c.json {
				flags.format.word = formatJSON
			}
			flags.results.to = c.stdout
			if c.outcome.Mode != deploy.Execute { // whose changes are told on the way
				_, _ = io.WriteString(&flags.results, "17 changes\n")
			}
			got := ""
			err := flags.report(command, c.outcome, nil)
			if err != nil {
				got = err.Error()
			}
			if got != c.want || errors.Is(err, errFull) != (c.want != "") {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
