package artifacts

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

// Put uploads the file as the object of this key: size bytes with the checksum
// sha256hex. An object that already has both is not touched, and uploaded is false. S3
// computes the checksum itself and refuses a file with another one.
func (b *Bucket) Put(ctx context.Context, key string, file io.ReadSeeker, size int64, sha256hex string) (uploaded bool, err error) {
	sum, err := hex.DecodeString(sha256hex)
	if err != nil || len(sum) != 32 {
		return false, fmt.Errorf("uploading %s: %q is not a SHA-256 in hexadecimal", key, sha256hex)
	}
	checksum := base64.StdEncoding.EncodeToString(sum)
	exists, err := b.has(ctx, key, size, checksum)
	if exists || err != nil {
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

// has reports whether the object exists, complete and with these bytes. An object
// without a SHA-256 of its whole content was not uploaded by sfngen: it does not count.
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

// whyUnread distinguishes a closed KMS key from a closed object: only the checksum needs
// the key (S3 API Reference, HeadObject, x-amz-checksum-mode). To upload anyway would only
// move the failure into CloudFormation.
func (b *Bucket) whyUnread(ctx context.Context, in s3.HeadObjectInput, denied error) error {
	in.ChecksumMode = ""
	out, err := b.client.HeadObject(ctx, &in)
	if err != nil || out.SSEKMSKeyId == nil {
		return denied
	}
	return &Error{Kind: closedKey, Err: cloud.Explain(denied), Message: cloud.Message{
		What: aws.ToString(in.Key) + " is encrypted with " + *out.SSEKMSKeyId + ", which " + b.cloud.Caller + " may not use",
		Why:  "AWS would refuse the deployment as well, which reads it in the caller's name",
		Do:   "allow kms:Decrypt and kms:GenerateDataKey on the key, also in its policy if it belongs to another account",
	}}
}

// putError explains S3's codes for a file with another checksum.
func (b *Bucket) putError(key string, err error) error {
	if cloud.IsCode(err, "BadDigest", "XAmzContentChecksumMismatch") {
		return fmt.Errorf("uploading %s to the bucket %s: the file changed while it was sent; package the stack again: %w",
			key, b.Name, cloud.Explain(err))
	}
	return fmt.Errorf("uploading %s to the bucket %s: %w", key, b.Name, cloud.Explain(err))
}
