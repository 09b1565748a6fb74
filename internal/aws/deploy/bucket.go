package deploy

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/artifacts"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/gen/cfn"
)

// NoBucketError is a deployment that names no bucket, of a stack that has none
// yet, where sfngen's own is not there either.
type NoBucketError struct{ Default, Region string }

func (e *NoBucketError) Error() string {
	return fmt.Sprintf("no bucket for the zips of the Lambdas: --create-bucket makes one, %s (private, encrypted, versioned), which is then used without being named; --bucket names one that you have in %s", e.Default, e.Region)
}

// UnseenError is a dry run for which a bucket would have to be made.
type UnseenError struct {
	Size   int // of the template, in bytes
	Bucket string
}

func (e *UnseenError) Error() string {
	return fmt.Sprintf("a template of %d KB can only be looked at through a bucket, there is no bucket %s, and a dry run makes none: name one that is there with --bucket, or deploy without --dry-run: that shows the changes, too, and asks before it makes them",
		e.Size/1000, e.Bucket)
}

// chooseBucket decides which bucket it is. The account's own was not asked for:
// byDefault.
func (d *Deployment) chooseBucket(before types.Stack) (byDefault bool) {
	if d.Bucket.Name != "" {
		return false
	}
	if d.Bucket.Name = live.Parameter(before, cfn.ParameterBucket); d.Bucket.Name != "" {
		return false
	}
	d.Bucket.Name = artifacts.DefaultBucket(d.Cloud)
	return true
}

func (d *Deployment) openBucket(ctx context.Context, create bool) (*artifacts.Bucket, error) {
	which := d.Bucket
	which.Create, which.Sleep = create, d.Sleep
	return artifacts.Open(ctx, d.Cloud, which)
}

// findBucket looks for the bucket, before anything that takes time. nil is for one
// that is still to be made, which a dry run of a small template goes without.
func (d *Deployment) findBucket(ctx context.Context, before types.Stack, template []byte) (*artifacts.Bucket, error) {
	byDefault := d.chooseBucket(before)
	bucket, err := d.openBucket(ctx, false)
	missing := errors.As(err, new(*artifacts.MissingError))
	switch {
	case missing && d.Mode == DryRun && len(template) > inlineTemplate:
		return nil, &UnseenError{Size: len(template), Bucket: d.Bucket.Name}
	case missing && d.Bucket.Create:
		return nil, nil
	case missing && byDefault:
		return nil, &NoBucketError{Default: d.Bucket.Name, Region: d.Cloud.Region}
	case err != nil && byDefault:
		return nil, fmt.Errorf("no bucket is named with --bucket, and that of the account cannot be used: %w", err)
	case err == nil && d.Bucket.Create:
		d.say("the bucket %s is there already, and is used as it is", d.Bucket.Name)
	}
	return bucket, err
}

// makeBucket makes the bucket. An interrupt waits for that: half of it would be a
// bucket that is open.
func (d *Deployment) makeBucket(ctx context.Context, left *uploads) (*artifacts.Bucket, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	stop := d.onInterrupt(ctx, func() { d.say("interrupted: the bucket %s is made to its end, and closed, first", d.Bucket.Name) })
	whole, cancel := finishing(ctx)
	defer cancel()
	bucket, err := d.openBucket(whole, true)
	stop()
	if left.made = err == nil && bucket.Created; left.made {
		d.say("made the bucket %s", d.Bucket.Name)
	}
	switch {
	case err != nil && ctx.Err() != nil && !errors.As(err, new(*artifacts.HalfError)):
		return nil, &LeftError{Err: err, Left: "nothing was deployed; whether the bucket " + d.Bucket.Name + " was made is not known"}
	case err != nil:
		return nil, err
	}
	return bucket, ctx.Err()
}
