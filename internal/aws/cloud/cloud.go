// Package cloud opens AWS for the commands that need it: it finds credentials, profile
// and region where the AWS CLI finds them, and says what to do about an error of AWS.
package cloud

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"

	"github.com/sfngen/sfngen/internal/term/printable"
)

// Options are what the command line says; "" leaves it to the environment
// (AWS_PROFILE, AWS_REGION, AWS_DEFAULT_REGION) and to ~/.aws.
type Options struct {
	Profile, Region string
}

// Cloud is one region of one account, as one principal.
type Cloud struct {
	Config    aws.Config
	Region    string
	Partition string // aws, aws-cn or aws-us-gov
	Account   string // 12 digits
	Caller    string // the principal's ARN
}

// ErrNoRegion means that no region was named.
var ErrNoRegion = errors.New("no AWS region: name it with --region, set AWS_REGION, " +
	"or give the profile one (aws configure set region REGION)")

// Load finds credentials and region, without a call to AWS.
func Load(ctx context.Context, o Options) (aws.Config, error) {
	if err := checkEndpoints(); err != nil {
		return aws.Config{}, err
	}
	c, err := config.LoadDefaultConfig(ctx, choices(o)...)
	if err != nil {
		return aws.Config{}, fmt.Errorf("reading the AWS configuration: %w", Explain(&configurationError{err}))
	}
	if c.Region == "" {
		return aws.Config{}, ErrNoRegion
	}
	c.Credentials = withProfile(c)
	c.HTTPClient = newClient(c.HTTPClient)
	return c, nil
}

func choices(o Options) []func(*config.LoadOptions) error {
	// What the SDK would log is in its errors as well.
	list := []func(*config.LoadOptions) error{config.WithAppID("sfngen"), config.WithLogger(logging.Nop{})}
	if o.Profile != "" {
		list = append(list, config.WithSharedConfigProfile(o.Profile))
	}
	if o.Region != "" {
		list = append(list, config.WithRegion(o.Region))
	}
	return list
}

// Open loads, and asks AWS whose credentials these are: a command that changes something
// can say where, and wrong credentials show before anything has begun.
func Open(ctx context.Context, o Options) (*Cloud, error) {
	c, err := Load(ctx, o)
	if err != nil {
		return nil, err
	}
	who, err := sts.NewFromConfig(c).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return nil, fmt.Errorf("asking AWS whose credentials these are: %w", Explain(err))
	}
	caller := aws.ToString(who.Arn)
	partition, err := partitionOfCaller(caller)
	if err != nil {
		return nil, err
	}
	return &Cloud{Config: c, Region: c.Region, Partition: partition, Account: printable.Line(aws.ToString(who.Account)), Caller: caller}, nil
}

// partitions are those that a spec can name.
var partitions = []string{"aws", "aws-cn", "aws-us-gov"}

func partitionOfCaller(caller string) (string, error) {
	parsed, err := arn.Parse(caller)
	switch {
	case err != nil || !printable.Is(caller):
		return "", fmt.Errorf("AWS says that these credentials are %q, which is not an ARN", caller)
	case !slices.Contains(partitions, parsed.Partition):
		return "", fmt.Errorf("these credentials are of the partition %s (%s), and sfngen deploys only to aws, aws-cn and aws-us-gov; "+
			"choose other credentials with --profile", parsed.Partition, caller)
	}
	return parsed.Partition, nil
}

// Suffix is the domain of the partition's services: amazonaws.com or
// amazonaws.com.cn.
func (c *Cloud) Suffix() string {
	if c.Partition == "aws-cn" {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// ARN is that of a resource of the account in this region, such as function:NAME of
// lambda.
func (c *Cloud) ARN(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", c.Partition, service, c.Region, c.Account, resource)
}

// CloudFormation is the client of this region.
func (c *Cloud) CloudFormation() *cloudformation.Client {
	return cloudformation.NewFromConfig(c.Config)
}

// Lambda is the client of this region. An invocation may take as long as a
// function may.
func (c *Cloud) Lambda() *lambda.Client { return lambda.NewFromConfig(c.Config) }

// Logs is the client of CloudWatch Logs in this region.
func (c *Cloud) Logs() *cloudwatchlogs.Client { return cloudwatchlogs.NewFromConfig(c.Config) }

// StepFunctions is the client of this region.
func (c *Cloud) StepFunctions() *sfn.Client { return sfn.NewFromConfig(c.Config) }

// S3 is the client of this region. At another endpoint, which the SDK has found by now in
// the environment or the profile ("SDKs and Tools", service-specific endpoints), buckets
// are in the path: their names are not hosts there.
func (c *Cloud) S3() *s3.Client {
	return s3.NewFromConfig(c.Config, func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil })
}
