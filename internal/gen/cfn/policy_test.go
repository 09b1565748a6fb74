package cfn_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// asList is a value that IAM lets stand alone or in a list.
func asList(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}

// permissions of a role, one line for each action and resource.
func permissions(t testing.TB, all object, role string) []string {
	t.Helper()
	var lines []string
	for _, policy := range props(t, all, role)["Policies"].([]any) {
		for _, s := range policy.(object)["PolicyDocument"].(object)["Statement"].([]any) {
			for _, action := range asList(s.(object)["Action"]) {
				for _, resource := range asList(s.(object)["Resource"]) {
					lines = append(lines, fmt.Sprint(action, " on ", resource))
				}
			}
		}
	}
	slices.Sort(lines)
	return lines
}

var (
	traces = []string{"xray:PutTelemetryRecords on *", "xray:PutTraceSegments on *"}
	pool   = []string{
		"logs:CreateLogStream on !GetAtt Egress1LogGroup.Arn", "logs:CreateLogStream on !GetAtt Egress2LogGroup.Arn",
		"logs:CreateLogStream on !GetAtt Egress3LogGroup.Arn",
		"logs:PutLogEvents on !GetAtt Egress1LogGroup.Arn", "logs:PutLogEvents on !GetAtt Egress2LogGroup.Arn",
		"logs:PutLogEvents on !GetAtt Egress3LogGroup.Arn",
	}
	calls = []string{
		"lambda:InvokeFunction on !GetAtt Egress1.Arn", "lambda:InvokeFunction on !GetAtt Egress2.Arn",
		"lambda:InvokeFunction on !GetAtt Egress3.Arn",
	}
	delivery = []string{
		"logs:CreateLogDelivery on *", "logs:CreateLogStream on *", "logs:DeleteLogDelivery on *", "logs:DescribeLogGroups on *",
		"logs:DescribeResourcePolicies on *", "logs:GetLogDelivery on *", "logs:ListLogDeliveries on *", "logs:PutLogEvents on *",
		"logs:PutResourcePolicy on *", "logs:UpdateLogDelivery on *",
	}
	interfaces = []string{
		"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces",
		"ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
	}
	ownLogs = []string{"logs:CreateLogStream on !GetAtt OrchestratorLogGroup.Arn", "logs:PutLogEvents on !GetAtt OrchestratorLogGroup.Arn"}
)

func TestEachRoleMayDoExactlyThis(t *testing.T) {
	express, bare, triggered := story, story+"workflow: {logLevel: off, tracing: false}\n", story+"triggers:\n"+schedules+events
	tests := map[string]struct {
		fields, role string
		want         []string
	}{
		"egress":       {express, "EgressRole", slices.Concat(pool, traces)},
		"egress, bare": {bare, "EgressRole", pool},
		"workflow": {express, "StateMachineRole", slices.Concat(calls, delivery, []string{"xray:GetSamplingRules on *",
			"xray:GetSamplingTargets on *"}, traces)},
		"workflow, bare": {bare, "StateMachineRole", calls},
		"orchestrator express": {express, "OrchestratorRole", slices.Concat(ownLogs, []string{"states:StartSyncExecution on !Ref StateMachine"},
			traces)},
		"orchestrator standard": {story + standard, "OrchestratorRole", slices.Concat(ownLogs, []string{
			"states:DescribeExecution on !Sub arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:acme:*",
			"states:StartExecution on !Ref StateMachine"}, traces)},
		"scheduler": {triggered, "SchedulerRole", []string{"sqs:SendMessage on !GetAtt DeadLetters.Arn",
			"states:StartExecution on !Ref StateMachine"}},
		"events": {triggered, "EventsRole", []string{"states:StartExecution on !Ref StateMachine"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			diff(t, "permissions", test.want, permissions(t, resources(t, test.fields), test.role))
		})
	}
}

