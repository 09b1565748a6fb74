package deploy

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy/operation"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/spec"
)

// admit says where the deployment goes, and checks whether it can. creates is true for
// a stack that has no resources yet; before is what exists of it.
func (d *Deployment) admit(ctx context.Context) (before types.Stack, creates bool, err error) {
	d.sayWhere(d.Name)
	if err := cmp.Or(d.checkPartition(), d.checkBuses(), d.checkOperations(), d.checkTopic()); err != nil {
		return before, false, err
	}
	before, err = live.Describe(ctx, d.Cloud.CloudFormation(), d.Name)
	switch {
	case errors.Is(err, live.ErrNone):
		return types.Stack{}, true, nil
	case err != nil:
		return before, false, err
	case before.StackStatus == types.StackStatusReviewInProgress && d.ChangeSet != "":
		return before, true, nil
	case before.StackStatus == types.StackStatusReviewInProgress:
		_, err = d.checkOwner(ctx, before)
		return before, true, err
	}
	current, err := live.Read(ctx, d.Cloud, before)
	if err != nil {
		return before, false, err
	}
	d.deployed = *current
	switch {
	case current.Summary.Name != d.Folder.Name:
		return before, false, d.otherSpec(d.Name, current.Summary.Name, d.Folder.Name)
	case operation.InProgress(before.StackStatus) && d.Mode == Execute && d.ChangeSet == "" && d.isDetaching(ctx, before):
		if err := d.joinDetachment(ctx, before, cited(d.deployCommand())); err != nil {
			return before, false, err
		}
		return d.admit(ctx)
	case !updatable[before.StackStatus]:
		return before, false, d.statusError(d.Name, before.StackStatus, statusMessages[before.StackStatus], d.situation(ctx, before))
	}
	return before, false, nil
}

func (d *Deployment) checkPartition() error {
	caller := d.Cloud.Partition
	if d.Partition == "" || d.Partition == caller {
		return nil
	}
	return &Error{Kind: otherPartition, Stack: d.Name, Message: cloud.Message{
		What: "the spec is for the partition " + d.Partition + ", but these credentials are of " + caller,
		Do:   "set partition: " + caller + " in the spec and build again, or choose other credentials with --profile",
	}}
}

// checkBuses finds a bus of another account or region before CloudFormation does:
// EventBridge keeps a rule with its bus.
func (d *Deployment) checkBuses() error {
	for _, name := range d.Folder.Summary.BusARNs {
		bus := spec.BusOf(name)
		if bus.Account == d.Cloud.Account && bus.Region == d.Cloud.Region {
			continue
		}
		return &Error{Kind: otherBus, Stack: d.Name, Message: cloud.Message{
			What: fmt.Sprintf("the event bus %s is in %s of account %s, and the stack would be in %s of account %s: rules live with their bus",
				bus.Name, bus.Region, bus.Account, d.Cloud.Region, d.Cloud.Account),
			Do: "let a rule of that bus send its events on to a bus here, and name that one in triggers.events; or deploy there, " +
				"with --region and --profile",
		}}
	}
	return nil
}

// checkTopic finds a topic of another region before CloudFormation does: an alarm tells
// those of its own alone. Another account's is possible (CloudWatch API, PutMetricAlarm).
func (d *Deployment) checkTopic() error {
	topic, err := arn.Parse(d.Folder.Summary.AlarmTopic)
	if err != nil || topic.Region == d.Cloud.Region {
		return nil
	}
	return &Error{Kind: otherTopic, Stack: d.Name, Message: cloud.Message{
		What: fmt.Sprintf("operations.alarms.topic is in %s, and the stack would be in %s: an alarm tells topics of its own region alone",
			topic.Region, d.Cloud.Region),
		Do: "name a topic of " + d.Cloud.Region + ", which the environments of a spec can do each for itself, or deploy there with --region " +
			topic.Region,
	}}
}

// otherSpec is about a stack that sfngen has created, but from another spec.
func (s *Session) otherSpec(stack, deployed, wanted string) error {
	return &Error{Kind: otherSpec, Stack: stack, Message: cloud.Message{
		What: "the CloudFormation stack " + s.whole(stack) + " was deployed from another spec, " + deployed + ", not " + wanted,
		Do:   "choose another name with --stack-name",
	}}
}

// whole is a stack's name with its region and account.
func (s *Session) whole(stack string) string {
	return stack + " in " + s.Cloud.Region + " of account " + s.Cloud.Account
}
