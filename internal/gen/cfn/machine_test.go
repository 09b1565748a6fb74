package cfn_test

import (
	"encoding/json"
	"regexp"
	"testing"
)

func TestStateMachine(t *testing.T) {
	for name, test := range map[string]struct {
		fields string
		want   object
	}{
		"express": {story, object{
			"StateMachineType": "EXPRESS", "TracingConfiguration": object{"Enabled": true},
			"LoggingConfiguration": object{"Level": "ALL", "IncludeExecutionData": false, "Destinations": []any{
				object{"CloudWatchLogsLogGroup": object{"LogGroupArn": "!GetAtt StateMachineLogGroup.Arn"}}}},
		}},
		"standard, errors with data": {story + "workflow: {type: standard, logLevel: error, logData: true}\n", object{
			"StateMachineType": "STANDARD", "TracingConfiguration": object{"Enabled": true},
			"LoggingConfiguration": object{"Level": "ERROR", "IncludeExecutionData": true, "Destinations": []any{
				object{"CloudWatchLogsLogGroup": object{"LogGroupArn": "!GetAtt StateMachineLogGroup.Arn"}}}},
		}},
		"silent": {story + "workflow: {logLevel: off, tracing: false}\n", object{
			"StateMachineType": "EXPRESS", "TracingConfiguration": object{"Enabled": false},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			all := resources(t, test.fields)
			got := props(t, all, "StateMachine")
			delete(got, "Definition")
			test.want["StateMachineName"] = "acme"
			test.want["RoleArn"] = "!GetAtt StateMachineRole.Arn"
			test.want["DefinitionSubstitutions"] = object{"Egress1Arn": "!GetAtt Egress1.Arn", "Egress2Arn": "!GetAtt Egress2.Arn",
				"Egress3Arn": "!GetAtt Egress3.Arn"}
			test.want["Tags"] = specTags
			diff(t, "StateMachine", test.want, got)
			if _, hasGroup := all["StateMachineLogGroup"]; hasGroup != (test.want["LoggingConfiguration"] != nil) {
				t.Errorf("log group: %v", hasGroup)
			}
		})
	}
}

// The two files hold one definition: what a person reads in the JSON is what is
// deployed.
func TestDefinitionIsTheJSON(t *testing.T) {
	for name, fields := range variants {
		t.Run(name, func(t *testing.T) {
			m := build(t, fields)
			inTemplate, err := json.Marshal(props(t, load(t, m.text)["Resources"].(object), "StateMachine")["Definition"])
			if err != nil {
				t.Fatal(err)
			}
			var want, got any
			if json.Unmarshal(m.definition, &want) != nil || json.Unmarshal(inTemplate, &got) != nil {
				t.Fatal("not JSON")
			}
			diff(t, "definition", want, got)
		})
	}
}

var placeholder = regexp.MustCompile(`\$\{([A-Za-z0-9]+)\}`)

func TestEveryPlaceholderIsFilledAndNoOtherIsThere(t *testing.T) {
	for name, fields := range variants {
		t.Run(name, func(t *testing.T) {
			m := build(t, fields)
			used, filled := map[string]bool{}, map[string]bool{}
			for _, match := range placeholder.FindAllStringSubmatch(string(m.definition), -1) {
				used[match[1]] = true
			}
			for key := range props(t, load(t, m.text)["Resources"].(object), "StateMachine")["DefinitionSubstitutions"].(object) {
				filled[key] = true
			}
			diff(t, "placeholders", used, filled)
		})
	}
}

func TestLambdaIntegrationOfEachPartition(t *testing.T) {
	const substituted = "!Sub arn:${AWS::Partition}:states:::lambda:invoke"
	for partition, want := range map[string][2]any{
		"aws":        {"arn:aws:states:::lambda:invoke", nil},
		"aws-cn":     {"${LambdaInvokeArn}", substituted},
		"aws-us-gov": {"${LambdaInvokeArn}", substituted},
	} {
		t.Run(partition, func(t *testing.T) {
			p := props(t, resources(t, story+"partition: "+partition+"\n"), "StateMachine")
			attempt := p["Definition"].(object)["States"].(object)["Attempt 1"].(object)
			diff(t, "Resource and what fills it", want, [2]any{attempt["Resource"], p["DefinitionSubstitutions"].(object)["LambdaInvokeArn"]})
		})
	}
}
