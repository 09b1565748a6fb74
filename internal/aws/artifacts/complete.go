package artifacts

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/clock"
)

// ErrUnknown says that S3 does not let the caller see whether a bucket was secured.
var ErrUnknown = errors.New("not known")

// Complete secures a bucket that an earlier run created and could not secure: the last
// step shows that all have been done. It takes each that is missing, until it holds, and
// says in words which; it changes none that somebody has made. It fails with an Error of
// the kind Half, or with ErrUnknown.
func (b *Bucket) Complete(ctx context.Context, sleep func(context.Context, time.Duration) error) (done []string, err error) {
	has, err := b.hasLifecycle(ctx)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrUnknown, cloud.Explain(err))
	case has:
		return nil, nil
	case sleep == nil:
		sleep = clock.Sleep
	}
	steps := b.steps(b.overTLS())
	for i, s := range steps {
		if s.there != nil {
			if has, err := s.there(ctx); err != nil {
				return nil, b.half(steps, i, err)
			} else if has {
				continue
			}
		}
		if err := settled(ctx, sleep, s.do); err != nil {
			return nil, b.half(steps, i, err)
		}
		done = append(done, s.words)
	}
	return done, nil
}

// IsEmpty reports whether the bucket has no object: no deployment has used it.
func (b *Bucket) IsEmpty(ctx context.Context) (bool, error) {
	out, err := b.client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &b.Name, ExpectedBucketOwner: &b.owner, MaxKeys: aws.Int32(1)})
	if err != nil {
		return false, cloud.Explain(err)
	}
	return len(out.Contents) == 0, nil
}

// overTLS reports whether requests to the bucket are encrypted.
func (b *Bucket) overTLS() bool {
	endpoint := b.client.Options().BaseEndpoint
	return endpoint == nil || strings.HasPrefix(*endpoint, "https://")
}

// The settings that somebody may have made otherwise, and that a step would replace.

func (b *Bucket) hasLifecycle(ctx context.Context) (bool, error) {
	_, err := b.client.GetBucketLifecycleConfiguration(ctx,
		&s3.GetBucketLifecycleConfigurationInput{Bucket: &b.Name, ExpectedBucketOwner: &b.owner})
	return unlessMissing(err, "NoSuchLifecycleConfiguration")
}

func (b *Bucket) hasPolicy(ctx context.Context) (bool, error) {
	_, err := b.client.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &b.Name, ExpectedBucketOwner: &b.owner})
	return unlessMissing(err, "NoSuchBucketPolicy")
}

func (b *Bucket) hasEncryption(ctx context.Context) (bool, error) {
	_, err := b.client.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: &b.Name, ExpectedBucketOwner: &b.owner})
	return unlessMissing(err, "ServerSideEncryptionConfigurationNotFoundError")
}

func unlessMissing(err error, code string) (bool, error) {
	if cloud.IsCode(err, code) {
		return false, nil
	}
	return err == nil, err
}
