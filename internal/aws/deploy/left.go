package deploy

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/sfngen/sfngen/internal/aws/artifacts"
	"github.com/sfngen/sfngen/internal/aws/cloud"
)

// LeftError is an error with what the command leaves in AWS because of it.
type LeftError struct {
	Err  error
	Left string
}

// Error leaves out what only says that it was interrupted.
func (e *LeftError) Error() string {
	if errors.Is(e.Err, context.Canceled) {
		return e.Left
	}
	return e.Err.Error() + "\n" + e.Left
}

func (e *LeftError) Unwrap() error { return e.Err }

// uploads are what a deployment has put into S3, which stays when it ends early.
type uploads struct {
	bucket   string
	made     bool   // the bucket, by this deployment
	zips     int    // that were not in it before
	template string // likewise; "" for none
	perhaps  string // a file whose upload was not answered
}

func (u uploads) nothing() bool {
	return !u.made && u.zips == 0 && u.template == "" && u.perhaps == ""
}

// files are what was uploaded, in words.
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
	if u.perhaps != "" {
		text := "whether " + u.perhaps + " is in the bucket " + u.bucket + " is not known, and does no harm"
		if u.perhaps = ""; !u.nothing() {
			text = u.String() + "; " + text
		}
		return text
	}
	files := u.files()
	switch {
	case u.made && files != "":
		return "the new bucket " + u.bucket + " stays, and so do " + files + " in it, for the next time"
	case u.made:
		return "the new bucket " + u.bucket + " stays, for the next time"
	case u.zips > 0:
		return files + " stay in the bucket " + u.bucket + ", for the next time"
	}
	return files + " stays in the bucket " + u.bucket
}

// untouched is an end before there is anything of CloudFormation's.
func untouched(ctx context.Context, why error, left uploads) error {
	switch {
	case errors.As(why, new(*LeftError)) || errors.As(why, new(*artifacts.HalfError)):
		return why // which says it
	case ctx.Err() != nil:
		why = ctx.Err()
	case left.nothing():
		return why
	}
	if left.nothing() {
		return &LeftError{Err: why, Left: "nothing was changed in AWS"}
	}
	return &LeftError{Err: why, Left: "nothing was deployed; " + left.String()}
}

// giveUp ends a deployment before its execution: AWS is left as it was, and that
// is said.
func (d *Deployment) giveUp(ctx context.Context, set *changeSet, why error) error {
	var api smithy.APIError
	if set.id == "" && errors.As(why, &api) && !cloud.IsPassing(why) {
		return untouched(ctx, why, set.left) // CloudFormation has made nothing
	}
	if ctx.Err() != nil {
		why = ctx.Err()
	}
	if set.preexisting {
		return &LeftError{Err: why, Left: "nothing was changed: the change set is as it was"}
	}
	err := d.discardSoon(ctx, set)
	if errors.Is(err, errExecuting) {
		return &LeftError{Err: why, Left: "somebody else executes the change set " + set.name + ": " + d.command("describe-stack-events", d.Name) + " shows it"}
	}
	left := d.discarded(set, why, err)
	if !set.left.nothing() {
		left += "; " + set.left.String()
	}
	return &LeftError{Err: why, Left: left}
}

// discarded says what became of a change set that was to be removed, because of why;
// err is what stood in the way. One without an id was asked for and never seen.
func (d *Deployment) discarded(set *changeSet, why, err error) string {
	nothing := "nothing was deployed"
	if set.left.nothing() && err == nil {
		nothing = "nothing was changed"
	}
	unseen := "nothing was deployed; whether the change set " + set.name
	switch {
	case set.id == "" && isNoAnswer(why):
		return unseen + " was made and is removed is not known"
	case set.id == "" && err != nil:
		return unseen + " was made is not known, and it could not be removed: " + cloud.Explain(err).Error()
	case set.id == "" && set.absent && !wasAnswered(why):
		return unseen + " is still going to be made is not known: " + d.command("list-change-sets", d.Name) + " shows it"
	case set.id == "" && set.absent:
		return nothing + ": no change set was made"
	case err != nil:
		return nothing + ", but " + cloud.Explain(err).Error()
	case set.lingers:
		return nothing + ": the change set is removed; " + d.lingering()
	case set.emptied:
		return nothing + ": the change set is removed, and so is the empty stack that it made"
	}
	return nothing + ": the change set is removed"
}
