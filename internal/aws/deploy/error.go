package deploy

import (
	"context"
	"errors"
	"strings"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// Kind is what ended a deployment or a destruction.
type Kind string

// The kinds in which the work has begun, or the user has stopped it. In all others
// nothing was deployed and nothing was deleted.
const (
	Declined Kind = "declined" // the user said no
	Refused  Kind = "refused"  // CloudFormation could not create the change set
	Failed   Kind = "failed"   // CloudFormation began the operation and could not finish it
)

const (
	noBucket       Kind = "no bucket"                   // for the zips, or for a large template
	otherPartition Kind = "other partition"             // the spec's ARNs cannot exist where the credentials are
	otherBus       Kind = "other bus"                   // an event bus of the spec is in another account or region
	otherAccount   Kind = "other account"               // a role, a boundary or a key of the spec is in another account or region
	unusableKey    Kind = "unusable key"                // the key of the spec is not there, or does not let AWS use it
	otherSpec      Kind = "other spec"                  // the stack is sfngen's, but was deployed from another spec
	otherSets      Kind = "change sets of another tool" // the stack has no resources, and change sets that are not sfngen's
	wrongStatus    Kind = "wrong status"                // the stack's status admits no deployment, or no deletion
	protected      Kind = "protected"                   // the stack has termination protection
	drifted        Kind = "drifted"                     // the stack was changed outside of CloudFormation
	misread        Kind = "misread"                     // a drift-aware change set would create what exists
	notExecutable  Kind = "not executable"              // the change set of --execute
	outdated       Kind = "outdated"                    // the stack has changed since it was shown
	noNetwork      Kind = "no network"                  // the account or the user's subnets do not have what the network needs
	busyNetwork    Kind = "busy network"                // interfaces are in the way of deleting a network
)

// Error is why a deployment or a destruction ended, in one shape.
type Error struct {
	Kind  Kind
	Stack string // of CloudFormation
	cloud.Message
	Details []string // below the first line, one line each
	Next    string   // what to do after all that, on its own line; "" when the Message says it
}

func (e *Error) Error() string {
	lines := []string{e.String()}
	for _, detail := range e.Details {
		lines = append(lines, printable.Line(detail))
	}
	if e.Next != "" {
		lines = append(lines, printable.Line(e.Next))
	}
	return strings.Join(lines, "\n")
}

// KindOf is the kind of the Error in err; "" for none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

// RemainsError is an error with what remains in AWS because of it.
type RemainsError struct {
	Err     error
	Remains string
	Begun   Beginning // of a deployment
}

// Beginning is whether CloudFormation has begun to deploy when an error ends sfngen's part
// of it: then it goes on, and nobody watches.
type Beginning int

const (
	NotBegun     Beginning = iota
	PerhapsBegun           // AWS has not said
	Begun
)

// remaining explains err and adds what remains.
func remaining(err error, remains string) error {
	return &RemainsError{Err: cloud.Explain(err), Remains: remains}
}

// begun is remaining for what goes on in AWS, or may do so.
func begun(how Beginning, err error, remains string) error {
	return &RemainsError{Err: cloud.Explain(err), Remains: remains, Begun: how}
}

// Error leaves out what only says that it was interrupted.
func (e *RemainsError) Error() string {
	remains := printable.Line(e.Remains)
	if errors.Is(e.Err, context.Canceled) {
		return remains
	}
	return e.Err.Error() + "\n" + remains
}

func (e *RemainsError) Unwrap() error { return e.Err }
