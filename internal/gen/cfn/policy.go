package cfn

import (
	"github.com/sfngen/sfngen/internal/gen/document"
)

// statement is one statement of a policy ("IAM JSON policy elements").
type statement struct {
	deny      bool           // instead of Allow
	principal document.Value // nil in a role's own policy
	actions   []string
	resources document.Value // nil in a trust policy
	condition document.Map
}

func (s statement) document() document.Map {
	effect := "Allow"
	if s.deny {
		effect = "Deny"
	}
	m := document.Map{{Name: "Effect", Value: effect}}
	if s.principal != nil {
		m = append(m, document.Field{Name: "Principal", Value: s.principal})
	}
	m = append(m, document.Field{Name: "Action", Value: oneOrMore(s.actions)})
	if s.resources != nil {
		m = append(m, document.Field{Name: "Resource", Value: s.resources})
	}
	if len(s.condition) > 0 {
		m = append(m, document.Field{Name: "Condition", Value: s.condition})
	}
	return m
}

func oneOrMore(actions []string) document.Value {
	if len(actions) == 1 {
		return actions[0]
	}
	return document.Of(actions)
}

func policyDocument(statements ...statement) document.Map {
	documents := make(document.List, len(statements))
	for i, s := range statements {
		documents[i] = s.document()
	}
	return document.Map{{Name: "Version", Value: "2012-10-17"}, {Name: "Statement", Value: documents}}
}

func service(name string) document.Map {
	return document.Map{{Name: "Service", Value: name + ".amazonaws.com"}}
}

// role is the role of one principal, unless the spec names one in its place.
// CloudFormation chooses its name: IAM names are global, so a fixed one would prevent the
// stack in a second region, and require CAPABILITY_NAMED_IAM. The policy is inline, so it
// exists before any resource that refers to the role.
func (b *builder) role(id, description string, trust statement, permissions ...statement) {
	if b.given(id) != "" {
		return
	}
	trust.actions = []string{"sts:AssumeRole"}
	role := properties{
		"Description":              description,
		"AssumeRolePolicyDocument": policyDocument(trust),
		"Policies": list(document.Map{
			{Name: "PolicyName", Value: "sfngen"},
			{Name: "PolicyDocument", Value: policyDocument(permissions...)},
		}),
		"Tags": b.tags,
	}
	if boundary := b.plan.Operations.PermissionsBoundary; boundary != "" {
		role["PermissionsBoundary"] = boundary
	}
	b.add(id, role)
}

// lambdaTrust has no condition: Lambda documents no source key for the role that
// a function runs with.
func lambdaTrust() statement { return statement{principal: service("lambda")} }

// trustFrom lets a service use a role only on behalf of one source of this
// account (IAM, "The confused deputy problem").
func trustFrom(name string, source document.Value) statement {
	return statement{principal: service(name), condition: document.Map{
		{Name: "ArnLike", Value: document.Map{{Name: "aws:SourceArn", Value: source}}},
		{Name: "StringEquals", Value: document.Map{{Name: "aws:SourceAccount", Value: ref("AWS::AccountId")}}},
	}}
}

// writeLogs lets a function write to its log groups. CloudFormation creates them,
// so no function needs that permission.
func writeLogs(groups ...string) statement {
	arns := make(document.List, len(groups))
	for i, id := range groups {
		arns[i] = getAtt(id, "Arn") // ends in ":*", which takes in the streams
	}
	return statement{actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, resources: arns}
}

// anyResource is for actions that AWS offers no resource for (Service
// Authorization Reference): log delivery and X-Ray.
const anyResource = "*"

// withTracing adds what sending traces takes, if the spec wants them. Lambda
// samples without permission; Step Functions reads the account's rules.
func (b *builder) withTracing(statements []statement, sampling ...string) []statement {
	if !b.plan.Workflow.Tracing {
		return statements
	}
	actions := append([]string{"xray:PutTraceSegments", "xray:PutTelemetryRecords"}, sampling...)
	return append(statements, statement{actions: actions, resources: anyResource})
}
