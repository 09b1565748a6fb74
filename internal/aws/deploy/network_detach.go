package deploy

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/artifacts"
	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy/operation"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/aws/network"
	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/term/count"
)

// detachPrefix begins the names of the change sets that take functions out of a VPC, and
// so the tokens in the stack's events.
const detachPrefix = tokenPrefix + "detach-"

// departure takes functions out of their VPC before the VPC, or the role by which Lambda
// deletes their interfaces, goes: CloudFormation alone would delete all of it at once, wait
// for up to 45 minutes, and may leave interfaces that nobody can delete.
//
// It is an update of the stack, by a change set of the deployed template without the
// functions' VPC. A call of Lambda behind CloudFormation's back would be undone by a
// rollback, and would be drift for whoever deploys next.
type departure struct {
	*Deployment // of the deployed template: it has no folder
	network     *deployedNetwork
	functions   []string           // that leave
	at          network.Attachment // of the interfaces
	code        string             // the key of new code of the egresses; "" leaves them theirs
	again       string             // the command that goes on
	done        bool               // the functions have left
	left        string             // what is still to be done, in a sentence about an interrupt
}

// leave takes the functions out, and waits until their interfaces are gone. A stack that
// cannot be updated, or may not, is left to CloudFormation: that is said. The stack as it
// is afterwards is returned.
func (x *departure) leave(ctx context.Context) (types.Stack, error) {
	found := x.network.stack.Found
	if !x.mayWatch(ctx) {
		return found, x.interrupted(ctx)
	}
	if len(x.functions) > 0 {
		if !updatable[found.StackStatus] {
			return found, nil // its functions go first, and nothing can be waited for
		}
		now, err := x.detach(ctx)
		if now.StackId != nil {
			found = now
		}
		remains := errors.As(err, new(*RemainsError))
		switch {
		case err != nil && ctx.Err() != nil && !remains:
			return found, x.interrupted(ctx)
		case err != nil && (ctx.Err() != nil || remains && KindOf(err) == ""):
			return found, err
		case err != nil:
			x.say("note: the functions could not be taken out of their network first: %v", firstLine(err))
			x.say("note: CloudFormation now deletes their network with them, and waits for their interfaces itself: up to 45 minutes")
			return found, nil
		}
		x.done = true
	}
	return found, x.awaitInterfaces(ctx)
}

// interrupted is about an interrupt before anything has changed; nil for none.
func (x *departure) interrupted(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return remaining(ctx.Err(), x.left)
}

// mayWatch asks before anything changes whether it can be seen when the interfaces are
// gone: a role that goes before them leaves them for ever.
func (x *departure) mayWatch(ctx context.Context) bool {
	_, _, err := x.at.Interfaces(ctx, x.Cloud)
	if err != nil && ctx.Err() == nil {
		x.say("note: the functions are not taken out of their network first, because it cannot be seen when their interfaces are gone: %v",
			cloud.Explain(err))
		x.say("note: CloudFormation waits for them itself: up to 45 minutes")
	}
	return err == nil
}

// detach updates the stack.
func (x *departure) detach(ctx context.Context) (types.Stack, error) {
	template, err := network.Detach([]byte(x.network.stack.Template), x.functions)
	if err != nil {
		return types.Stack{}, err
	}
	x.say("taking %s out of %s network", count.Of(len(x.functions), "function"), count.Verb(len(x.functions), "its", "their"))
	set := x.newChangeSet(x.network.stack.Found, false)
	set.name = detachPrefix + strings.TrimPrefix(set.name, tokenPrefix)
	input, err := x.detachInput(ctx, set, template)
	if err != nil {
		return types.Stack{}, err
	}
	err = x.createChangeSet(ctx, set, input)
	switch {
	case errors.Is(err, errNoChanges):
		return types.Stack{}, x.forget(ctx, set)
	case err == nil:
		err = x.checkDetachment(set.changes)
	}
	if err != nil {
		return types.Stack{}, x.abandon(ctx, set, err)
	}
	return x.follow(ctx, set)
}

// forget deletes a change set that has nothing to do.
func (x *departure) forget(ctx context.Context, set *changeSet) error {
	if set.id == "" {
		return nil
	}
	return x.deleteSoon(ctx, set)
}

