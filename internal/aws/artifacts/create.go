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
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

// create creates the bucket and then closes and secures it.
func (b *Bucket) create(ctx context.Context, sleep func(context.Context, time.Duration) error) error {
	var overTLS bool
	err := settled(ctx, sleep, func(ctx context.Context) (err error) {
		overTLS, err = b.createOpen(ctx)
		return err
	})
	var taken *types.BucketAlreadyExists
	switch {
	case errors.As(err, new(*types.BucketAlreadyOwnedByYou)):
		return b.find(ctx) // somebody else was quicker
	case errors.As(err, &taken):
		return b.otherOwner(err)
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

// half is about a bucket that was created and not secured completely.
func (b *Bucket) half(steps []step, failed int, err error) error {
	done, missing := []string{"access by bucket policies only, no ACLs"}, []string(nil)
	for i, s := range steps {
		if i < failed {
			done = append(done, s.words)
		} else {
			missing = append(missing, s.words)
		}
	}
	err = cloud.Explain(err)
	return &Error{Kind: Half, Err: err, Message: cloud.Message{
		What: fmt.Sprintf("the bucket %s now exists (%s), but is not complete (missing: %s)",
			b.Name, strings.Join(done, ", "), strings.Join(missing, ", ")),
		Why: err.Error(),
		Do: fmt.Sprintf("deploy again with --create-bucket, which completes it, or delete it (aws s3api delete-bucket --bucket %s --region %s)",
			b.Name, b.cloud.Region),
	}}
}

// createOpen creates the bucket without ACLs, and reports whether the call used TLS.
// us-east-1 is where a bucket is created when no region is named, and must not be named
// (S3 API Reference, CreateBucket).
func (b *Bucket) createOpen(ctx context.Context) (overTLS bool, err error) {
	in := &s3.CreateBucketInput{Bucket: &b.Name, ObjectOwnership: types.ObjectOwnershipBucketOwnerEnforced}
	if b.cloud.Region != "us-east-1" {
		in.CreateBucketConfiguration = &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(b.cloud.Region)}
	}
	if strings.HasSuffix(b.Name, "-"+b.cloud.Account+"-"+b.cloud.Region+"-an") { // S3 User Guide, "Namespaces for general purpose buckets"
		in.BucketNamespace = types.BucketNamespaceAccountRegional
	}
	out, err := b.client.CreateBucket(ctx, in)
	if err != nil {
		return false, err
	}
	answer, ok := middleware.GetRawResponse(out.ResultMetadata).(*smithyhttp.Response)
	return ok && answer.Request != nil && answer.Request.URL.Scheme == "https", nil
}

// settling is how long to wait before the next try to create a bucket while somebody
// else does, or to configure a new one, which S3 may not know everywhere yet.
var settling = []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second}

func settled(ctx context.Context, sleep func(context.Context, time.Duration) error, do func(context.Context) error) error {
	for _, wait := range settling {
		err := do(ctx)
		if !cloud.IsCode(err, "NoSuchBucket", "OperationAborted") {
			return err
		}
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
	return do(ctx)
}

// step is one setting of a new bucket.
type step struct {
	words string
	do    func(context.Context) error
	there func(context.Context) (bool, error) // whether the bucket has it; nil: doing it again changes nothing
}

// steps are in order of importance; Complete knows a bucket that has them all by the last. A caller that uses its own endpoint without TLS
// would be locked out by a policy that requires TLS.
func (b *Bucket) steps(overTLS bool) []step {
	list := []step{{words: "public access blocked", do: b.blockPublicAccess}, {"encrypted", b.encrypt, b.hasEncryption}}
	if overTLS {
		list = append(list, step{"HTTPS only", b.refusePlainHTTP, b.hasPolicy})
	}
	return append(list, step{words: "versioned", do: b.version}, step{words: "old versions expiring", do: b.expire})
}

func (b *Bucket) blockPublicAccess(ctx context.Context) error {
	_, err := b.client.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{
		Bucket: &b.Name, ExpectedBucketOwner: &b.owner,
		PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
			BlockPublicAcls: aws.Bool(true), IgnorePublicAcls: aws.Bool(true),
			BlockPublicPolicy: aws.Bool(true), RestrictPublicBuckets: aws.Bool(true),
		},
	})
	return err
}

// encrypt uses the key that S3 keeps: a key of KMS would have to be opened to everyone
// who deploys.
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

// refusePlainHTTP is what Security Hub's control S3.5 requires of a bucket.
func (b *Bucket) refusePlainHTTP(ctx context.Context) error {
	policy := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Sid":"HTTPSOnly","Effect":"Deny","Principal":"*","Action":"s3:*",`+
		`"Resource":["%s","%s/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`, b.arn(), b.arn())
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

// expire deletes versions that another has replaced, and uploads that never ended. What
// is current stays: a rollback may need it.
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
