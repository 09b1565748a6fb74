package deploy

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/deploy/drift"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// prepared is what a change set is created from.
type prepared struct {
	parameters            map[string]string
	template, templateURL string // one of them
	uploads               uploads
	drift                 drift.Found
}

// prepare finds the bucket, compiles, looks for drift, and uploads, in this order: what
// is wrong is found before it takes time, and nothing is in AWS before it is known that
// the deployment can continue.
func (d *Deployment) prepare(ctx context.Context, before types.Stack, creates bool) (prepared, error) {
	var ready prepared
	if err := d.checkKey(ctx); err != nil {
		return ready, err
	}
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
	ready.uploads.bucket = d.Bucket.Name
	return ready, d.upload(ctx, &ready, bucket, zips, template)
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
	} else if len(d.Folder.Summary.Operations.KeptLogs) > 0 { // an earlier stack, or more egresses, may have left some
		input.ImportExistingResources = aws.Bool(true)
	}
	if ready.templateURL != "" {
		input.TemplateURL = &ready.templateURL
	} else {
		input.TemplateBody = &ready.template
	}
	for _, name := range []string{cfn.ParameterBucket, cfn.ParameterEgressKey, cfn.ParameterOrchestratorKey} {
		input.Parameters = append(input.Parameters, types.Parameter{ParameterKey: aws.String(name),
			ParameterValue: aws.String(ready.parameters[name])})
	}
	return input
}

// tags keeps those that the stack has: an update without them would remove them. AWS's
// own stay automatically, and must not be sent.
func (d *Deployment) tags(has []types.Tag) []types.Tag {
	tags := []types.Tag{{Key: aws.String(cfn.SpecTag), Value: &d.Folder.Name}}
	for _, t := range has {
		if key := aws.ToString(t.Key); key != cfn.SpecTag && !strings.HasPrefix(key, "aws:") {
			tags = append(tags, t)
		}
	}
	return tags
}