func TestEachRoleIsUsedByOneServiceFromOneSource(t *testing.T) {
	own := func(arn string) object {
		return object{
			"ArnLike":      object{"aws:SourceArn": "!Sub arn:${AWS::Partition}:" + arn},
			"StringEquals": object{"aws:SourceAccount": "!Ref AWS::AccountId"},
		}
	}
	tests := map[string]struct {
		service   string
		condition any
	}{
		"EgressRole":       {"lambda.amazonaws.com", nil},
		"OrchestratorRole": {"lambda.amazonaws.com", nil},
		"StateMachineRole": {"states.amazonaws.com", own("states:${AWS::Region}:${AWS::AccountId}:stateMachine:acme")},
		"SchedulerRole":    {"scheduler.amazonaws.com", own("scheduler:${AWS::Region}:${AWS::AccountId}:schedule-group/acme")},
		"EventsRole":       {"events.amazonaws.com", own("events:${AWS::Region}:${AWS::AccountId}:rule/acme-*")},
	}
	all := resources(t, variants["all triggers"])
	for role, test := range tests {
		t.Run(role, func(t *testing.T) {
			want := object{"Effect": "Allow", "Principal": object{"Service": test.service}, "Action": "sts:AssumeRole"}
			if test.condition != nil {
				want["Condition"] = test.condition
			}
			p := props(t, all, role)
			diff(t, "trust", object{"Version": "2012-10-17", "Statement": []any{want}}, p["AssumeRolePolicyDocument"].(object))
			if name, ok := p["RoleName"]; ok {
				t.Errorf("the role is named %v: a second region could not have it", name)
			}
		})
	}
}

// statements are all that a template allows, wherever it stands.
func statements(v any) []object {
	var found []object
	switch v := v.(type) {
	case object:
		if v["Effect"] != nil {
			found = append(found, v)
		}
		for _, child := range v {
			found = append(found, statements(child)...)
		}
	case []any:
		for _, child := range v {
			found = append(found, statements(child)...)
		}
	}
	return found
}

// resourceless are the actions for which the Service Authorization Reference
// lists no resource, or the documentation of the feature asks for "*".
func resourceless(action string) bool {
	return strings.HasPrefix(action, "xray:") || slices.Contains(delivery, action+" on *") || slices.Contains(interfaces, action)
}

// The hand-made version had AWS keys in its source and no IAM at all.
func TestOriginFault10_NoKeysLeastPrivilege(t *testing.T) {
	for name, fields := range variants {
		t.Run(name, func(t *testing.T) {
			m := build(t, fields)
			for _, secret := range []string{"AKIA", "ASIA", "aws_access_key", "AWS_ACCESS_KEY", "AWS_SECRET", "{{resolve:", "NoEcho"} {
				if strings.Contains(string(m.text), secret) {
					t.Errorf("the template holds %q", secret)
				}
			}
			found := statements(load(t, m.text)["Resources"])
			if len(found) < 6 { // three roles, each with trust and permission
				t.Fatalf("only %d statements: is anything allowed at all?", len(found))
			}
			for _, s := range found {
				checkStatement(t, s)
			}
		})
	}
}

func checkStatement(t *testing.T, s object) {
	t.Helper()
	if s["NotAction"] != nil || s["NotResource"] != nil || s["NotPrincipal"] != nil {
		t.Errorf("a statement that names what it does not mean: %v", s)
	}
	if s["Effect"] == "Deny" {
		return // the more it denies the better
	}
	for _, action := range asList(s["Action"]) {
		if strings.Contains(action.(string), "*") {
			t.Errorf("allows %s", action)
		}
		for _, resource := range asList(s["Resource"]) {
			if resource == "*" && !resourceless(action.(string)) {
				t.Errorf("allows %s on everything", action)
			}
		}
	}
	if s["Principal"] == "*" && !ofAccount(s) {
		t.Errorf("allows everyone: %v", s)
	}
}

// ofAccount: an endpoint's policy says what may pass, and allows nothing by itself; it has
// to name everybody, and takes the account as a condition (VPC, "Endpoint policies for
// gateway endpoints").
func ofAccount(s object) bool {
	condition, _ := s["Condition"].(object)
	of, _ := condition["StringEquals"].(object)
	return of["aws:PrincipalAccount"] == "!Ref AWS::AccountId"
}

