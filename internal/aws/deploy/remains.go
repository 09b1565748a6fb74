package deploy

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/sfngen/sfngen/internal/aws/artifacts"
	"github.com/sfngen/sfngen/internal/aws/cloud"
)

// uploads are what a deployment has put into S3, which stays when it ends early.
type uploads struct {
	bucket   string
	created  bool   // the bucket, by this deployment
	zips     int    // that were not in it before
	template string // that was not in it before; "" for none
	unknown  string // a file whose upload was not answered
}

func (u uploads) nothing() bool {
	return !u.created && u.zips == 0 && u.template == "" && u.unknown == ""
}

// files names what was uploaded.
func (u uploads) files() string {
	var names []string
	if u.zips > 0 {
		names = append(names, "the uploaded zips")
	}
	if u.template != "" {
		names = append(names, u.template)
	}
	return strings.Join(names, " and ")
}

// String is a clause about all of it.
func (u uploads) String() string {
	if u.unknown != "" {
		text := "whether " + u.unknown + " is in the bucket " + u.bucket + " is not known, and is harmless"
		if u.unknown = ""; !u.nothing() {
			text = u.String() + "; " + text
		}
		return text
	}
	files := u.files()
	switch {
	case u.created && files != "":
		return "the new bucket " + u.bucket + " stays, and so do " + files + " in it, for the next time"
	case u.created:
		return "the new bucket " + u.bucket + " stays, for the next time"
	case u.zips > 0:
		return files + " stay in the bucket " + u.bucket + ", for the next time"
	}
	return files + " stays in the bucket " + u.bucket
}

// untouched ends a deployment before CloudFormation has anything of it.
func untouched(ctx context.Context, why error, remains uploads) error {
	switch {
	case errors.As(why, new(*RemainsError)) || artifacts.KindOf(why) == artifacts.Half:
		return why // which says it
	case ctx.Err() != nil:
		why = ctx.Err()
	case remains.nothing():
		return why
	}
	if remains.nothing() {
		return remaining(why, "nothing was changed in AWS")
	}
	return remaining(why, "nothing was deployed; "+remains.String())
}

// abandon ends a deployment before its execution: it deletes the change set, and says
// what remains in AWS.
func (d *Deployment) abandon(ctx context.Context, set *changeSet, why error) error {
	var api smithy.APIError
	if set.id == "" && errors.As(why, &api) && !cloud.IsRetryable(why) {
		return untouched(ctx, why, set.uploads) // CloudFormation has created nothing
	}
	why = stopped(ctx, why)
	if set.state == waiting {
		return remaining(why, "nothing was changed: the change set is as it was")
	}
	err := d.deleteSoon(ctx, set)
	if errors.Is(err, errExecuting) {
		return remaining(why, "somebody else executes the change set "+set.name+": "+d.awsCommand("describe-stack-events", d.Name)+" shows it")
	}
	remains := d.outcomeOfDeletion(set, why, err)
	if set.left {
		remains = functionsLeft + "; " + remains
	}
	if !set.uploads.nothing() {
		remains += "; " + set.uploads.String()
	}
	return remaining(why, remains)
}

// functionsLeft is what remains of a deployment that takes away a network, and then fails.
const functionsLeft = "the functions are out of their network, until a deployment puts them back"

// outcomeOfDeletion says what happened to a change set that was to be deleted, because
// of why; err is what prevented it. One without an id was requested and never seen.
func (d *Deployment) outcomeOfDeletion(set *changeSet, why, err error) string {
	nothing := "nothing was deployed"
	if set.uploads.nothing() && err == nil {
		nothing = "nothing was changed"
	}
	unseen := "nothing was deployed; whether the change set " + set.name
	switch {
	case set.id == "" && isNoAnswer(why):
		return unseen + " was created and is deleted is not known"
	case set.id == "" && err != nil:
		return unseen + " was created is not known, and it could not be deleted: " + cloud.Explain(err).Error()
	case set.state == absent && !wasAnswered(why):
		return unseen + " is still going to be created is not known: " + d.awsCommand("list-change-sets", d.Name) + " shows it"
	case set.state == absent:
		return nothing + ": no change set was created"
	case err != nil:
		return nothing + ", but " + cloud.Explain(err).Error()
	case set.state == deletedStackDeleting:
		return nothing + ": the change set is deleted; " + d.stackStillDeleting()
	case set.state == deletedWithStack:
		return nothing + ": the change set is deleted, and so is the empty stack that it created"
	}
	return nothing + ": the change set is deleted"
}

// nothingChanged ends what has changed nothing.
func nothingChanged(err error) error { return remaining(err, "nothing was changed") }

// unknown is about an operation that may have begun, or not.
func (s *Session) unknown(what, stack string) string {
	return "whether " + what + " has started is not known: " + s.awsCommand("describe-stack-events", stack) + " shows it"
}
