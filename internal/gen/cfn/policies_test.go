package cfn_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/spec"
)

// policiesOf are what others make for a stack, as JSON reads them.
func policiesOf(t *testing.T, fields string) (text string, all map[string]any) {
	t.Helper()
	text = string(document.JSON(cfn.Policies(build(t, fields).plan)))
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatal(err)
	}
	return text, all
}

// Each variant of a stack has its policies, with nothing of CloudFormation in them.
func TestPoliciesHaveNoReference(t *testing.T) {
	for name, fields := range variants {
		text, all := policiesOf(t, fields)
		if strings.Contains(text, "${") || strings.Contains(text, "!Ref") || len(all["roles"].(map[string]any)) < 3 {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestPoliciesOfRolesOfTheUser(t *testing.T) {
	text, all := policiesOf(t, story+allTriggers+ownRoles+"  kmsKey: "+keyARN+"\n")
	roles := all["roles"].(map[string]any)
	for _, role := range (spec.Roles{}).Fields() {
		field := role.Name
		one, ok := roles[field].(map[string]any)
		if !ok || one["arn"] == nil || one["trust"] == nil || one["permissions"] == nil {
			t.Errorf("%s: %v", field, roles[field])
		}
	}
	if strings.Contains(text, "REGION") || strings.Contains(text, "ACCOUNT") || all["callers"] == nil {
		t.Errorf("the key and the roles say where it is: %s", text)
	}
	for _, want := range []string{
		`"arn:aws:states:eu-central-1:123456789012:stateMachine:acme"`, `"arn:aws:lambda:eu-central-1:123456789012:function:acme-egress-3"`,
		`"arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/acme-egress-1:*"`,
		`"arn:aws:dynamodb:eu-central-1:123456789012:table/acme-pool"`,
		`"arn:aws:sqs:eu-central-1:123456789012:acme-dead-letters"`, `"lambda.eu-central-1.amazonaws.com"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}

// A role of all egresses reads what any of them reads.
func TestPoliciesOfOneRoleForAllEgresses(t *testing.T) {
	text, _ := policiesOf(t, "retry: {maxAttempts: 2, rateLimit: {scope: credential}}\noperations: {roles: {egress: "+
		"'arn:aws:iam::123456789012:role/e'}}\n")
	if strings.Contains(text, "egress1") || strings.Contains(text, "egress2") {
		t.Errorf("%s", text)
	}
}

func TestPolicyOfTheKey(t *testing.T) {
	services := func(fields string) (found []string) {
		_, all := policiesOf(t, fields)
		for _, s := range all["key"].(map[string]any)["policy"].(map[string]any)["Statement"].([]any) {
			if service, ok := s.(map[string]any)["Principal"].(map[string]any)["Service"].(string); ok {
				found = append(found, service)
			}
		}
		return found
	}
	const key = "operations: {kmsKey: '" + keyARN + "'}\n"
	diff(t, "bare", []string{"logs.eu-central-1.amazonaws.com"}, services(story+key))
	diff(t, "with queues", []string{"logs.eu-central-1.amazonaws.com", "events.amazonaws.com"}, services(story+allTriggers+key))
	china := strings.ReplaceAll(strings.ReplaceAll(key, "arn:aws:", "arn:aws-cn:"), "eu-central-1", "cn-north-1")
	diff(t, "China", []string{"logs.cn-north-1.amazonaws.com.cn"}, services(story+"partition: aws-cn\n"+china))
}
