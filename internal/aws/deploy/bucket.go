package deploy

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/artifacts"
	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/gen/cfn"
)

// noBucket is about a deployment that names no bucket, of a stack that has none yet,
// where sfngen's own does not exist either.
func (d *Deployment) noBucket() error {
	return &Error{Kind: noBucket, Stack: d.Name, Message: cloud.Message{
		What: "no bucket for the zips of the Lambdas",
		Do: "--create-bucket creates " + d.Bucket.Name + " (private, encrypted, versioned), which later deployments use without naming it; " +
			"--bucket names one that you have in " + d.Cloud.Region,
	}}
}

// noBucketForTemplate is about a dry run for which a bucket would have to be created.
func (d *Deployment) noBucketForTemplate(size int) error {
	return &Error{Kind: noBucket, Stack: d.Name, Message: cloud.Message{
		What: fmt.Sprintf("a dry run of a template of %d KB needs a bucket", size/1000),
		Why:  "there is no bucket " + d.Bucket.Name + ", and a dry run creates none",
		Do:   "name an existing one with --bucket, or deploy without --dry-run, which also shows the changes and asks before it executes them",
	}}
}

// chooseBucket decides which bucket it is. byDefault is the account's own, which nobody
// has named.
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

// findBucket looks for the bucket, before anything that takes time. nil is one that is
// still to be created; a dry run of a small template does not need it.
func (d *Deployment) findBucket(ctx context.Context, before types.Stack, template []byte) (*artifacts.Bucket, error) {
	byDefault := d.chooseBucket(before)
	bucket, err := d.openBucket(ctx, false)
	missing := artifacts.KindOf(err) == artifacts.Missing
	switch {
	case missing && d.Mode == DryRun && len(template) > inlineTemplate:
		return nil, d.noBucketForTemplate(len(template))
	case missing && d.Bucket.Create:
		return nil, nil
	case missing && byDefault:
		return nil, d.noBucket()
	case err != nil && byDefault:
		return nil, fmt.Errorf("no bucket is named with --bucket, and the account's cannot be used: %w", err)
	case err == nil && d.Bucket.Create:
		d.say("the bucket %s already exists", d.Bucket.Name)
	}
	return bucket, err
}

// createBucket is not cut off by an interrupt: half of it would be a bucket that is open.
func (d *Deployment) createBucket(ctx context.Context, remains *uploads) (*artifacts.Bucket, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	stop := d.onInterrupt(ctx, func() { d.say("interrupted: finishing the bucket %s first, so it is not left open", d.Bucket.Name) })
	whole, cancel := finishing(ctx)
	defer cancel()
	bucket, err := d.openBucket(whole, true)
	stop()
	if remains.created = err == nil && bucket.Created; remains.created {
		d.say("created the bucket %s", d.Bucket.Name)
	}
	switch {
	case err != nil && ctx.Err() != nil && artifacts.KindOf(err) != artifacts.Half:
		return nil, remaining(err, "nothing was deployed; whether the bucket "+d.Bucket.Name+" was created is not known")
	case err != nil:
		return nil, err
	}
	return bucket, ctx.Err()
}

// secureBucket completes a bucket that an earlier run created and could not secure:
// sfngen's own of the account, or one that --create-bucket names and nobody has used.
// The settings of every other bucket are its owner's.
func (d *Deployment) secureBucket(ctx context.Context, bucket *artifacts.Bucket) error {
	if bucket.Created || d.Mode == DryRun {
		return nil
	}
	if bucket.Name != artifacts.DefaultBucket(d.Cloud) {
		if !d.Bucket.Create {
			return nil
		}
		if empty, err := bucket.IsEmpty(ctx); err != nil || !empty {
			return err
		}
	}
	done, err := bucket.Complete(ctx, d.Sleep)
	switch {
	case errors.Is(err, artifacts.ErrUnknown):
		d.say("note: whether the bucket %s was secured completely is %v", bucket.Name, err)
		return nil
	case err == nil && len(done) > 0:
		d.say("completed the bucket %s, which an earlier run could not: %s", bucket.Name, strings.Join(done, ", "))
	}
	return err
}
