package live

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/internal/term/width"
)

// Status is what runs of a stack, and what sfngen status --json prints.
type Status struct {
	Stack   string    `json:"stack"`
	StackID string    `json:"stackId"`
	Region  string    `json:"region"`
	Account string    `json:"account"`
	Spec    string    `json:"spec"` // the name that the spec gives
	Status  string    `json:"status"`
	Reason  string    `json:"reason,omitempty"` // of the status, where CloudFormation gives one
	Since   time.Time `json:"since"`            // when the last deployment began, UTC
	Bucket  string    `json:"bucket"`
	Zips    []string  `json:"zips"` // the keys in the bucket, of the egress and of the orchestrator
	// Folder compares it with a folder; nil for none.
	Folder  *FolderStatus     `json:"folder,omitempty"`
	Outputs map[string]string `json:"outputs"`
}

// FolderStatus compares a stack's folder with what runs.
type FolderStatus struct {
	Dir          string `json:"dir"`
	SameTemplate bool   `json:"sameTemplate"`
}

// NewStatus is the status of a stack that was found.
func NewStatus(s *Stack, region, account string) Status {
	f := s.Found
	return Status{
		Stack: s.Name, StackID: s.ID, Region: region, Account: account, Spec: s.Summary.Name,
		Status: string(s.Status), Reason: aws.ToString(f.StackStatusReason),
		Since:   aws.ToTime(cmp.Or(f.LastUpdatedTime, f.CreationTime)).UTC(),
		Bucket:  Parameter(f, cfn.ParameterBucket),
		Zips:    []string{Parameter(f, cfn.ParameterEgressKey), Parameter(f, cfn.ParameterOrchestratorKey)},
		Outputs: s.Outputs,
	}
}

// Write prints what runs, since when, from what, and where.
func (s Status) Write(w io.Writer) error {
	var text strings.Builder
	line := func(format string, args ...string) {
		safe := make([]any, len(args))
		for i, arg := range args {
			safe[i] = printable.Line(arg)
		}
		fmt.Fprintf(&text, format+"\n", safe...)
	}
	line("%s in %s of account %s: %s, last deployed %s UTC", s.Stack, s.Region, s.Account, s.Status, s.Since.Format(time.DateTime))
	if s.Reason != "" {
		line("reason: %s", s.Reason)
	}
	line("runs %s of the bucket %s", strings.Join(s.Zips, " and "), s.Bucket)
	switch {
	case s.Folder == nil:
	case s.Folder.SameTemplate:
		line("its template is that of %s", s.Folder.Dir)
	default:
		line("its template is not that of %s", s.Folder.Dir)
	}
	if _, err := io.WriteString(w, text.String()); err != nil {
		return err
	}
	return WriteOutputs(w, s.Outputs)
}

// WriteOutputs has a line for each output of a stack, its name and its value.
func WriteOutputs(w io.Writer, outputs map[string]string) error {
	var names []string
	widest := 0
	for name := range outputs {
		names = append(names, name)
		widest = max(widest, width.Of(printable.Line(name)))
	}
	slices.SortFunc(names, byImportance)
	for _, name := range names {
		if _, err := fmt.Fprintf(w, "%s  %s\n", width.Pad(printable.Line(name), widest), printable.Line(outputs[name])); err != nil {
			return err
		}
	}
	return nil
}

// byImportance puts the function URL first.
func byImportance(a, b string) int {
	rank := func(name string) int {
		if name == cfn.OutputFunctionURL {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
}
