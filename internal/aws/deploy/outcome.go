package deploy

import (
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/deploy/changes"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// Outcome is the result of a deployment, and what --json prints.
type Outcome struct {
	Stack     string            `json:"stack"`
	Mode      Mode              `json:"mode"` // execute, dry-run or no-execute
	StackID   string            `json:"stackId,omitempty"`
	Status    types.StackStatus `json:"status"`  // "" when there is no such stack, as after the dry run of a first deployment
	Changed   bool              `json:"changed"` // by this deployment; of a dry run: would be
	Changes   []changes.Change  `json:"changes"`
	ChangeSet string            `json:"changeSet,omitempty"` // its ARN, when it waits to be executed
	Outputs   map[string]string `json:"outputs"`
	Reason    string            `json:"reason,omitempty"` // of the first failure
}

// Write prints the outputs, each with its name. A dry run has printed already what it
// prints.
func (o Outcome) Write(w io.Writer) error {
	if o.Mode != Execute {
		return nil
	}
	return live.WriteOutputs(w, o.Outputs)
}

// WriteJSON prints all of it.
func (o Outcome) WriteJSON(w io.Writer) error { return printable.JSON(w, o.Whole()) }

// Whole is the outcome with empty lists in the place of nil, as JSON has them.
func (o Outcome) Whole() Outcome {
	if o.Changes == nil {
		o.Changes = []changes.Change{}
	}
	if o.Outputs == nil {
		o.Outputs = map[string]string{}
	}
	return o
}

func (o *Outcome) read(s types.Stack) {
	o.StackID, o.Status = aws.ToString(s.StackId), s.StackStatus
	o.Outputs = live.Outputs(s)
}
