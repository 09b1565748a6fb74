package eventbridge_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/eventbridge"
)

// instance is like the event of the user guide ("Input transformation").
const instance = `{
	"version": "0", "id": "7bf73129", "detail-type": "EC2 Instance State-change Notification", "source": "aws.ec2",
	"resources": ["arn:a", "arn:b"],
	"detail": {"instance-id": "i-0123456789", "state": "RUNNING", "ok": true, "cores": 1.50, "none": null, "quoted": "say \"hi\"",
		"tags": ["HIGH", "LOW"], "numbers": [1, 2], "payload": {"z": "1", "a": {"list": [{"b": 2}]}}, "path": ["c:\\x"]}
}`

func TestTransform(t *testing.T) {
	paths := map[string]string{
		"instance": "$.detail.instance-id", "state": "$.detail.state", "ok": "$.detail.ok", "cores": "$.detail.cores",
		"quoted": "$.detail.quoted", "tags": "$.detail.tags", "numbers": "$.detail.numbers", "payload": "$.detail.payload",
		"first": "$.resources[0]", "deep": "$.detail.payload.a.list[0].b", "gone": "$.detail.gone", "beyond": "$.resources[2]",
		"below": "$.detail.state.x", "indexed": "$.detail[0]",
	}
	tests := []struct{ name, template, want string }{
		{"text", `"instance <instance> is in <state>"`, `"instance i-0123456789 is in RUNNING"`},
		{"text with quotes", `"instance \"<instance>\" is in <state>"`, `"instance \"i-0123456789\" is in RUNNING"`},
		{"values", `{"instance" : <instance>, "state": <state>}`, `{"instance":"i-0123456789","state":"RUNNING"}`},
		{"values and text", `{"instance": <instance>, "status": "is \"<state>\""}`, `{"instance":"i-0123456789","status":"is \"RUNNING\""}`},
		{"among fixed values", `{"state": [9, <state>, true], "Transformed": "Yes"}`, `{"state":[9,"RUNNING",true],"Transformed":"Yes"}`},
		{"one twice", `{"path": "users/<state>/second/<state>"}`, `{"path":"users/RUNNING/second/RUNNING"}`},
		{"a boolean and a number as values", `{"ok": <ok>, "cores": <cores>}`, `{"ok":true,"cores":1.50}`},
		{"a boolean and a number in text", `{"t": "<ok> <cores>"}`, `{"t":"true 1.50"}`},
		{"an object as value keeps its order", `{"body": <payload>}`, `{"body":{"z":"1","a":{"list":[{"b":2}]}}}`},
		{"an array as value", `{"body": <tags>}`, `{"body":["HIGH","LOW"]}`},
		{"an array of numbers in quotes", `{"t": "<numbers>"}`, `{"t":"[1,2]"}`},
		{"an array in text", `"<tags> multiple"`, `"[HIGH,LOW] multiple"`},
		{"an object in text", `"payload <payload>"`, `"payload {z:1,a:{list:[{b:2}]}}"`},
		{"text with quotes as value", `{"t": <quoted>}`, `{"t":"say \"hi\""}`},
		{"an item", `{"arn": <first>, "b": <deep>}`, `{"arn":"arn:a","b":2}`},
		{"nothing there, as value", `{"gone": <gone>, "beyond": <beyond>, "below": <below>, "indexed": <indexed>}`,
			`{"gone":"","beyond":"","below":"","indexed":""}`},
		{"nothing there, in text", `{"t": "a <gone>b"}`, `{"t":"a b"}`},
		{"a less-than sign", `{"t": "1 < 2", "u": "2 > 1"}`, `{"t":"1 < 2","u":"2 > 1"}`},
		{"a colon after the variable", `{"t": "<state>: x"}`, `{"t":"RUNNING: x"}`},
		{"an escape at the end of text", `{"t": "<state>\\", "u": <state>}`, `{"t":"RUNNING\\","u":"RUNNING"}`},
		{"no variable", `{"a": 1}`, `{"a":1}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := eventbridge.Transform(paths, test.template, []byte(instance))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Errorf("input (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTransformWholeEvent(t *testing.T) {
	tests := []struct{ name, path, template string }{
		{"by the predefined variable", "$.x", `{"e": <aws.events.event.json>}`},
		{"by its path", "$", `{"e": <v>}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := eventbridge.Transform(map[string]string{"v": test.path}, test.template, []byte(`{"b": 1.0, "a": []}`))
			if err != nil || string(got) != `{"e":{"b":1.0,"a":[]}}` {
				t.Errorf("Transform() = %s, %v", got, err)
			}
		})
	}
}

func TestTransformRefuses(t *testing.T) {
	tests := []struct{ name, path, template, want string }{
		{"no such variable", "$.detail", `{"a": <w>}`, "<w> is not a variable"},
		{"markup", "$.detail", `{"a": "<b>x</b>"}`, "<b> is not a variable"},
		{"the rule's ARN", "$.detail", `{"a": <aws.events.rule-arn>}`, "<aws.events.rule-arn> exists only for a deployed rule"},
		{"the event without its detail", "$.detail", `{"a": <aws.events.event>}`, "<aws.events.event> exists only"},
		{"a key", "$.detail.state", `{"<v>" : 1}`, "in the key before offset 6"},
		{"quotes in quotes", "$.detail.quoted", `{"a": "<v>"}`, "write the variable without quotes around it"},
		{"an object in quotes", "$.detail.payload", `{"a": "<v>"}`, "<v> inside quotes: an object is not possible there"},
		{"a list in quotes", "$.detail.tags", `{"a": "x <v>"}`, "an array is not possible there"},
		{"a list with a backslash in text", "$.detail.path", `"x <v>"`, "an array is not possible there"},
		{"the event in quotes", "$.detail", `{"a": "<aws.events.event.json>"}`, "an object is not possible there"},
		{"null", "$.detail.none", `{"a": <v>}`, "is null in the event"},
		{"no JSON", "$.detail.state", `{"a": <v>`, "is not one JSON value"},
		{"bare text", "$.detail.state", `<v> is it`, "is not one JSON value"},
		{"lines of text", "$.detail.state", "\"<v>\"\n\"<v>\"", "is not one JSON value"},
		{"an empty template", "$.detail.state", "", "is not one JSON value"},
		{"a path without $", "detail", `{}`, "does not begin with $"},
		{"no path", "", `{}`, "does not begin with $"},
		{"a name in brackets", "$['detail']", `{}`, `found "['detail']"`},
		{"a wildcard", "$.detail.*", `{}`, `found ".*"`},
		{"any depth", "$..state", `{}`, `found "..state"`},
		{"an index from the end", "$.resources[-1]", `{}`, `found "[-1]"`},
		{"a dot at the end", "$.detail.", `{}`, `found "."`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := eventbridge.Transform(map[string]string{"v": test.path}, test.template, []byte(instance))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Transform() = %s, %v, want an error with %q", got, err, test.want)
			}
		})
	}
	t.Run("a name with a dot", func(t *testing.T) {
		_, err := eventbridge.Transform(map[string]string{"aws.events.event.json": "$.id"}, `{}`, []byte(instance))
		if err == nil || !strings.Contains(err.Error(), "letters, digits, - and _ only") {
			t.Errorf("error = %v", err)
		}
	})
	t.Run("an event that is none", func(t *testing.T) {
		if _, err := eventbridge.Transform(nil, `{}`, []byte(`"x"`)); err == nil {
			t.Error("no error")
		}
	})
}
