package artifacts

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

// missing is about a bucket that does not exist.
func (b *Bucket) missing() error {
	return &Error{Kind: Missing, Message: cloud.Message{
		What: "there is no bucket " + b.Name,
		Do:   "--create-bucket creates it in " + b.cloud.Region + " (private, encrypted, versioned), --bucket names another",
	}}
}

// otherOwner is about a bucket that S3 refuses without a reason: it belongs to another
// account, or is closed to the caller.
func (b *Bucket) otherOwner(err error) error {
	return &Error{Kind: otherOwner, Err: cloud.Explain(err), Message: cloud.Message{
		What: "S3 refuses the bucket " + b.Name + " as one of account " + b.owner,
		Why: "either it is another account's (all of AWS shares bucket names: choose another with --bucket, " +
			"or name its account with --bucket-owner), or " +
			b.cloud.Caller + " may not s3:ListBucket it",
	}}
}

// find checks whether the bucket exists, whose it is, and where.
func (b *Bucket) find(ctx context.Context) error {
	out, err := b.client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &b.Name, ExpectedBucketOwner: &b.owner})
	if err == nil {
		return b.checkRegion(aws.ToString(out.BucketRegion))
	}
	header, status := answered(err)
	if wrong := b.checkRegion(header.Get("x-amz-bucket-region")); wrong != nil {
		return wrong
	}
	switch status {
	case http.StatusNotFound:
		return b.missing()
	case http.StatusForbidden:
		return b.whyForbidden(ctx)
	}
	return fmt.Errorf("looking for the bucket %s: %w", b.Name, cloud.Explain(err))
}

// checkRegion accepts "": not every endpoint reports the region.
func (b *Bucket) checkRegion(region string) error {
	if region == "" || region == b.cloud.Region {
		return nil
	}
	return &Error{Kind: otherRegion, Message: cloud.Message{
		What: "the bucket " + b.Name + " is in " + region + ", but the stack goes to " + b.cloud.Region,
		Why:  "Lambda reads code only from a bucket in its own region",
		Do:   "name one in " + b.cloud.Region + " with --bucket",
	}}
}

// answered is the header and status of an answer: S3 sends a bucket's region in the
// header even when it refuses the request.
func answered(err error) (http.Header, int) {
	var r *smithyhttp.ResponseError
	if !errors.As(err, &r) || r.Response == nil || r.Response.Response == nil {
		return http.Header{}, 0
	}
	return r.Response.Header, r.Response.StatusCode
}

// whyForbidden calls again in a way that is answered with a reason: a HEAD has no body.
// A listing needs the same permission. S3 names a policy only to callers of the bucket's
// own account, so a missing reason says something too.
func (b *Bucket) whyForbidden(ctx context.Context) error {
	_, err := b.client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &b.Name, ExpectedBucketOwner: &b.owner, MaxKeys: aws.Int32(1)})
	var api smithy.APIError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &api) && api.ErrorCode() == "AccessDenied" && !strings.Contains(api.ErrorMessage(), "not authorized"):
		return b.otherOwner(err)
	}
	return fmt.Errorf("looking for the bucket %s: %w", b.Name, cloud.Explain(err))
}
