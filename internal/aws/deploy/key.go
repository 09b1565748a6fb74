package deploy

import (
	"context"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/key"
	"github.com/sfngen/sfngen/runtime/contract"
)

// checkKey looks at the key of operations.kmsKey before anything is compiled: a key that
// does not let AWS use it fails the deployment in the middle, or loses events later.
func (d *Deployment) checkKey(ctx context.Context) error {
	summary := d.Folder.Summary
	id := summary.Operations.Key
	if id == "" {
		return nil
	}
	needs := key.Needs{LogGroups: []string{contract.LogGroup(summary.Orchestrator)}, Events: summary.Operations.SendsEvents}
	for _, name := range summary.Egresses {
		needs.LogGroups = append(needs.LogGroups, contract.LogGroup(name))
	}
	if summary.LogGroup != "" {
		needs.LogGroups = append(needs.LogGroups, summary.LogGroup)
	}
	report, err := key.Check(ctx, d.Cloud, id, needs)
	if err != nil {
		return err
	}
	for _, note := range report.Notes {
		d.say("note: operations.kmsKey: %s", note)
	}
	if len(report.Problems) == 0 {
		return nil
	}
	return &Error{
		Kind: unusableKey, Stack: d.Name,
		Message: cloud.Message{What: "operations.kmsKey " + id + " cannot be used", Why: report.Problems[0]},
		Details: indented(report.Problems[1:]),
		Next:    "'sfngen plan --policies SPEC' prints the statements that the key's policy needs; who administers the key adds them",
	}
}
