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

// MissingError is a bucket that does not exist.
type MissingError struct {
	Bucket, Region string
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("there is no bucket %s: --create-bucket makes it in %s (private, encrypted, versioned), --bucket names another", e.Bucket, e.Region)
}

// RegionError is a bucket of another region than the stack's.
type RegionError struct {
	Bucket, Region string // where the bucket is
	Wanted         string // where the stack goes
}

func (e *RegionError) Error() string {
	return fmt.Sprintf("the bucket %s is in %s, but the stack goes to %s, and Lambda takes code from a bucket of its own region only: name one in %s with --bucket", e.Bucket, e.Region, e.Wanted, e.Wanted)
}

// OwnerError is a bucket that S3 refuses without a word of why: of another
// account, or closed to the caller.
type OwnerError struct {
	Bucket, Owner, Caller string
	Err                   error
}

func (e *OwnerError) Error() string {
	return fmt.Sprintf("S3 refuses the bucket %s as one of account %s: either it is another account's (all of AWS shares bucket names: choose another with --bucket, or name its account with --bucket-owner), or %s may not s3:ListBucket it", e.Bucket, e.Owner, e.Caller)
}

func (e *OwnerError) Unwrap() error { return e.Err }

// find asks whether the bucket is there, whose it is, and where.
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
		return &MissingError{Bucket: b.Name, Region: b.cloud.Region}
	case http.StatusForbidden:
		return b.whyForbidden(ctx)
	}
	return fmt.Errorf("looking for the bucket %s: %w", b.Name, cloud.Explain(err))
}

// checkRegion takes "" for the right one: not every endpoint tells it.
func (b *Bucket) checkRegion(region string) error {
	if region == "" || region == b.cloud.Region {
		return nil
	}
	return &RegionError{Bucket: b.Name, Region: region, Wanted: b.cloud.Region}
}

// answered is what an answer said beside its error: S3 tells a bucket's region
// there even when it refuses the request.
func answered(err error) (http.Header, int) {
	var r *smithyhttp.ResponseError
	if !errors.As(err, &r) || r.Response == nil || r.Response.Response == nil {
		return http.Header{}, 0
	}
	return r.Response.Header, r.Response.StatusCode
}

// whyForbidden asks again in a way that is answered with words: a HEAD has no
// body. A listing needs the same permission. Words about a policy come only to
// who belongs to the bucket's account, so their absence tells something too.
func (b *Bucket) whyForbidden(ctx context.Context) error {
	_, err := b.client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &b.Name, ExpectedBucketOwner: &b.owner, MaxKeys: aws.Int32(1)})
	var api smithy.APIError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &api) && api.ErrorCode() == "AccessDenied" && !strings.Contains(api.ErrorMessage(), "not authorized"):
		return &OwnerError{Bucket: b.Name, Owner: b.owner, Caller: b.cloud.Caller, Err: cloud.Explain(err)}
	}
	return fmt.Errorf("looking for the bucket %s: %w", b.Name, cloud.Explain(err))
}
