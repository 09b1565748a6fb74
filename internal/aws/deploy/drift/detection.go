package drift

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy/changes"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// errNoDrift means that drift detection has no result.
var errNoDrift = errors.New("drift is not known")

// detect adds what CloudFormation's drift detection finds.
func (s *search) detect(ctx context.Context) {
	status, err := s.detectDrift(ctx, s.Stack.ID)
	if err != nil {
		s.noteUnknown(ctx, "the stack was changed outside of CloudFormation", err)
		return
	}
	if status != types.StackDriftStatusDrifted {
		return
	}
	reports, err := s.differences(ctx, s.Stack.ID)
	if err != nil { // that there is drift is known anyway
		s.Lines = append(s.Lines, fmt.Sprintf("what it is cannot be read: %v", cloud.Explain(err)))
		return
	}
	for _, r := range s.trusted(reports) {
		if r.StackResourceDriftStatus == types.StackResourceDriftStatusUnknown {
			s.noteUnknown(ctx, shown(r.LogicalResourceId)+" was changed outside of CloudFormation", errors.New(orNoReason(r.DriftStatusReason)))
			continue
		}
		s.Lines = append(s.Lines, driftLines(r)...)
	}
}

func (s *search) detectDrift(ctx context.Context, stackID string) (types.StackDriftStatus, error) {
	client := s.Cloud.CloudFormation()
	began, err := client.DetectStackDrift(ctx, &cloudformation.DetectStackDriftInput{StackName: &stackID})
	if err != nil {
		return "", err
	}
	var now *cloudformation.DescribeStackDriftDetectionStatusOutput
	err = s.Poll(ctx, "waiting for drift detection", func() (bool, error) {
		now, err = client.DescribeStackDriftDetectionStatus(ctx, &cloudformation.DescribeStackDriftDetectionStatusInput{
			StackDriftDetectionId: began.StackDriftDetectionId,
		})
		return err == nil && now.DetectionStatus != types.StackDriftDetectionStatusDetectionInProgress, err
	})
	switch {
	case err != nil:
		return "", err
	case now.StackDriftStatus == types.StackDriftStatusDrifted: // also when detection could not look at everything
	case now.DetectionStatus != types.StackDriftDetectionStatusDetectionComplete || now.StackDriftStatus != types.StackDriftStatusInSync:
		return "", fmt.Errorf("%w: %s", errNoDrift, orNoReason(now.DetectionStatusReason))
	}
	return now.StackDriftStatus, nil
}

func orNoReason(reason *string) string {
	return cmp.Or(shown(reason), "CloudFormation does not say why")
}

// differences are what CloudFormation reports of each resource.
func (s *search) differences(ctx context.Context, stackID string) ([]types.StackResourceDrift, error) {
	var all []types.StackResourceDrift
	client, in := s.Cloud.CloudFormation(), &cloudformation.DescribeStackResourceDriftsInput{
		StackName: &stackID,
		StackResourceDriftStatusFilters: []types.StackResourceDriftStatus{
			types.StackResourceDriftStatusModified, types.StackResourceDriftStatusDeleted, types.StackResourceDriftStatusUnknown,
		},
	}
	pages := cloud.Pages(func(token *string) (*cloudformation.DescribeStackResourceDriftsOutput, error) {
		in.NextToken = token
		return client.DescribeStackResourceDrifts(ctx, in)
	}, func(page *cloudformation.DescribeStackResourceDriftsOutput) *string { return page.NextToken })
	for page, err := range pages {
		if err != nil {
			return nil, err
		}
		all = append(all, page.StackResourceDrifts...)
	}
	return all, nil
}

func driftLines(r types.StackResourceDrift) []string {
	id := shown(r.LogicalResourceId)
	name := fmt.Sprintf("%s (%s)", id, changes.InWords(id, aws.ToString(r.ResourceType)))
	if r.StackResourceDriftStatus == types.StackResourceDriftStatusDeleted {
		return []string{name + " was deleted"}
	}
	var lines []string
	for _, p := range r.PropertyDifferences {
		path := strings.TrimPrefix(shown(p.PropertyPath), "/")
		was, is := printable.Cut(aws.ToString(p.ExpectedValue), 80), printable.Cut(aws.ToString(p.ActualValue), 80)
		switch p.DifferenceType {
		case types.DifferenceTypeAdd:
			lines = append(lines, fmt.Sprintf("%s: %s: added, %s", name, path, is))
		case types.DifferenceTypeRemove:
			lines = append(lines, fmt.Sprintf("%s: %s: removed, was %s", name, path, was))
		default:
			lines = append(lines, fmt.Sprintf("%s: %s: %s -> %s", name, path, was, is))
		}
	}
	if len(lines) == 0 {
		return []string{name + " was changed"}
	}
	return lines
}