// What holds data of callers is reached by TLS alone, in every template that has it.
func TestStoresDemandTLS(t *testing.T) {
	policies := map[string]string{ // type to that of its policy
		"AWS::SQS::Queue": "AWS::SQS::QueuePolicy", "AWS::S3::Bucket": "AWS::S3::BucketPolicy", "AWS::SNS::Topic": "AWS::SNS::TopicPolicy",
	}
	seen := 0
	for name, fields := range variants {
		all := resources(t, fields)
		for id, r := range all {
			kind := policies[r.(object)["Type"].(string)]
			if kind == "" {
				continue
			}
			seen++
			if !slices.ContainsFunc(statements(all), func(s object) bool { return refusesWithoutTLS(s, id) }) {
				t.Errorf("%s: %s has no %s that refuses requests without TLS", name, id, kind)
			}
		}
	}
	if seen == 0 {
		t.Error("no variant has a queue")
	}
}

func refusesWithoutTLS(s object, id string) bool {
	if s["Effect"] != "Deny" {
		return false
	}
	condition, _ := s["Condition"].(object)["Bool"].(object)
	return s["Principal"] == "*" && strings.HasSuffix(s["Action"].(string), ":*") && s["Resource"] == "!GetAtt "+id+".Arn" &&
		condition["aws:SecureTransport"] == "false"
}

// IAM takes 10,240 characters of inline policies for each role and 2,048 of a
// trust policy, white space not counted, with references resolved (IAM quotas).
func TestPoliciesFitIAMWithTheLongestNames(t *testing.T) {
	file := "retry: {maxAttempts: 50}\npartition: aws-us-gov\negress: {coordination: dynamodb, network: {type: ipv6}}\n" + standard +
		"triggers:\n" + schedules + events
	const longest = 32 - len("acme") // names have up to 32 characters
	all := resources(t, file)
	for id, r := range all {
		if r.(object)["Type"] != "AWS::IAM::Role" {
			continue
		}
		p := r.(object)["Properties"].(object)
		for part, limit := range map[string]int{"Policies": 10_240, "AssumeRolePolicyDocument": 2_048} {
			if n := resolvedSize(p[part], longest); n > limit {
				t.Errorf("%s: %s has up to %d characters, IAM takes %d", id, part, n, limit)
			}
		}
	}
}

// resolvedSize is at least what a policy is long as JSON: every reference counts
// as the longest ARN there is in a stack.
func resolvedSize(v any, extra int) int {
	const arn = len("arn:aws-us-gov:logs:ap-southeast-99:123456789012:log-group:/aws/lambda/acme-orchestrator:*")
	switch v := v.(type) {
	case object:
		n := 2
		for key, child := range v {
			n += len(key) + 4 + resolvedSize(child, extra)
		}
		return n
	case []any:
		n := 2
		for _, child := range v {
			n += 1 + resolvedSize(child, extra)
		}
		return n
	case string:
		if strings.HasPrefix(v, "!") {
			return 2 + arn + extra
		}
		return 2 + len(v)
	}
	return len(fmt.Sprint(v))
}

