package deploy

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/cloud"
)

// Drift says what becomes of changes that somebody made to the stack's resources
// outside of CloudFormation.
type Drift int

const (
	RefuseDrift Drift = iota // the deployment is refused
	KeepDrift                // it stays, where the deployment does not happen to write over it
	RevertDrift              // what the template says comes back, by a drift-aware change set
)

// DriftError is a stack whose resources are not as CloudFormation has made them.
type DriftError struct {
	Stack string
	Lines []string // one for each difference
}

func (e *DriftError) Error() string {
	return fmt.Sprintf("the stack %s was changed outside of CloudFormation:\n  %s\n--revert-drift brings back what the template says; --drifted deploys and leaves it as far as it can",
		e.Stack, strings.Join(e.Lines, "\n  "))
}

// errNoDrift is when drift cannot be told.
var errNoDrift = errors.New("drift is not known")

// checkDrift looks for drift before an update. That it cannot look is a note: it
// takes read access to every resource, which not everyone has who may deploy.
func (d *Deployment) checkDrift(ctx context.Context, stackID string) error {
	if d.Drift != RefuseDrift {
		return nil
	}
	d.say("looking for changes made outside of CloudFormation")
	status, err := d.detectDrift(ctx, stackID)
	if err == nil && status == types.StackDriftStatusDrifted {
		var lines []string
		if lines, err = d.differences(ctx, stackID); err == nil {
			return &DriftError{Stack: d.Name, Lines: lines}
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		d.say("note: whether the stack was changed outside of CloudFormation is not known: %v", cloud.Explain(err))
	}
	return nil
}

func (d *Deployment) detectDrift(ctx context.Context, stackID string) (types.StackDriftStatus, error) {
	client := d.Cloud.CloudFormation()
	began, err := client.DetectStackDrift(ctx, &cloudformation.DetectStackDriftInput{StackName: &stackID})
	if err != nil {
		return "", err
	}
	var now *cloudformation.DescribeStackDriftDetectionStatusOutput
	err = d.poll(ctx, "waiting for drift detection", func() (bool, error) {
		now, err = client.DescribeStackDriftDetectionStatus(ctx, &cloudformation.DescribeStackDriftDetectionStatusInput{
			StackDriftDetectionId: began.StackDriftDetectionId,
		})
		return err == nil && now.DetectionStatus != types.StackDriftDetectionStatusDetectionInProgress, err
	})
	switch {
	case err != nil:
		return "", err
	case now.StackDriftStatus == types.StackDriftStatusDrifted:
		return now.StackDriftStatus, nil // also of a detection that could not look at everything
	case now.DetectionStatus == types.StackDriftDetectionStatusDetectionFailed:
		return "", fmt.Errorf("%w: %s", errNoDrift, aws.ToString(now.DetectionStatusReason))
	}
	return now.StackDriftStatus, nil
}

func (d *Deployment) differences(ctx context.Context, stackID string) ([]string, error) {
	var lines []string
	pages := cloudformation.NewDescribeStackResourceDriftsPaginator(d.Cloud.CloudFormation(), &cloudformation.DescribeStackResourceDriftsInput{
		StackName: &stackID,
		StackResourceDriftStatusFilters: []types.StackResourceDriftStatus{
			types.StackResourceDriftStatusModified, types.StackResourceDriftStatusDeleted,
		},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, r := range page.StackResourceDrifts {
			lines = append(lines, driftLines(r)...)
		}
	}
	return lines, nil
}

func driftLines(r types.StackResourceDrift) []string {
	id := aws.ToString(r.LogicalResourceId)
	name := fmt.Sprintf("%s (%s)", id, plain(id, aws.ToString(r.ResourceType)))
	if r.StackResourceDriftStatus == types.StackResourceDriftStatusDeleted {
		return []string{name + " was deleted"}
	}
	var lines []string
	for _, p := range r.PropertyDifferences {
		path := strings.TrimPrefix(aws.ToString(p.PropertyPath), "/")
		was, is := cut(aws.ToString(p.ExpectedValue), 80), cut(aws.ToString(p.ActualValue), 80)
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
