package deploy

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

// changeSet is one of CloudFormation's: what a deployment would do.
type changeSet struct {
	name, id, stackID string
	kind              types.ChangeSetType
	state             changeSetState
	before            types.Stack                          // as it was before the change set; nothing of a new stack
	uploads           uploads                              // what is in S3 because of it
	input             *cloudformation.CreateChangeSetInput // from which it was created; nil of one that was waiting
	changes           []types.Change
	drift             types.StackDriftStatus // that it has found; only a drift-aware one looks

	left bool // the functions that leave their network have done so before it

	announced sync.Once // that an interrupt deletes it
}

type changeSetState int

const (
	requested            changeSetState = iota // CloudFormation may have it, or not
	creating                                   // CloudFormation has accepted it
	created                                    // it can be executed; only its execution prevents its deletion
	waiting                                    // since before this deployment, which only executes it
	absent                                     // it was requested, and did not exist when it was to be deleted
	deleted                                    // it no longer exists
	deletedWithStack                           // nor does the empty stack that it created
	deletedStackDeleting                       // and its empty stack is still being deleted
)

func (d *Deployment) newChangeSet(before types.Stack, creates bool) *changeSet {
	set := &changeSet{name: d.token(), kind: types.ChangeSetTypeUpdate, before: before, stackID: aws.ToString(before.StackId)}
	if creates {
		set.kind = types.ChangeSetTypeCreate
	}
	return set
}

// createsStack reports whether the stack exists only because of the change set, with
// nothing else in it.
func (set *changeSet) createsStack() bool {
	return set.kind == types.ChangeSetTypeCreate && set.before.StackId == nil
}

// allChanges reads the pages after the first one.
func (d *Deployment) allChanges(
	ctx context.Context, set *changeSet, first *cloudformation.DescribeChangeSetOutput,
) ([]types.Change, error) {
	var list []types.Change
	client := d.Cloud.CloudFormation()
	pages := cloud.Pages(func(token *string) (*cloudformation.DescribeChangeSetOutput, error) {
		if token == nil {
			return first, nil
		}
		return client.DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{
			ChangeSetName: &set.id, StackName: &set.stackID, IncludePropertyValues: aws.Bool(true), NextToken: token,
		})
	}, func(page *cloudformation.DescribeChangeSetOutput) *string { return page.NextToken })
	for page, err := range pages {
		if err != nil {
			return nil, checkAnswer(readingChangeSet, err, false)
		}
		list = append(list, page.Changes...)
	}
	return list, nil
}

const readingChangeSet = "reading the change set"

// changeSets are all that the stack of this ID has.
func (s *Session) changeSets(ctx context.Context, stackID string) ([]types.ChangeSetSummary, error) {
	var all []types.ChangeSetSummary
	client, in := s.Cloud.CloudFormation(), &cloudformation.ListChangeSetsInput{StackName: &stackID}
	pages := cloud.Pages(func(token *string) (*cloudformation.ListChangeSetsOutput, error) {
		in.NextToken = token
		return client.ListChangeSets(ctx, in)
	}, func(page *cloudformation.ListChangeSetsOutput) *string { return page.NextToken })
	for page, err := range pages {
		if err != nil {
			return nil, cloud.Explain(err)
		}
		for _, set := range page.Summaries {
			if aws.ToString(set.StackId) == stackID { // moto lists all of the region's
				all = append(all, set)
			}
		}
	}
	return all, nil
}
