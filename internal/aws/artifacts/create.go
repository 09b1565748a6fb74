package artifacts

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

// HalfError is a bucket that was made and then not secured to the end.
type HalfError struct {
	Bucket, Region string
	Done, Missing  []string // in words; Missing begins with what failed
	Err            error
}

func (e *HalfError) Error() string {
	return fmt.Sprintf("the bucket %s now exists (%s), but it lacks what should follow (%s): %v; delete it (aws s3api delete-bucket --bucket %s --region %s) and try again, or complete it by hand",
		e.Bucket, strings.Join(e.Done, ", "), strings.Join(e.Missing, ", "), e.Err, e.Bucket, e.Region)
}

func (e *HalfError) Unwrap() error { return e.Err }

// create makes the bucket and then closes and secures it.
func (b *Bucket) create(ctx context.Context, sleep func(context.Context, time.Duration) error) error {
	var overTLS bool
	err := settled(ctx, sleep, func(ctx context.Context) (err error) {
		overTLS, err = b.make(ctx)
		return err
	})
	var taken *types.BucketAlreadyExists
	switch {
	case errors.As(err, new(*types.BucketAlreadyOwnedByYou)):
		return b.find(ctx) // somebody was quicker
	case errors.As(err, &taken):
		return &OwnerError{Bucket: b.Name, Owner: b.owner, Caller: b.cloud.Caller, Err: err}
	case err != nil:
		return fmt.Errorf("creating the bucket %s: %w", b.Name, cloud.Explain(err))
	}
	b.Created = true
	steps := b.steps(overTLS)
	for i, s := range steps {
		if err := settled(ctx, sleep, s.do); err != nil {
			return b.half(steps, i, err)
		}
	}
	return nil
}

func (b *Bucket) half(steps []step, failed int, err error) error {
	e := &HalfError{Bucket: b.Name, Region: b.cloud.Region, Done: []string{"access by bucket policies only, no ACLs"}, Err: cloud.Explain(err)}
	for i, s := range steps {
		if i < failed {
			e.Done = append(e.Done, s.words)
		} else {
			e.Missing = append(e.Missing, s.words)
		}
	}
	return e
}

// make creates the bucket without ACLs. us-east-1 is where a bucket goes when no
// place is named, and must not be named (S3 API Reference, CreateBucket). Whether
// the call went over TLS it tells as well.
func (b *Bucket) make(ctx context.Context) (overTLS bool, err error) {
	in := &s3.CreateBucketInput{Bucket: &b.Name, ObjectOwnership: types.ObjectOwnershipBucketOwnerEnforced}
	if b.cloud.Region != "us-east-1" {
		in.CreateBucketConfiguration = &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(b.cloud.Region)}
	}
	if strings.HasSuffix(b.Name, "-"+b.cloud.Account+"-"+b.cloud.Region+"-an") { // what only this namespace takes (S3 User Guide, "Namespaces for general purpose buckets")
		in.BucketNamespace = types.BucketNamespaceAccountRegional
	}
	out, err := b.client.CreateBucket(ctx, in)
	if err != nil {
		return false, err
	}
	answer, ok := middleware.GetRawResponse(out.ResultMetadata).(*smithyhttp.Response)
	return ok && answer.Request != nil && answer.Request.URL.Scheme == "https", nil
}

// settling is how long to wait between the tries to make a bucket while somebody
// else does, and to configure a new one, which S3 may not know everywhere at once.
var settling = []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second}

func settled(ctx context.Context, sleep func(context.Context, time.Duration) error, do func(context.Context) error) error {
	for _, wait := range settling {
		err := do(ctx)
		var api smithy.APIError
		if !errors.As(err, &api) || api.ErrorCode() != "NoSuchBucket" && api.ErrorCode() != "OperationAborted" {
			return err
		}
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
	return do(ctx)
}

// step is one thing that a new bucket gets.
type step struct {
	words string
	do    func(context.Context) error
}

// steps are in the order of what they protect from. Who talks to an endpoint of
// one's own without TLS would be locked out by a policy that asks for it.
func (b *Bucket) steps(overTLS bool) []step {
	list := []step{{"public access blocked", b.blockPublicAccess}, {"encrypted", b.encrypt}}
	if overTLS {
		list = append(list, step{"HTTPS only", b.refusePlainHTTP})
	}
	return append(list, step{"versioned", b.version}, step{"old versions expiring", b.expire})
}

func (b *Bucket) blockPublicAccess(ctx context.Context) error {
	_, err := b.client.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{
		Bucket: &b.Name, ExpectedBucketOwner: &b.owner,
		PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
			BlockPublicAcls: aws.Bool(true), IgnorePublicAcls: aws.Bool(true), BlockPublicPolicy: aws.Bool(true), RestrictPublicBuckets: aws.Bool(true),
		},
	})
	return err
}

// encrypt takes the key that S3 keeps: one of KMS would have to be opened to
// everyone who deploys.
func (b *Bucket) encrypt(ctx context.Context) error {
	_, err := b.client.PutBucketEncryption(ctx, &s3.PutBucketEncryptionInput{
		Bucket: &b.Name, ExpectedBucketOwner: &b.owner,
		ServerSideEncryptionConfiguration: &types.ServerSideEncryptionConfiguration{Rules: []types.ServerSideEncryptionRule{{
			ApplyServerSideEncryptionByDefault: &types.ServerSideEncryptionByDefault{SSEAlgorithm: types.ServerSideEncryptionAes256},
			BucketKeyEnabled:                   aws.Bool(true),
		}}},
	})
	return err
}

// refusePlainHTTP is what Security Hub's control S3.5 asks of a bucket.
func (b *Bucket) refusePlainHTTP(ctx context.Context) error {
	policy := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Sid":"HTTPSOnly","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["%s","%s/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`,
		b.arn(), b.arn())
	_, err := b.client.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: &b.Name, ExpectedBucketOwner: &b.owner, Policy: &policy})
	return err
}

func (b *Bucket) version(ctx context.Context) error {
	_, err := b.client.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{
		Bucket: &b.Name, ExpectedBucketOwner: &b.owner,
		VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
	})
	return err
}

// expire drops what nothing points to: versions that another has replaced, and
// uploads that never ended. What is current stays: a rollback may need it.
func (b *Bucket) expire(ctx context.Context) error {
	_, err := b.client.PutBucketLifecycleConfiguration(ctx, &s3.PutBucketLifecycleConfigurationInput{
		Bucket: &b.Name, ExpectedBucketOwner: &b.owner,
		LifecycleConfiguration: &types.BucketLifecycleConfiguration{Rules: []types.LifecycleRule{{
			ID:                             aws.String("sfngen"),
			Status:                         types.ExpirationStatusEnabled,
			Filter:                         &types.LifecycleRuleFilter{Prefix: aws.String("")},
			NoncurrentVersionExpiration:    &types.NoncurrentVersionExpiration{NoncurrentDays: aws.Int32(90)},
			AbortIncompleteMultipartUpload: &types.AbortIncompleteMultipartUpload{DaysAfterInitiation: aws.Int32(7)},
		}}},
	})
	return err
}