// follow executes the change set.
func (x *departure) follow(ctx context.Context, set *changeSet) (types.Stack, error) {
	w := x.watch(ctx, set.stackID, set.before, len(x.functions))
	w.Token = set.name
	if err := x.beginExecution(ctx, set, w); err != nil {
		return types.Stack{}, err
	}
	now, err := w.Run(ctx)
	if err != nil {
		return now, remaining(stopped(ctx, err), "CloudFormation goes on taking the functions out of their network; "+x.goesOn())
	}
	if now.StackStatus != types.StackStatusUpdateComplete {
		return now, x.failure("taking the functions out of the network of", x.Name, now, w.Events())
	}
	return now, nil
}

// goesOn ends a sentence about an interrupt.
func (x *departure) goesOn() string { return x.left + ", and " + x.again + " goes on from there" }

// detachInput is an update that changes the template alone.
func (x *departure) detachInput(ctx context.Context, set *changeSet, template []byte) (*cloudformation.CreateChangeSetInput, error) {
	found := x.network.stack.Found
	input := &cloudformation.CreateChangeSetInput{
		StackName: &x.Name, ChangeSetName: &set.name, ClientToken: &set.name, ChangeSetType: types.ChangeSetTypeUpdate,
		Description:  aws.String("sfngen: takes functions out of their network"),
		Capabilities: []types.Capability{types.CapabilityCapabilityIam},
	}
	for _, t := range found.Tags {
		if !strings.HasPrefix(aws.ToString(t.Key), "aws:") {
			input.Tags = append(input.Tags, t)
		}
	}
	for _, p := range found.Parameters {
		parameter := types.Parameter{ParameterKey: p.ParameterKey, UsePreviousValue: aws.Bool(true)}
		if aws.ToString(p.ParameterKey) == cfn.ParameterEgressKey && x.code != "" {
			parameter = types.Parameter{ParameterKey: p.ParameterKey, ParameterValue: &x.code}
		}
		input.Parameters = append(input.Parameters, parameter)
	}
	if len(template) <= inlineTemplate {
		input.TemplateBody = aws.String(string(template))
		return input, nil
	}
	url, err := x.uploadTemplate(ctx, template)
	input.TemplateURL = &url
	return input, err
}

// uploadTemplate puts a large template where the stack's zips are.
func (x *departure) uploadTemplate(ctx context.Context, template []byte) (string, error) {
	bucket, err := artifacts.Open(ctx, x.Cloud, artifacts.Options{Name: live.Parameter(x.network.stack.Found, cfn.ParameterBucket)})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(template)
	hash := hex.EncodeToString(sum[:])
	key := fmt.Sprintf("%s/template-%s.yaml", x.network.stack.Summary.Name, hash[:16])
	_, err = bucket.Put(ctx, key, bytes.NewReader(template), int64(len(template)), hash)
	return bucket.URL(key), err
}

// checkDetachment: such a change set changes what is there, and nothing else. What refers
// to a function may follow it.
func (x *departure) checkDetachment(list []types.Change) error {
	for _, c := range list {
		if r := c.ResourceChange; r != nil && (r.Action != types.ChangeActionModify || r.Replacement == types.ReplacementTrue) {
			return &Error{Kind: Refused, Stack: x.Name, Message: cloud.Message{
				What: "CloudFormation would also make, replace or delete " + shown(r.LogicalResourceId),
			}}
		}
	}
	return nil
}

// firstLine is what happened: what remains is said otherwise.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// joinDetachment follows an update of an earlier run that takes the functions out of their
// network: this run then goes on from there. again is its command.
func (s *Session) joinDetachment(ctx context.Context, found types.Stack, again string) error {
	s.say("an earlier run is taking the functions out of their network: waiting for it")
	w := s.watch(ctx, aws.ToString(found.StackId), found, 0)
	if _, err := w.Run(ctx); err != nil {
		return remaining(stopped(ctx, err), "CloudFormation goes on taking the functions out of their network; "+again+" goes on from there")
	}
	return nil
}

// isDetaching reports whether the operation in progress is one of these.
func (s *Session) isDetaching(ctx context.Context, found types.Stack) bool {
	events, err := operation.Since(ctx, s.Cloud.CloudFormation(), aws.ToString(found.StackId), "", operation.IsBeginning)
	return err == nil && len(events) > 0 && strings.HasPrefix(aws.ToString(events[0].ClientRequestToken), detachPrefix)
}
