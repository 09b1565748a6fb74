package deploy

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/sfngen/sfngen/internal/aws/artifacts"
	"github.com/sfngen/sfngen/internal/aws/pack"
	"github.com/sfngen/sfngen/internal/gen/cfn"
)

// inlineTemplate is the most that CreateChangeSet takes without a bucket, in
// bytes (CloudFormation quotas).
const inlineTemplate = 51_200

// upload puts into the bucket what it does not have. A dry run uploads only a template
// that is too large to send without a bucket.
func (d *Deployment) upload(ctx context.Context, ready *prepared, bucket *artifacts.Bucket, zips []pack.Artifact, template []byte) error {
	inline := len(template) <= inlineTemplate
	if inline {
		ready.template = string(template)
	}
	if d.Mode == DryRun {
		zips = nil
	}
	if inline && len(zips) == 0 {
		return nil
	}
	if bucket == nil && d.Mode == DryRun {
		return d.noBucketForTemplate(len(template))
	}
	if bucket == nil {
		var err error
		if bucket, err = d.createBucket(ctx, &ready.uploads); err != nil {
			return err
		}
	}
	if err := d.secureBucket(ctx, bucket); err != nil {
		return err
	}
	if err := d.putZips(ctx, bucket, ready, zips); err != nil || inline {
		return err
	}
	return d.putTemplate(ctx, bucket, ready, template)
}

func (d *Deployment) putZips(ctx context.Context, bucket *artifacts.Bucket, ready *prepared, zips []pack.Artifact) error {
	for _, zip := range zips {
		uploaded, err := putFile(ctx, bucket, ready.parameters[cfn.KeyParameter(zip.Lambda)], zip)
		if err != nil {
			ready.uploads.unknown = unansweredFile(err, filepath.Base(zip.File))
			return err
		}
		if uploaded {
			ready.uploads.zips++
			d.say("uploaded %s (%.1f MB) to %s", filepath.Base(zip.File), float64(zip.Size)/1e6, d.Bucket.Name)
		}
	}
	return nil
}

// unansweredFile is the name of a file that S3 may have anyway; "" for one that S3, or
// this machine, has refused.
func unansweredFile(err error, name string) string {
	if isRefusal(err) || errors.As(err, new(*os.PathError)) {
		return ""
	}
	return name
}

func putFile(ctx context.Context, bucket *artifacts.Bucket, key string, zip pack.Artifact) (bool, error) {
	file, err := os.Open(zip.File)
	if err != nil {
		return false, err
	}
	defer file.Close()
	return bucket.Put(ctx, key, file, zip.Size, zip.SHA256)
}

func (d *Deployment) putTemplate(ctx context.Context, bucket *artifacts.Bucket, ready *prepared, template []byte) error {
	sum := sha256.Sum256(template)
	hash := hex.EncodeToString(sum[:])
	name := fmt.Sprintf("template-%s.yaml", hash[:16])
	key := d.Folder.Name + "/" + name
	uploaded, err := bucket.Put(ctx, key, bytes.NewReader(template), int64(len(template)), hash)
	if err != nil {
		ready.uploads.unknown = unansweredFile(err, name)
		return err
	}
	if uploaded {
		ready.uploads.template = name
		d.say("uploaded %s (%d KB, too large to send without a bucket) to %s", name, len(template)/1000, d.Bucket.Name)
	}
	ready.templateURL = bucket.URL(key)
	return nil
}
