// Package key says whether KMS has the key of a stack, and whether its policy lets AWS use
// it. It asks for no data key, and needs no permission to use one.
package key

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

// Needs are what a stack asks of its key.
type Needs struct {
	LogGroups []string // their names
	Events    bool     // EventBridge writes to queues of the stack
}

// Report is what KMS says of a key.
type Report struct {
	Problems []string // with which a deployment would fail, or lose events
	Notes    []string // what could not be seen
}

// Check asks about a key by its ARN (DescribeKey, GetKeyPolicy). It fails with what AWS
// says, unless that is that the caller may not ask.
func Check(ctx context.Context, c *cloud.Cloud, id string, needs Needs) (Report, error) {
	var out struct {
		KeyMetadata struct{ KeyState, KeySpec, KeyUsage string }
	}
	err := c.Call(ctx, call("DescribeKey"), map[string]string{"KeyId": id}, &out)
	switch {
	case cloud.IsCode(err, "NotFoundException"):
		return Report{Problems: []string{fmt.Sprintf("there is no such key in %s", c.Region)}}, nil
	case cloud.IsDenied(err):
		return Report{Notes: []string{"whether it can be used is not known: " + cloud.Explain(err).Error()}}, nil
	case err != nil:
		return Report{}, cloud.Explain(err)
	}
	var report Report
	if state := out.KeyMetadata.KeyState; state != "Enabled" {
		report.Problems = append(report.Problems, "it is in the state "+state+", in which nothing is encrypted or read: "+remedyOf(state, id))
	}
	if m := out.KeyMetadata; m.KeySpec != "SYMMETRIC_DEFAULT" || m.KeyUsage != "ENCRYPT_DECRYPT" {
		report.Problems = append(report.Problems, fmt.Sprintf("it is a key of the kind %s for %s: a stack needs a symmetric one for encryption "+
			"(SYMMETRIC_DEFAULT, ENCRYPT_DECRYPT)", m.KeySpec, m.KeyUsage))
	}
	return report, checkPolicy(ctx, c, id, needs, &report)
}

func remedyOf(state, id string) string {
	switch state {
	case "Disabled":
		return "aws kms enable-key --key-id " + id + " enables it"
	case "PendingDeletion":
		return "aws kms cancel-key-deletion --key-id " + id + ", and then enable-key, bring it back"
	case "PendingImport":
		return "aws kms import-key-material gives it what it lacks"
	}
	return "name another one"
}

// checkPolicy reads the key's policy, which only its own account may do.
func checkPolicy(ctx context.Context, c *cloud.Cloud, id string, needs Needs, report *Report) error {
	parsed, err := arn.Parse(id)
	if err == nil && parsed.AccountID != c.Account {
		report.Notes = append(report.Notes, "it is of account "+parsed.AccountID+", so its policy cannot be read from here")
		return nil
	}
	var out struct{ Policy string }
	err = c.Call(ctx, call("GetKeyPolicy"), map[string]string{"KeyId": id, "PolicyName": "default"}, &out)
	switch {
	case cloud.IsDenied(err):
		report.Notes = append(report.Notes, "its policy cannot be read: "+cloud.Explain(err).Error())
		return nil
	case err != nil:
		return cloud.Explain(err)
	}
	policy, err := parse(out.Policy)
	if err != nil {
		report.Notes = append(report.Notes, "its policy cannot be read: "+err.Error())
		return nil
	}
	report.Problems = append(report.Problems, policy.lacks(place{c.Partition, c.Region, c.Account}, needs)...)
	return nil
}

func call(operation string) cloud.JSONCall {
	return cloud.JSONCall{ServiceID: "KMS", Service: "kms", Target: "TrentService", Operation: operation}
}
