package deploy

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/pack"
	"github.com/sfngen/sfngen/internal/stack"
)

// BucketChoice is which bucket holds the zips.
type BucketChoice struct {
	Name   string // "": the one that the deployed stack uses
	Create bool   // make it if it is not there; without a Name, Default
	Owner  string // the account that it belongs to; "" is the caller's
	// Default is the name for a bucket that is made without being named.
	Default string
}

// Store is a bucket that is there.
type Store interface {
	// Put uploads what the key does not have yet. sha256 is of the content, in hex.
	Put(ctx context.Context, key string, content io.ReadSeeker, size int64, sha256 string) (uploaded bool, err error)
	// URL is where CloudFormation finds an object.
	URL(key string) string
}

// ErrNoBucket is for a first deployment that names none.
var ErrNoBucket = errors.New("no bucket for the zips of the Lambdas: name one in the stack's region with --bucket, or let sfngen make a private one with --create-bucket; later deployments use the same one without being told")

// The parameters of sfngen's templates.
const (
	parameterBucket       = "ArtifactBucket"
	parameterEgress       = "EgressKey"
	parameterOrchestrator = "OrchestratorKey"
)

// prepared is what a change set is made of.
type prepared struct {
	parameters            map[string]string
	template, templateURL string // one of them
	uploaded              int    // zips and templates that are in the bucket now and were not
}

// bucketName decides which bucket it is: the one named, that of the last
// deployment, or one to be made.
func (d *Deployment) bucketName(before types.Stack) (string, error) {
	if d.Bucket.Name != "" {
		return d.Bucket.Name, nil
	}
	for _, p := range before.Parameters {
		if aws.ToString(p.ParameterKey) == parameterBucket && aws.ToString(p.ParameterValue) != "" {
			return aws.ToString(p.ParameterValue), nil
		}
	}
	if d.Bucket.Create {
		return d.Bucket.Default, nil
	}
	return "", ErrNoBucket
}

// prepare compiles, looks for drift, and uploads, in this order: nothing is in
// AWS before it is known that the deployment can go on.
func (d *Deployment) prepare(ctx context.Context, before types.Stack, creates bool) (prepared, error) {
	var ready prepared
	bucket, err := d.bucketName(before)
	if err != nil {
		return ready, err
	}
	d.Bucket.Name = bucket
	zips, err := d.Pack(ctx, func(line string) { d.say("%s", line) })
	if err != nil {
		return ready, err
	}
	if !creates {
		if err := d.checkDrift(ctx, aws.ToString(before.StackId)); err != nil {
			return ready, err
		}
	}
	ready.parameters = map[string]string{parameterBucket: bucket}
	for _, zip := range zips {
		ready.parameters[keyParameter(zip)] = zip.Key(d.Name)
	}
	return ready, d.upload(ctx, &ready, zips)
}

func keyParameter(a pack.Artifact) string {
	if a.Lambda == "egress" {
		return parameterEgress
	}
	return parameterOrchestrator
}

// inlineTemplate is the most that CreateChangeSet takes without a bucket, in
// bytes (CloudFormation quotas).
const inlineTemplate = 51_200

// upload brings to the bucket what it does not have. A dry run uploads nothing
// but a template that CloudFormation takes from nowhere else.
func (d *Deployment) upload(ctx context.Context, ready *prepared, zips []pack.Artifact) error {
	template, err := os.ReadFile(filepath.Join(d.Folder.Dir, stack.TemplateFile))
	if err != nil {
		return err
	}
	inline := len(template) <= inlineTemplate
	if inline {
		ready.template = string(template)
	}
	choice := d.Bucket
	if d.Mode == DryRun {
		if choice.Create && inline {
			return nil
		}
		zips, choice.Create = nil, false
	}
	store, err := d.OpenStore(ctx, choice)
	if err != nil {
		return err
	}
	if err := d.putZips(ctx, store, ready, zips); err != nil || inline {
		return err
	}
	return d.putTemplate(ctx, store, ready, template)
}

func (d *Deployment) putZips(ctx context.Context, store Store, ready *prepared, zips []pack.Artifact) error {
	for _, zip := range zips {
		uploaded, err := putFile(ctx, store, zip.Key(d.Name), zip)
		if err != nil {
			return err
		}
		if uploaded {
			ready.uploaded++
			d.say("uploaded %s (%.1f MB) to %s", filepath.Base(zip.File), float64(zip.Size)/1e6, d.Bucket.Name)
		}
	}
	return nil
}

func putFile(ctx context.Context, store Store, key string, zip pack.Artifact) (bool, error) {
	file, err := os.Open(zip.File)
	if err != nil {
		return false, err
	}
	defer file.Close()
	return store.Put(ctx, key, file, zip.Size, zip.SHA256)
}

func (d *Deployment) putTemplate(ctx context.Context, store Store, ready *prepared, template []byte) error {
	sum := sha256.Sum256(template)
	hash := hex.EncodeToString(sum[:])
	key := fmt.Sprintf("%s/template-%s.yaml", d.Name, hash[:16])
	uploaded, err := store.Put(ctx, key, bytes.NewReader(template), int64(len(template)), hash)
	if err != nil {
		return err
	}
	if uploaded {
		ready.uploaded++
		d.say("uploaded template.yaml (%d KB, more than CloudFormation takes without a bucket) to %s", len(template)/1000, d.Bucket.Name)
	}
	ready.templateURL = store.URL(key)
	return nil
}

// specTag is on the stack and on all its resources.
const specTag = "sfngen:spec"

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
	for _, name := range []string{parameterBucket, parameterEgress, parameterOrchestrator} {
		input.Parameters = append(input.Parameters, types.Parameter{ParameterKey: aws.String(name), ParameterValue: aws.String(ready.parameters[name])})
	}
	return input
}

// tags keeps those that the stack has: an update without them would take them
// away. AWS's own stay by themselves, and may not be sent.
func (d *Deployment) tags(has []types.Tag) []types.Tag {
	tags := []types.Tag{{Key: aws.String(specTag), Value: &d.Folder.Name}}
	for _, t := range has {
		if key := aws.ToString(t.Key); key != specTag && !strings.HasPrefix(key, "aws:") {
			tags = append(tags, t)
		}
	}
	return tags
}
