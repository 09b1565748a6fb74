package cfn

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// What stands in policies for a region and an account that no ARN of the spec names.
const (
	UnknownRegion  = "REGION"
	UnknownAccount = "ACCOUNT"
)

// Policies are the documents that others make for a stack, with ARNs in place of
// references: what each role trusts and allows, whether the stack makes it or not, what a
// caller needs, and what the policy of operations.kmsKey has to allow.
func Policies(p *plan.Plan) document.Map {
	b := &builder{plan: p, name: p.Name, tags: tags(p), others: true}
	b.build(nil)
	place := placeOf(p)
	resolve := resolver{place, b.resources}
	all := document.Map{{Name: "stack", Value: p.Name}, {Name: "roles", Value: b.rolePolicies(resolve)}}
	for _, r := range b.resources {
		if r.ID == callerPolicyID {
			all = append(all, document.Field{Name: "callers", Value: resolve.value(r.Properties["PolicyDocument"])})
		}
	}
	if p.Operations.KMSKey != "" {
		all = append(all, document.Field{Name: "key", Value: document.Map{
			{Name: "arn", Value: p.Operations.KMSKey},
			{Name: "policy", Value: resolve.value(policyDocument(b.keyStatements(place)...))},
		}})
	}
	return all
}

func (b *builder) rolePolicies(resolve resolver) document.Map {
	var roles document.Map
	for _, r := range b.resources {
		if r.kind != role {
			continue
		}
		var one document.Map
		given, ok := roleField(b.plan.Operations.Roles, r.ID)
		if !ok { // egress1
			given.Name = strings.ToLower(strings.TrimSuffix(r.ID, "Role"))
		}
		if given.ARN != "" {
			one = document.Map{{Name: "arn", Value: given.ARN}}
		}
		policy := r.Properties["Policies"].(document.List)[0].(document.Map)
		permissions, _ := policy.Get("PolicyDocument")
		one = append(one, document.Field{Name: "trust", Value: resolve.value(r.Properties["AssumeRolePolicyDocument"])},
			document.Field{Name: "permissions", Value: resolve.value(permissions)})
		roles = append(roles, document.Field{Name: given.Name, Value: one})
	}
	return roles
}

// Place is where a stack is.
type Place struct{ Partition, Region, Account string }

// suffix is the end of the names of services (CloudFormation, "AWS::URLSuffix").
func (p Place) suffix() string {
	if p.Partition == spec.PartitionChina {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// placeOf is what the ARNs of a spec say of it.
func placeOf(p *plan.Plan) Place {
	place := Place{Partition: p.Partition, Region: UnknownRegion, Account: UnknownAccount}
	o := p.Operations
	var arns []string
	for _, role := range o.Roles.Fields() {
		arns = append(arns, role.ARN)
	}
	for _, arn := range append(arns, o.PermissionsBoundary, o.Alarms.Topic, o.KMSKey) {
		parts := strings.SplitN(arn, ":", 6)
		if len(parts) < 6 {
			continue
		}
		if place.Region == UnknownRegion {
			place.Region = cmp.Or(parts[3], UnknownRegion)
		}
		if place.Account == UnknownAccount && parts[4] != "aws" {
			place.Account = parts[4]
		}
	}
	return place
}

// resolver puts ARNs in the place of references.
type resolver struct {
	place     Place
	resources []Resource
}

func (r resolver) value(v document.Value) document.Value {
	switch v := v.(type) {
	case document.Map:
		m := make(document.Map, len(v))
		for i, f := range v {
			m[i] = document.Field{Name: f.Name, Value: r.value(f.Value)}
		}
		return m
	case document.List:
		l := make(document.List, len(v))
		for i, one := range v {
			l[i] = r.value(one)
		}
		return l
	case document.Tagged:
		return r.reference(v.Tag, v.Value.(string))
	}
	return v
}

func (r resolver) reference(tag, text string) string {
	switch {
	case tag == "!Sub":
		return strings.NewReplacer("${AWS::Partition}", r.place.Partition, "${AWS::Region}", r.place.Region,
			"${AWS::AccountId}", r.place.Account, "${AWS::URLSuffix}", r.place.suffix()).Replace(text)
	case text == "AWS::AccountId":
		return r.place.Account
	}
	id, _, _ := strings.Cut(text, ".")
	i := slices.IndexFunc(r.resources, func(one Resource) bool { return one.ID == id })
	if i < 0 {
		panic("cfn: a policy names " + text)
	}
	return r.arn(r.resources[i])
}

// arnForms are the ARNs of what policies name, by type, after the account (Service
// Authorization Reference: resource types).
var arnForms = map[string]string{
	"AWS::Lambda::Function": "lambda::function:%s", "AWS::Logs::LogGroup": "logs::log-group:%s:*", "AWS::SQS::Queue": "sqs::%s",
	"AWS::DynamoDB::Table": "dynamodb::table/%s", "AWS::StepFunctions::StateMachine": "states::stateMachine:%s",
}

func (r resolver) arn(one Resource) string {
	form, ok := arnForms[one.kind.typeName]
	name, isText := one.Properties[one.kind.name].(string)
	if !ok || !isText {
		panic("cfn: a policy names " + one.ID)
	}
	service, rest, _ := strings.Cut(form, "::")
	return r.place.arn(service, fmt.Sprintf(rest, name))
}

func (p Place) arn(service, resource string) string {
	return strings.Join([]string{"arn", p.Partition, service, p.Region, p.Account, resource}, ":")
}

// keyStatements are what the policy of operations.kmsKey has to allow beside its
// administration: the account's own IAM to decide for roles and deployers, CloudWatch Logs
// for these log groups ("Encrypt log data in CloudWatch Logs using AWS KMS"), and
// EventBridge to write to queues (SQS, "Configuring KMS permissions for AWS services"; no
// condition is known to hold there).
func (b *builder) keyStatements(place Place) []statement {
	// Grants are for Lambda and DynamoDB, which ask the deployer for one.
	uses := append([]string{"kms:CreateGrant"}, tableEncrypted...)
	statements := []statement{
		{principal: document.Map{{Name: "AWS", Value: "arn:" + place.Partition + ":iam::" + place.Account + ":root"}}, actions: uses,
			resources: anyResource},
		{principal: document.Map{{Name: "Service", Value: "logs." + place.Region + "." + place.suffix()}},
			actions:   LogKeyActions,
			resources: anyResource, condition: document.Map{{Name: "ArnLike", Value: document.Map{
				{Name: "kms:EncryptionContext:aws:logs:arn", Value: list(
					place.arn("logs", "log-group:"+contract.LogGroup(b.name+"-*")), place.arn("logs", "log-group:"+machineLogs(b.name)))}}}}},
	}
	if b.plan.SendsEvents() {
		statements = append(statements, statement{principal: service("events"), actions: sendEncrypted, resources: anyResource})
	}
	return statements
}

// LogKeyActions are what CloudWatch Logs does with a key.
var LogKeyActions = []string{"kms:Decrypt*", "kms:Describe*", "kms:Encrypt*", "kms:GenerateDataKey*", "kms:ReEncrypt*"}
