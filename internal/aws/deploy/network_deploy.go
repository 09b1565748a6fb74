package deploy

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"github.com/sfngen/sfngen/internal/aws/deploy/changes"
	"github.com/sfngen/sfngen/internal/aws/network"
	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/spec"
)

// leaving is what a deployment takes away of a network.
type leaving struct {
	functions []string // that are in a VPC, and will not be
	any       bool     // subnets, or a role, go
	ipv6      bool     // it is one without IPv4
	kept      []string // Elastic IPs that stay in AWS without the stack
	named     []string // allocation IDs that the new template has as the user's own
}

// plannedDeparture compares the deployed network with the one of the new template.
func (d *Deployment) plannedDeparture(next network.Template) {
	d.leaving = leaving{}
	if d.network == nil {
		return
	}
	was, stay := d.network.template, next.InVPC()
	d.leaving.functions = slices.DeleteFunc(d.network.attached(), func(id string) bool { return slices.Contains(stay, id) })
	d.leaving.any = len(d.leaving.functions) > 0 || len(stay) == 0
	d.leaving.ipv6 = was.Shape().Type == spec.NetworkIPv6
	d.leaving.kept, d.leaving.named = slices.DeleteFunc(was.Retained(), next.Has), next.Addresses()
}

// codeOf is the key of the new code, for functions of a network whose own code calls by
// IPv6 alone: outside of the network they could call nothing. It serves the old definition
// as well. "" leaves the code as it is.
func (l leaving) codeOf(input *cloudformation.CreateChangeSetInput) string {
	if !l.ipv6 {
		return ""
	}
	for _, p := range input.Parameters {
		if aws.ToString(p.ParameterKey) == cfn.ParameterEgressKey {
			return aws.ToString(p.ParameterValue)
		}
	}
	return ""
}

// sayDeparture says before the question what comes first, or afterwards.
func (d *Deployment) sayDeparture(list []changes.Change) {
	if d.network == nil {
		return
	}
	goes := func(c changes.Change) bool {
		return c.Type == "AWS::EC2::Subnet" && (c.Action == changes.Delete || c.Action == changes.Replace)
	}
	if n := len(d.leaving.functions); n == 0 && !d.leaving.any && slices.ContainsFunc(list, goes) {
		d.say("note: once the functions use their new network, CloudFormation deletes the old subnets, which waits until AWS has deleted the "+
			"network interfaces in them: %s; what it cannot delete then stays, and its console shows it", interfaceTime)
	} else if n > 0 {
		d.say("note: before that %s out of %s network, and sfngen waits until AWS has deleted the network interfaces: %s",
			count.Of(n, "function")+count.Verb(n, " is taken", " are taken"), count.Verb(n, "its", "their"), interfaceTime)
	}
}

// leaveNetwork comes before the execution of a change set that takes away a network. The
// update makes the change set obsolete, so another one with the same input takes its place.
// One that was left waiting is executed as it is.
func (d *Deployment) leaveNetwork(ctx context.Context, set *changeSet) (*changeSet, error) {
	if d.network == nil || !d.leaving.any || set.input == nil {
		return set, nil
	}
	if err := d.deleteSoon(ctx, set); err != nil {
		return set, remaining(stopped(ctx, err), "nothing was deployed")
	}
	x := &departure{
		Deployment: d, network: d.network, functions: d.leaving.functions, at: d.network.attachment(d.leaving.functions),
		again: cited(d.deployCommand()), left: "the new template is not deployed yet", code: d.leaving.codeOf(set.input),
	}
	found, err := x.leave(ctx)
	if err != nil {
		return set, err
	}
	next := d.newChangeSet(found, false)
	next.uploads, next.left = set.uploads, x.done
	input := *set.input
	input.ChangeSetName, input.ClientToken = &next.name, &next.name
	next.input = &input
	if err := d.createChangeSet(ctx, next, &input); err != nil {
		return next, d.abandon(ctx, next, err)
	}
	return next, nil
}

// sayKept names the addresses that cost although the stack no longer has them. Those that
// the spec now names are the user's, and the stack goes on using them.
func (d *Deployment) sayKept(ctx context.Context) {
	if d.network != nil {
		d.Session.sayKept(ctx, d.network, d.leaving.kept, d.leaving.named)
	}
}

// sayKept is about the Elastic IPs of these resources, but for those of these allocation
// IDs. It only adds to what is done.
func (s *Session) sayKept(ctx context.Context, of *deployedNetwork, resources, used []string) {
	kept, err := of.own.Kept(ctx, s.Cloud, resources)
	kept = slices.DeleteFunc(kept, func(k network.Kept) bool { return slices.Contains(used, k.Allocation) })
	if err != nil && ctx.Err() != nil || len(kept) == 0 {
		return
	}
	var names []string
	for _, k := range kept {
		names = append(names, strings.TrimSpace(k.IP+" "+k.Allocation))
	}
	n := len(kept)
	s.say("%s%s, because vendors may have allow-listed %s, and %s $%.2f a month%s: %s", count.Of(n, "Elastic IP"),
		count.Verb(n, " stays", " stay"), count.Verb(n, "it", "them"), count.Verb(n, "costs", "cost"), plan.AddressMonth,
		count.Verb(n, "", " each"), strings.Join(names, ", "))
	s.say("once nobody needs %s any more:", count.Verb(n, "it", "them"))
	for _, k := range kept {
		s.say("  %s", k.Release(s.place()))
	}
}
