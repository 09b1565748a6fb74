package artifacts

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

// Put makes the object of this key the file: size bytes with the checksum
// sha256hex. An object that has both already is left as it is, and uploaded is
// false. S3 computes the checksum itself and refuses what does not fit it.
func (b *Bucket) Put(ctx context.Context, key string, file io.ReadSeeker, size int64, sha256hex string) (uploaded bool, err error) {
	sum, err := hex.DecodeString(sha256hex)
	if err != nil || len(sum) != 32 {
		return false, fmt.Errorf("uploading %s: %q is no SHA-256 in hexadecimal", key, sha256hex)
	}
	checksum := base64.StdEncoding.EncodeToString(sum)
	there, err := b.has(ctx, key, size, checksum)
	if there || err != nil {
		return false, err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return false, fmt.Errorf("uploading %s: %w", key, err)
	}
	_, err = b.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &b.Name, ExpectedBucketOwner: &b.owner, Key: &key,
		Body: file, ContentLength: &size,
		ChecksumAlgorithm: types.ChecksumAlgorithmSha256, ChecksumSHA256: &checksum,
	})
	if err != nil {
		return false, b.putError(key, err)
	}
	return true, nil
}

// has reports whether the object is there, whole and with these bytes. An object
// without a SHA-256 of its whole content came from somewhere else: it does not.
func (b *Bucket) has(ctx context.Context, key string, size int64, checksum string) (bool, error) {
	in := s3.HeadObjectInput{Bucket: &b.Name, ExpectedBucketOwner: &b.owner, Key: &key, ChecksumMode: types.ChecksumModeEnabled}
	out, err := b.client.HeadObject(ctx, &in)
	switch _, status := answered(err); status {
	case http.StatusNotFound:
		return false, nil
	case http.StatusForbidden:
		err = b.whyUnread(ctx, in, err)
	}
	if err != nil {
		return false, fmt.Errorf("looking for %s in the bucket %s: %w", key, b.Name, cloud.Explain(err))
	}
	return aws.ToInt64(out.ContentLength) == size && aws.ToString(out.ChecksumSHA256) == checksum, nil
}

// KeyError is an object whose KMS key is closed to the caller.
type KeyError struct {
	Object, Key, Caller string // Key is an ARN
	Err                 error
}

func (e *KeyError) Error() string {
	return fmt.Sprintf("%s is encrypted with %s, which %s may not use: AWS would refuse the deployment as well, which reads it in the caller's name; allow kms:Decrypt and kms:GenerateDataKey on the key, in its policy too if it is of another account",
		e.Object, e.Key, e.Caller)
}

func (e *KeyError) Unwrap() error { return e.Err }

// whyUnread tells a closed KMS key from a closed object: only the checksum needs
// the key (S3 API Reference, HeadObject, x-amz-checksum-mode). To upload all the
// same would only move the failure into CloudFormation.
func (b *Bucket) whyUnread(ctx context.Context, in s3.HeadObjectInput, denied error) error {
	in.ChecksumMode = ""
	out, err := b.client.HeadObject(ctx, &in)
	if err != nil || out.SSEKMSKeyId == nil {
		return denied
	}
	return &KeyError{Object: aws.ToString(in.Key), Key: *out.SSEKMSKeyId, Caller: b.cloud.Caller, Err: denied}
}

// putError says what only S3's code tells.
func (b *Bucket) putError(key string, err error) error {
	var api smithy.APIError
	if errors.As(err, &api) && (api.ErrorCode() == "BadDigest" || api.ErrorCode() == "XAmzContentChecksumMismatch") {
		return fmt.Errorf("uploading %s to the bucket %s: what arrived is not what was to be sent: the file changed on the way; package the stack again: %w", key, b.Name, cloud.Explain(err))
	}
	return fmt.Errorf("uploading %s to the bucket %s: %w", key, b.Name, cloud.Explain(err))
}
