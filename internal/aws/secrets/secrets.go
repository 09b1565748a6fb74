// Package secrets says whether Secrets Manager and Parameter Store have what a stack
// reads. It asks for no value, and needs no permission to read one.
package secrets

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

// Presence is what AWS says of one secret or parameter.
type Presence struct {
	Here bool
	// Unknown: AWS does not say, as it denies the question.
	Unknown bool
	Why     string // it is not here, or not known; "" when it is here
}

// Secret asks about a secret by name or ARN (DescribeSecret).
func Secret(ctx context.Context, c *cloud.Cloud, id string) (Presence, error) {
	var out struct {
		DeletedDate        *json.Number
		VersionIDsToStages map[string][]string `json:"VersionIdsToStages"`
	}
	call := cloud.JSONCall{
		ServiceID: "Secrets Manager", Service: "secretsmanager", Target: "secretsmanager", Operation: "DescribeSecret", Region: regionOf(c, id),
	}
	err := c.Call(ctx, call, map[string]string{"SecretId": id}, &out)
	switch {
	case cloud.IsCode(err, "ResourceNotFoundException"):
		return Presence{Why: "there is no secret of this name " + where(c, call.Region)}, nil
	case err != nil:
		return unanswered(err)
	case out.DeletedDate != nil:
		return Presence{Why: "it is to be deleted, and gives no value until aws secretsmanager restore-secret"}, nil
	case len(out.VersionIDsToStages) == 0:
		return Presence{Why: "it has no value yet: aws secretsmanager put-secret-value gives it one"}, nil
	}
	return Presence{Here: true}, nil
}

// filter is one of DescribeParameters.
type filter struct {
	Key, Option string
	Values      []string
}

// Parameter asks about a parameter by name or ARN (DescribeParameters).
func Parameter(ctx context.Context, c *cloud.Cloud, id string) (Presence, error) {
	var out struct {
		Parameters []struct{ Name, Type string }
	}
	call := cloud.JSONCall{ServiceID: "SSM", Service: "ssm", Target: "AmazonSSM", Operation: "DescribeParameters", Region: regionOf(c, id)}
	err := c.Call(ctx, call, map[string][]filter{"ParameterFilters": {{"Name", "Equals", namesOf(id)}}}, &out)
	switch {
	case err != nil:
		return unanswered(err)
	case len(out.Parameters) == 0:
		return Presence{Why: "there is no parameter of this name " + where(c, call.Region)}, nil
	}
	return Presence{Here: true}, nil
}

// namesOf are what a parameter can be called: parameter/a is the ARN of /a, and of a.
func namesOf(id string) []string {
	parsed, err := arn.Parse(id)
	if err != nil {
		return []string{id}
	}
	name := strings.TrimPrefix(parsed.Resource, "parameter")
	if strings.Count(name, "/") == 1 {
		return []string{name, name[1:]}
	}
	return []string{name}
}

// unanswered: who may not ask does not learn whether it exists.
func unanswered(err error) (Presence, error) {
	said := cloud.Explain(err)
	if cloud.IsCode(err, "AccessDeniedException", "AccessDenied") {
		return Presence{Unknown: true, Why: said.Error()}, nil
	}
	return Presence{}, said
}

func where(c *cloud.Cloud, region string) string {
	return fmt.Sprintf("in %s of account %s", region, c.Account)
}

// regionOf is that of an ARN, or the one that the stack is in.
func regionOf(c *cloud.Cloud, id string) string {
	if parsed, err := arn.Parse(id); err == nil && parsed.Region != "" {
		return parsed.Region
	}
	return c.Region
}
