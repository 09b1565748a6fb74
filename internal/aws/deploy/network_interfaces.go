package deploy

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/network"
	"github.com/sfngen/sfngen/internal/term/count"
)

// How long interfaces may take: AWS says up to 20 minutes (Lambda Developer Guide, VPC
// configuration), and users tell of 45.
const (
	mostInterfaceWait = time.Hour
	interfaceNews     = 5 * time.Minute // between two lines in which nothing has changed
)

// interfaceTime is how long it takes, in words.
const interfaceTime = "usually some minutes, at times 20 to 45"

// vigil is what has been said of a wait.
type vigil struct {
	began, said time.Time
	left        int // interfaces; -1 before the first look
}

// awaitInterfaces waits until Lambda has deleted the interfaces.
func (x *departure) awaitInterfaces(ctx context.Context) error {
	v := vigil{began: x.Now(), left: -1}
	var own, foreign []network.Interface
	err := x.poll(ctx, "waiting for the network interfaces", func() (done bool, err error) {
		if own, foreign, err = x.at.Interfaces(ctx, x.Cloud); err != nil {
			return false, err
		}
		x.tell(&v, own)
		return len(own) == 0 || x.Now().Sub(v.began) >= mostInterfaceWait, nil
	})
	waited := x.Now().Sub(v.began)
	switch {
	case err != nil:
		return remaining(stopped(ctx, err), "the functions are out of their network, and AWS goes on deleting their interfaces; "+x.goesOn())
	case len(own) > 0:
		return x.stuck(own)
	case len(foreign) > 0:
		return x.foreign(foreign)
	case v.left > 0:
		x.say("the network interfaces are gone, after %s", age(waited))
	}
	return nil
}

// tell says how many are left, where that has changed, and now and then.
func (x *departure) tell(v *vigil, own []network.Interface) {
	now, n := x.Now(), len(own)
	switch {
	case n == v.left && now.Sub(v.said) < interfaceNews || n == 0:
		return
	case v.left < 0:
		x.say("waiting until AWS has deleted %s of the functions (%s): %s; Ctrl-C loses nothing", count.Of(n, "network interface"), ids(own),
			interfaceTime)
	default:
		x.say("%s: %s", age(now.Sub(v.began)), count.Of(n, "network interface")+count.Verb(n, " is", " are")+" still there")
	}
	v.said, v.left = now, n
}

func ids(list []network.Interface) string {
	var all []string
	for _, i := range list {
		all = append(all, i.ID)
	}
	return strings.Join(all, ", ")
}

// stuck is about interfaces that are still there after an hour. In subnets of the user's
// they may be those of other functions as well: then they stay rightly.
func (x *departure) stuck(own []network.Interface) error {
	if len(x.network.template.Subnets()) == 0 {
		x.say("note: %s still there: functions of other stacks that use the same subnet and security groups keep %s",
			ids(own)+count.Verb(len(own), " is", " are"), count.Verb(len(own), "it", "them"))
		return nil
	}
	return &Error{Kind: busyNetwork, Stack: x.Name, Message: cloud.Message{
		What: fmt.Sprintf("AWS has not deleted %s in %s", ids(own), age(mostInterfaceWait)),
		Why:  "the functions no longer use them, but Lambda's work is not done, or its role may not delete them",
		Do: "wait, and run " + x.again + " once more; one whose status is available can be deleted: " +
			cited("aws ec2 delete-network-interface --network-interface-id "+own[0].ID+x.place()),
	}, Next: x.left}
}

// foreign is about what somebody else has put into the subnets of the stack.
func (x *departure) foreign(list []network.Interface) error {
	var lines []string
	for _, i := range list {
		lines = append(lines, fmt.Sprintf("%s in %s: %s", i.ID, i.Subnet, i.Description))
	}
	return &Error{Kind: busyNetwork, Stack: x.Name, Message: cloud.Message{
		What: "in the subnets of the stack are interfaces that are not the stack's, so AWS could not delete the subnets:",
	}, Details: indented(lines), Next: "delete what they belong to, then run " + x.again + " once more; " + x.left}
}
