package deploy

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/deploy/changes"
	"github.com/sfngen/sfngen/internal/aws/deploy/operation"
	"github.com/sfngen/sfngen/internal/term/count"
)

// mostDeletions is how often a deletion is begun that interfaces prevent.
const mostDeletions = 3

// showNetwork says how long the network takes, and what of it stays.
func (d *Destruction) showNetwork(list []changes.Change) []changes.Change {
	if d.network == nil {
		return list
	}
	stay := func(c changes.Change) bool { return d.network.template.Stays(c.Resource) }
	d.kept = slices.DeleteFunc(d.network.template.Retained(), func(id string) bool { return len(d.network.own.Physical([]string{id})) == 0 })
	return slices.DeleteFunc(list, stay)
}

// sayNetwork comes after the list of what goes.
func (d *Destruction) sayNetwork() {
	if d.network == nil {
		return
	}
	if n := len(d.kept); n > 0 {
		d.say("%s of the stack, with the address%s, %s", count.Of(n, "Elastic IP"), count.Verb(n, "", "es")+" "+
			strings.Join(d.network.own.Physical(d.kept), ", "), count.Verb(n, "stays", "stay"))
	}
	if own := d.network.template.Addresses(); len(own) > 0 {
		d.say("your own Elastic IPs stay: %s", strings.Join(own, ", "))
	}
}

// question asks; it says how long a network takes to go.
func (d *Destruction) question() string {
	text := "destroy " + d.whole(d.Name)
	if d.network != nil {
		text += " (AWS deletes the network interfaces of its functions first: " + interfaceTime + ")"
	}
	return text + "?"
}

// departure is that of all functions of the stack.
func (d *Destruction) departure(functions []string) *departure {
	return &departure{
		Deployment: &Deployment{Session: d.Session, Name: d.Name}, network: d.network, functions: functions, at: d.network.attachment(functions),
		again: d.sfngenCommand("destroy", d.Name), left: "nothing is deleted yet",
	}
}

// leaveNetwork takes the functions out of their network, where CloudFormation updates the
// stack in its state. Functions that stay in it are deleted first, and CloudFormation waits
// for their interfaces.
func (d *Destruction) leaveNetwork(ctx context.Context, found types.Stack) (types.Stack, error) {
	if d.network == nil || found.StackStatus == types.StackStatusDeleteInProgress || found.StackStatus == types.StackStatusDeleteComplete {
		return found, nil
	}
	d.network.stack.Found = found
	x := d.departure(d.network.attached())
	now, err := x.leave(ctx)
	d.left = x.done
	return now, err
}

// nothingDeleted ends a deletion that has not begun.
func (d *Destruction) nothingDeleted(err error) error {
	if d.left {
		return remaining(err, functionsLeft+"; nothing was deleted")
	}
	return nothingChanged(err)
}

// isBlocked reports a deletion that interfaces have prevented: it can be begun again once
// they are gone.
func (d *Destruction) isBlocked(now types.Stack, events []types.StackEvent) bool {
	if d.network == nil || now.StackStatus != types.StackStatusDeleteFailed {
		return false
	}
	return slices.ContainsFunc(operation.Failures(events), func(f operation.Failed) bool { return operation.IsInUse(f.Raw) })
}

// unblock waits for the interfaces of functions that are deleted by now.
func (d *Destruction) unblock(ctx context.Context) error {
	d.say("network interfaces were still in the way: waiting for them, then deleting the rest")
	var err error
	if d.network, err = d.readNetwork(ctx, d.network.stack); err != nil || d.network == nil {
		return err
	}
	x := d.departure(nil)
	x.left = "the rest of the stack is not deleted yet"
	if len(d.network.attached()) > 0 || !x.mayWatch(ctx) {
		return x.interrupted(ctx)
	}
	return x.awaitInterfaces(ctx)
}
