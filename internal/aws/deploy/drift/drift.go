// Package drift finds what was changed of a deployed stack outside of CloudFormation:
// what CloudFormation's drift detection sees, without its known errors, and what it does
// not look at: the Lambdas' code and the workflow's definition.
//
//	found := drift.Search{Cloud: cloud, Stack: stack, Zips: zips, Say: say, Poll: poll}.Run(ctx)
//	fmt.Println(strings.Join(found.Lines, "\n"))
package drift

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/aws/pack"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// Search is where to look. It only reads. Every field except Detection is needed.
type Search struct {
	Cloud *cloud.Cloud
	Stack live.Stack
	Zips  []pack.Artifact // of the stack's folder, whether they are deployed or not
	// Detection also runs CloudFormation's drift detection. A drift-aware change set does
	// not need it.
	Detection bool
	// Say gets a note of each thing that cannot be compared: that takes read access to
	// every resource, which someone who may deploy need not have.
	Say func(format string, args ...any)
	// Poll calls until it is done.
	Poll func(ctx context.Context, what string, call func() (done bool, err error)) error
}

// Found is what was changed, of what the search has looked at.
type Found struct {
	Lines      []string        // one for each difference
	Code       map[string]bool // the Lambdas, as pack names them, that run another zip
	Definition bool            // the workflow's was edited
	Unknown    bool            // not all of it could be compared
}

// search is one in progress.
type search struct {
	Search
	Found
}

// Run looks at everything. A context that has ended cuts it off, without a note.
func (s Search) Run(ctx context.Context) Found {
	run := search{Search: s, Found: Found{Code: map[string]bool{}}}
	if s.Detection {
		run.detect(ctx)
	}
	run.compareCode(ctx)
	run.compareDefinition(ctx)
	return run.Found
}

// noteUnknown notes that something could not be compared.
func (s *search) noteUnknown(ctx context.Context, what string, err error) {
	s.Unknown = true
	if ctx.Err() == nil {
		s.Say("note: whether %s is not known: %s", what, printable.Line(cloud.Explain(err).Error()))
	}
}

// shown is a text of AWS's in one line of ours.
func shown(text *string) string { return printable.Line(aws.ToString(text)) }
