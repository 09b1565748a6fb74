package cfn_test

import (
	"slices"
	"strings"
	"testing"
)

const (
	keyARN      = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	allTriggers = "egress: {coordination: dynamodb}\nworkflow: {type: standard}\ntriggers:\n  onFailure: {queue: true}\n" + schedules + events
)

// ofType are the properties of all resources of a type, by logical id.
func ofType(all object, typeName string) map[string]object {
	found := map[string]object{}
	for id, r := range all {
		if r.(object)["Type"] == typeName {
			found[id] = r.(object)["Properties"].(object)
		}
	}
	return found
}

func TestABoundaryIsOnEachRole(t *testing.T) {
	const boundary = "arn:aws:iam::123456789012:policy/developers"
	roles := ofType(resources(t, story+allTriggers+"operations: {permissionsBoundary: '"+boundary+"'}\n"), "AWS::IAM::Role")
	if len(roles) < 5 {
		t.Fatalf("only %d roles", len(roles))
	}
	for id, p := range roles {
		diff(t, id, any(boundary), p["PermissionsBoundary"])
	}
}

func TestLogsThatOutliveTheStack(t *testing.T) {
	for id, r := range resources(t, story+allTriggers+"operations: {retainLogs: true}\n") {
		r := r.(object)
		switch r["Type"] {
		case "AWS::Logs::LogGroup":
			diff(t, id, []any{"RetainExceptOnCreate", "Retain"}, []any{r["DeletionPolicy"], r["UpdateReplacePolicy"]})
			if name := r["Properties"].(object)["LogGroupName"].(string); strings.HasPrefix(name, "!") {
				t.Errorf("%s is named %s: CloudFormation imports what has a fixed name alone", id, name)
			}
		case "AWS::SQS::Queue", "AWS::DynamoDB::Table":
			diff(t, id, []any{"Delete", "Delete"}, []any{r["DeletionPolicy"], r["UpdateReplacePolicy"]})
		}
	}
}

func TestClassOfTheLogs(t *testing.T) {
	for class, want := range map[string]any{"infrequentAccess": "INFREQUENT_ACCESS", "standard": nil} {
		for id, p := range ofType(resources(t, story+allTriggers+"operations: {logClass: "+class+"}\n"), "AWS::Logs::LogGroup") {
			diff(t, class+" "+id, want, p["LogGroupClass"])
		}
	}
}

func TestTheKeyIsOnAllThatIsStored(t *testing.T) {
	all := resources(t, story+allTriggers+"operations: {kmsKey: '"+keyARN+"'}\n")
	for typeName, property := range map[string]string{
		"AWS::Logs::LogGroup": "KmsKeyId", "AWS::Lambda::Function": "KmsKeyArn", "AWS::SQS::Queue": "KmsMasterKeyId",
	} {
		found := ofType(all, typeName)
		if len(found) < 2 {
			t.Errorf("only %d of %s", len(found), typeName)
		}
		for id, p := range found {
			diff(t, id, any(keyARN), p[property])
			if p["SqsManagedSseEnabled"] != nil {
				t.Errorf("%s has two keys, which SQS refuses", id)
			}
		}
	}
	diff(t, "table", any(object{"SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": keyARN}),
		props(t, all, "PoolTable")["SSESpecification"])
}

// Each role uses the key through the services alone that it needs it for.
func TestWhoUsesTheKey(t *testing.T) {
	const table = "dynamodb kms:Decrypt, dynamodb kms:DescribeKey, dynamodb kms:Encrypt, dynamodb kms:GenerateDataKey, " +
		"dynamodb kms:GenerateDataKeyWithoutPlaintext, dynamodb kms:ReEncryptFrom, dynamodb kms:ReEncryptTo, "
	const key = "operations: {kmsKey: '" + keyARN + "'}\n"
	for name, c := range map[string]struct{ fields, role, want string }{
		"egress":                    {story + key, "EgressRole", "lambda kms:Decrypt"},
		"egress with a table":       {story + allTriggers + key, "EgressRole", table + "lambda kms:Decrypt"},
		"orchestrator with a table": {story + allTriggers + key, "OrchestratorRole", table + "lambda kms:Decrypt"},
		"schedules":                 {story + allTriggers + key, "SchedulerRole", "sqs kms:Decrypt, sqs kms:GenerateDataKey"},
		"events":                    {story + allTriggers + key, "EventsRole", ""},
		"workflow":                  {story + allTriggers + key, "StateMachineRole", ""},
		"without a key":             {story + allTriggers, "EgressRole", ""},
	} {
		t.Run(name, func(t *testing.T) {
			diff(t, c.role, c.want, strings.Join(keyUses(props(t, resources(t, c.fields), c.role)), ", "))
		})
	}
}