// TestEgressesReadTheirCredentials: each role has the secrets that its egresses show, under
// the ARN that AWS gives them, and no others.
func TestEgressesReadTheirCredentials(t *testing.T) {
	const arn, key = "!Sub arn:${AWS::Partition}:", "arn:aws:kms:eu-central-1:123456789012:key/1"
	const own, place = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:", ":${AWS::Region}:${AWS::AccountId}:"
	const parameter = "ssm:GetParameter on " + arn + "ssm" + place + "parameter/"
	for _, test := range []struct {
		name, credentials string
		want              map[string][]string // by role, without logs and traces
	}{
		{"one for all", "headers: {a: {secret: prod/acme}, b: {secret: prod/acme, key: k}, c: {parameter: /prod/key}, d: {parameter: key}}",
			map[string][]string{"EgressRole": {"secretsmanager:GetSecretValue on " + arn + "secretsmanager" + place + "secret:prod/acme-??????",
				parameter + "key", parameter + "prod/key"}}},
		{"ARNs", "headers: {a: {secret: '" + own + "a-AbCdE1'}, b: {secret: '" + own + "b'}, c: {parameter: " +
			"'arn:aws:ssm:eu-central-1:123456789012:parameter/c'}}",
			map[string][]string{"EgressRole": {"secretsmanager:GetSecretValue on " + own + "a-AbCdE1",
				"secretsmanager:GetSecretValue on " + own + "b-??????", "ssm:GetParameter on arn:aws:ssm:eu-central-1:123456789012:parameter/c"}}},
		{"an ARN whose end may be the name's", "headers: {a: {secret: '" + own + "acme-orders'}}",
			map[string][]string{"EgressRole": {"secretsmanager:GetSecretValue on " + own + "acme-orders",
				"secretsmanager:GetSecretValue on " + own + "acme-orders-??????"}}},
		{"a key of one's own", "kmsKey: '" + key + "', query: {a: {parameter: /a}}",
			map[string][]string{"EgressRole": {"kms:Decrypt on " + key, parameter + "a"}}},
		{"one for each", "query: {a: [{parameter: /a}, {parameter: /b}], c: {parameter: /c}}", map[string][]string{
			"Egress1Role": {parameter + "a", parameter + "c"}, "Egress2Role": {parameter + "b", parameter + "c"}}},
		{"two fields of one secret", "query: {a: [{secret: s, key: a}, {secret: s, key: b}]}", map[string][]string{
			"EgressRole": {"secretsmanager:GetSecretValue on " + arn + "secretsmanager" + place + "secret:s-??????"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := readSource(t, "version: 1\nname: acme\nretry: {maxAttempts: 2}\nupstream: {url: 'https://a.example', credentials: {"+
				test.credentials+"}}\n")
			all := load(t, buildFile(t, file).text)["Resources"].(object)
			for role, want := range test.want {
				got := slices.DeleteFunc(permissions(t, all, role), func(line string) bool {
					return strings.HasPrefix(line, "logs:") || strings.HasPrefix(line, "xray:")
				})
				diff(t, role, want, got)
			}
			if _, shared := all["EgressRole"]; shared != (test.want["EgressRole"] != nil) {
				t.Errorf("a role that all share: %t", shared)
			}
		})
	}
}

// TestKeyOfSecretsIsUsedWhereTheyAre: an ARN leads an egress to the store of its region.
func TestKeyOfSecretsIsUsedWhereTheyAre(t *testing.T) {
	const key, here = "arn:aws:kms:us-west-2:123456789012:key/1", ".${AWS::Region}.${AWS::URLSuffix}"
	const there = ":us-west-2:123456789012:"
	for _, test := range []struct {
		name, headers string
		want          []any
	}{
		{"names", "a: {parameter: /a}, b: {secret: b}, c: {secret: c}, d: {parameter: d}",
			[]any{"!Sub ssm" + here, "!Sub secretsmanager" + here}},
		{"a name and an ARN", "a: {secret: a}, b: {secret: 'arn:aws:secretsmanager" + there + "secret:b-AbCdE1'}",
			[]any{"!Sub secretsmanager" + here, "!Sub secretsmanager.us-west-2.${AWS::URLSuffix}"}},
		{"ARNs", "a: {secret: 'arn:aws:secretsmanager" + there + "secret:b-AbCdE1'}, b: {parameter: 'arn:aws:ssm" + there + "parameter/b'}",
			[]any{"!Sub secretsmanager.us-west-2.${AWS::URLSuffix}", "!Sub ssm.us-west-2.${AWS::URLSuffix}"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := readSource(t, "version: 1\nname: acme\nretry: {maxAttempts: 1}\nupstream: {url: 'https://a.example', credentials: {kmsKey: '"+
				key+"', headers: {"+test.headers+"}}}\n")
			var got []any
			for _, s := range statements(load(t, buildFile(t, file).text)["Resources"]) {
				if s["Action"] == "kms:Decrypt" {
					got = append(got, asList(s["Condition"].(object)["StringEquals"].(object)["kms:ViaService"])...)
				}
			}
			diff(t, "kms:ViaService", test.want, got)
		})
	}
}
