package cfn_test

import (
	"slices"
	"testing"
)

const coordinated = story + "egress: {count: 3, coordination: dynamodb}\n"

// TestPoolTable: a table of the stack, which goes with it, costs by use and no more than it
// can use, and whose name both kinds of Lambda know. Without coordination there is none.
func TestPoolTable(t *testing.T) {
	all := resources(t, coordinated+"tags: {team: orders}\n")
	diff(t, "table", object{
		"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete",
		"Properties": object{
			"TableName": "acme-pool",
			"KeySchema": []any{object{"AttributeName": "pk", "KeyType": "HASH"}, object{"AttributeName": "sk", "KeyType": "RANGE"}},
			"AttributeDefinitions": []any{
				object{"AttributeName": "pk", "AttributeType": "S"}, object{"AttributeName": "sk", "AttributeType": "S"},
			},
			"BillingMode":             "PAY_PER_REQUEST",
			"OnDemandThroughput":      object{"MaxReadRequestUnits": 1000, "MaxWriteRequestUnits": 1000},
			"TimeToLiveSpecification": object{"AttributeName": "expires", "Enabled": true},
			"Tags":                    []any{object{"Key": "sfngen:spec", "Value": "acme"}, object{"Key": "team", "Value": "orders"}},
		},
	}, all["PoolTable"].(object))
	for id, own := range map[string]object{
		"Egress2":      {"SFNGEN_EGRESS": "2", "SFNGEN_TABLE": "!Ref PoolTable"},
		"Orchestrator": {"SFNGEN_STATE_MACHINE_ARN": "!Ref StateMachine", "SFNGEN_TABLE": "!Ref PoolTable"},
	} {
		diff(t, id, object{"Variables": own}, props(t, all, id)["Environment"].(object))
	}
	if alone := resources(t, story); alone["PoolTable"] != nil {
		t.Error("a table without coordination")
	}
}

// TestWhoMayUseTheTable: an egress reads and writes; the orchestrator reads, and writes
// where it books: what all callers have in common.
func TestWhoMayUseTheTable(t *testing.T) {
	const table = " on !GetAtt PoolTable.Arn"
	read, write, item := "dynamodb:Query"+table, "dynamodb:UpdateItem"+table, "dynamodb:GetItem"+table
	start := "states:StartSyncExecution on !Ref StateMachine"
	upstream := func(rest string) string {
		return "version: 1\nname: acme\nretry: {maxAttempts: 3}\negress: {coordination: dynamodb}\n" +
			"upstream: {url: 'https://api.example'" + rest + "}\n"
	}
	perIP, perCredential := ", limits: [{requests: 1, window: 1s, per: ip}]", ", limits: [{requests: 1, window: 1s, per: credential}]"
	for _, c := range []struct {
		name, spec string
		want       []string // of the orchestrator
	}{
		{"no limits", upstream(""), []string{read, start}},
		{"per address", upstream(perIP), []string{read, write, start}},
		{"a caller's credential", upstream(perCredential + ", forwardHeaders: [x-api-key]"), []string{read, start}},
		{"a header of the spec", upstream(perCredential + ", headers: {x-api-key: public}"), []string{read, write, start}},
		{"a credential", upstream(perCredential + ", credentials: {headers: {x-api-key: {secret: acme}}}"), []string{read, write, start}},
	} {
		t.Run(c.name, func(t *testing.T) {
			all := buildFile(t, readSource(t, c.spec))
			resources := load(t, all.text)["Resources"].(object)
			want := slices.Concat(c.want[:len(c.want)-1], ownLogs, []string{start}, traces)
			diff(t, "orchestrator", want, permissions(t, resources, "OrchestratorRole"))
			got := slices.DeleteFunc(permissions(t, resources, "EgressRole"), func(line string) bool { return line[:8] != "dynamodb" })
			diff(t, "egress", []string{item, read, write}, got)
		})
	}
}
