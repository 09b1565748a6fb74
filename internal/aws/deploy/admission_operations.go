package deploy

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/spec"
)

// checkOperations finds roles, a boundary or a key of another account or region before
// CloudFormation does. AWS's own policies are of no account.
func (d *Deployment) checkOperations() error {
	o := d.Folder.Summary.Operations
	for _, role := range (spec.Roles{}).Fields() {
		if err := d.checkAccount("operations.roles."+role.Name, o.Roles[role.Name], "a role"); err != nil {
			return err
		}
	}
	if err := d.checkAccount("operations.permissionsBoundary", o.Boundary, "a policy"); err != nil {
		return err
	}
	key, err := arn.Parse(o.Key)
	if err != nil || key.Region == d.Cloud.Region && key.Partition == d.Cloud.Partition {
		return nil
	}
	return d.elsewhere(fmt.Sprintf("operations.kmsKey is in %s, and the stack would be in %s: AWS encrypts with a key of the same region",
		key.Region, d.Cloud.Region), "name a key of "+d.Cloud.Region+" (a multi-Region key has a replica in each region), or deploy "+
		"there, with --region")
}

func (d *Deployment) checkAccount(field, value, what string) error {
	parsed, err := arn.Parse(value)
	if err != nil || parsed.AccountID == "aws" || parsed.AccountID == d.Cloud.Account && parsed.Partition == d.Cloud.Partition {
		return nil
	}
	return d.elsewhere(fmt.Sprintf("%s is of account %s, and the stack would be in account %s: it takes %s of its own account alone",
		field, parsed.AccountID, d.Cloud.Account, what),
		"name one of this account, or choose other credentials with --profile; environments may have others, in environments: {prod: "+
			"{operations: …}}")
}

func (d *Deployment) elsewhere(what, remedy string) error {
	return &Error{Kind: otherAccount, Stack: d.Name, Message: cloud.Message{What: what, Do: remedy}}
}