// keyUses are the actions on the key, each behind the service that it goes through.
func keyUses(role object) []string {
	var lines []string
	for _, s := range statements(role["Policies"]) {
		for _, action := range asList(s["Action"]) {
			if s["Resource"] != keyARN {
				continue
			}
			via := s["Condition"].(object)["StringEquals"].(object)["kms:ViaService"].(string)
			service, region, _ := strings.Cut(strings.TrimPrefix(via, "!Sub "), ".")
			if region != "${AWS::Region}.${AWS::URLSuffix}" {
				service += " of " + region
			}
			lines = append(lines, service+" "+action.(string))
		}
	}
	slices.Sort(lines)
	return lines
}

const ownRoles = `operations:
  roles:
    orchestrator: arn:aws:iam::123456789012:role/o
    egress: arn:aws:iam::123456789012:role/e
    workflow: arn:aws:iam::123456789012:role/w
    schedules: arn:aws:iam::123456789012:role/s
    events: arn:aws:iam::123456789012:role/v
`

func TestRolesOfTheUser(t *testing.T) {
	all := resources(t, story+allTriggers+ownRoles)
	for id, r := range all {
		if kind := r.(object)["Type"].(string); strings.HasPrefix(kind, "AWS::IAM::") {
			t.Errorf("%s is a %s, in an account where only others may make one", id, kind)
		}
	}
	for id, c := range map[string][2]string{
		"Egress1": {"Role", "e"}, "Egress3": {"Role", "e"}, "Orchestrator": {"Role", "o"}, "StateMachine": {"RoleArn", "w"},
	} {
		diff(t, id, any("arn:aws:iam::123456789012:role/"+c[1]), props(t, all, id)[c[0]])
	}
	for typeName, c := range map[string]string{"AWS::Scheduler::Schedule": "s", "AWS::Events::Rule": "v"} {
		for id, p := range ofType(all, typeName) {
			target, _ := p["Target"].(object)
			if target == nil {
				target = p["Targets"].([]any)[0].(object)
			}
			if id != "FailedExecutionsRule" { // the policy of its queue decides
				diff(t, id, any("arn:aws:iam::123456789012:role/"+c), target["RoleArn"])
			}
		}
	}
}

// With a network a schedule pings the egresses: it has the same roles.
func TestRolesOfTheUserInANetwork(t *testing.T) {
	fields := strings.Replace(ownRoles, "    events: arn:aws:iam::123456789012:role/v\n", "", 1)
	all := resources(t, story+"egress: {network: {type: ipv6}}\n"+fields)
	for id, r := range all {
		if kind := r.(object)["Type"].(string); strings.HasPrefix(kind, "AWS::IAM::") {
			t.Errorf("%s is a %s", id, kind)
		}
	}
	for id, p := range ofType(all, "AWS::Scheduler::Schedule") {
		diff(t, id, any("arn:aws:iam::123456789012:role/s"), p["Target"].(object)["RoleArn"])
	}
	for id, p := range ofType(all, "AWS::StepFunctions::StateMachine") {
		diff(t, id, any("arn:aws:iam::123456789012:role/w"), p["RoleArn"])
	}
}

// Who names some roles gets the others, and the policy for callers.
func TestSomeRolesOfTheUser(t *testing.T) {
	all := resources(t, story+"operations: {roles: {egress: 'arn:aws:iam::123456789012:role/e'}}\n")
	var made []string
	for id := range all {
		if strings.HasPrefix(all[id].(object)["Type"].(string), "AWS::IAM::") {
			made = append(made, id)
		}
	}
	slices.Sort(made)
	diff(t, "made", []string{"CallerPolicy", "OrchestratorRole", "StateMachineRole"}, made)
}

func TestMemoryOfTheOrchestrator(t *testing.T) {
	all := resources(t, story+"operations: {orchestratorMemory: 1024}\n")
	diff(t, "orchestrator", any(1024), props(t, all, "Orchestrator")["MemorySize"])
	diff(t, "egress", any(128), props(t, all, "Egress1")["MemorySize"])
}
