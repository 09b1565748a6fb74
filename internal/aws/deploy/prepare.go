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
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/artifacts"
	"github.com/sfngen/sfngen/internal/aws/deploy/drift"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/aws/pack"
	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// prepared is what a change set is made of.
type prepared struct {
	parameters            map[string]string
	template, templateURL string // one of them
	left                  uploads
	drift                 drift.Found
}

// prepare finds the bucket, compiles, looks for drift, and uploads, in this order:
// what is wrong is found before it takes time, and nothing is in AWS before it is
// known that the deployment can go on.
func (d *Deployment) prepare(ctx context.Context, before types.Stack, creates bool) (prepared, error) {
	var ready prepared
	template, err := os.ReadFile(filepath.Join(d.Folder.Dir, stack.TemplateFile))
	if err != nil {
		return ready, err
	}
	bucket, err := d.findBucket(ctx, before, template)
	if err != nil {
		return ready, err
	}
	zips, err := d.Pack(ctx, func(line string) { d.say("%s", line) })
	if err != nil {
		return ready, err
	}
	if !creates {
		if ready.drift, err = d.checkDrift(ctx, zips); err != nil {
			return ready, err
		}
	}
	if template, err = d.templateToSend(template, ready.drift); err != nil {
		return ready, err
	}
	ready.parameters = map[string]string{cfn.ParameterBucket: d.Bucket.Name}
	for _, zip := range zips {
		name := cfn.KeyParameter(zip.Lambda)
		ready.parameters[name] = d.key(zip, live.Parameter(d.deployed.Found, name), ready.drift.Code[zip.Lambda])
	}
	ready.left.bucket = d.Bucket.Name
	return ready, d.upload(ctx, &ready, bucket, zips, template)
}

// inlineTemplate is the most that CreateChangeSet takes without a bucket, in
// bytes (CloudFormation quotas).
const inlineTemplate = 51_200

// upload brings to the bucket what it does not have. A dry run uploads nothing
// but a template that CloudFormation takes from nowhere else.
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
		return &UnseenError{Size: len(template), Bucket: d.Bucket.Name}
	}
	if bucket == nil {
		var err error
		if bucket, err = d.makeBucket(ctx, &ready.left); err != nil {
			return err
		}
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
			ready.left.perhaps = unansweredFile(err, filepath.Base(zip.File))
			return err
		}
		if uploaded {
			ready.left.zips++
			d.say("uploaded %s (%.1f MB) to %s", filepath.Base(zip.File), float64(zip.Size)/1e6, d.Bucket.Name)
		}
	}
	return nil
}

// unansweredFile is the name of a file that S3 may have all the same; "" of one that
// S3, or this machine, has refused.
func unansweredFile(err error, name string) string {
	if refusedCall(err) || errors.As(err, new(*os.PathError)) {
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
		ready.left.perhaps = unansweredFile(err, name)
		return err
	}
	if uploaded {
		ready.left.template = name
		d.say("uploaded %s (%d KB, more than CloudFormation takes without a bucket) to %s", name, len(template)/1000, d.Bucket.Name)
	}
	ready.templateURL = bucket.URL(key)
	return nil
}

func (d *Deployment) changeSetInput(set *changeSet, before types.Stack, ready prepared) *cloudformation.CreateChangeSetInput {
	input := &cloudformation.CreateChangeSetInput{
		StackName:     &d.Name,
		ChangeSetName: &set.name,
		ClientToken:   &set.name,
		ChangeSetType: set.kind,
		Description:   aws.String("sfngen deploy"),
		Capabilities:  []types.Capability{types.CapabilityCapabilityIam},
		Tags:          d.tags(before.Tags),
	}
	if set.kind == types.ChangeSetTypeUpdate && d.Drift == RevertDrift {
		input.DeploymentMode = types.DeploymentModeRevertDrift
	}
	if ready.templateURL != "" {
		input.TemplateURL = &ready.templateURL
	} else {
		input.TemplateBody = &ready.template
	}
	for _, name := range []string{cfn.ParameterBucket, cfn.ParameterEgressKey, cfn.ParameterOrchestratorKey} {
		input.Parameters = append(input.Parameters, types.Parameter{ParameterKey: aws.String(name), ParameterValue: aws.String(ready.parameters[name])})
	}
	return input
}

// tags keeps those that the stack has: an update without them would take them
// away. AWS's own stay by themselves, and may not be sent.
func (d *Deployment) tags(has []types.Tag) []types.Tag {
	tags := []types.Tag{{Key: aws.String(cfn.SpecTag), Value: &d.Folder.Name}}
	for _, t := range has {
		if key := aws.ToString(t.Key); key != cfn.SpecTag && !strings.HasPrefix(key, "aws:") {
			tags = append(tags, t)
		}
	}
	return tags
}
