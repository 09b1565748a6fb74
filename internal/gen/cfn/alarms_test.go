package cfn_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const topic = "arn:aws:sns:eu-central-1:123456789012:on-call"

// watched is a spec with alarms and a dashboard, and so many egresses.
func watched(egresses int, more string) string {
	return fmt.Sprintf("retry: {maxAttempts: 3}\negress: {count: %d}\noperations: {alarms: {topic: '%s'}, dashboard: true}\n",
		egresses, topic) + more
}

const queues = "workflow: {type: standard}\ntriggers:\n  onFailure: {queue: true}\n" + schedules

// isWatching are the types that only a stack has which is watched.
var isWatching = map[string]bool{"AWS::Logs::MetricFilter": true, "AWS::CloudWatch::Alarm": true, "AWS::CloudWatch::Dashboard": true}

func TestNothingWatchesUnasked(t *testing.T) {
	for _, fields := range []string{"", queues, "operations: {retainLogs: true}\n"} {
		for id, r := range resources(t, story+fields) {
			if isWatching[r.(object)["Type"].(string)] {
				t.Errorf("%q has %s", fields, id)
			}
		}
	}
}

// A dashboard needs no metric of its own.
func TestDashboardAlone(t *testing.T) {
	for id, r := range resources(t, story+"operations: {dashboard: true}\n") {
		if kind := r.(object)["Type"].(string); isWatching[kind] && id != "Dashboard" {
			t.Errorf("the dashboard brings %s", id)
		}
	}
	if body := dashboard(t, resources(t, story+"operations: {dashboard: true}\n")); slices.ContainsFunc(body.Widgets, isAlarms) {
		t.Error("it shows alarms that are not there")
	}
}

// reference is what a value refers to, by its logical id; "" for nothing.
func reference(v any) string {
	text, _ := v.(string)
	tag, id, _ := strings.Cut(text, " ")
	if tag != "!Ref" && tag != "!GetAtt" {
		return ""
	}
	id, _, _ = strings.Cut(id, ".")
	return id
}

// Each alarm and filter is about a resource that the stack has, and comes after it.
func TestAlarmsReferToTheStack(t *testing.T) {
	china := strings.ReplaceAll(watched(3, queues+"partition: aws-cn\n"), topic, "arn:aws-cn:sns:cn-north-1:123456789012:on-call")
	network := strings.ReplaceAll(watched(12, ""), "count: 12", "count: 12, network: {type: nat}")
	for name, fields := range map[string]string{"one": watched(1, ""), "fifty": watched(50, queues), "a network": network, "China": china} {
		t.Run(name, func(t *testing.T) {
			all, alarms := resources(t, fields), 0
			for id, r := range all {
				p := r.(object)["Properties"].(object)
				switch r.(object)["Type"] {
				case "AWS::Logs::MetricFilter":
					if group, _ := all[reference(p["LogGroupName"])].(object); group["Type"] != "AWS::Logs::LogGroup" {
						t.Errorf("%s filters %v", id, p["LogGroupName"])
					}
				case "AWS::CloudWatch::Alarm":
					alarms++
					for _, d := range dimensionsOf(p) {
						if _, has := all[reference(d)]; !has {
							t.Errorf("%s is about %v", id, d)
						}
					}
					if !strings.Contains(fmt.Sprint(p["AlarmActions"], p["OKActions"]), ":on-call] [arn") || p["TreatMissingData"] != "notBreaching" {
						t.Errorf("%s tells %v and %v", id, p["AlarmActions"], p["OKActions"])
					}
				}
			}
			if alarms < 7 {
				t.Errorf("%d alarms", alarms)
			}
		})
	}
}

func dimensionsOf(alarm object) []any {
	var all []any
	add := func(metric object) {
		list, _ := metric["Dimensions"].([]any)
		for _, d := range list {
			all = append(all, d.(object)["Value"])
		}
	}
	add(alarm)
	queries, _ := alarm["Metrics"].([]any)
	for _, q := range queries {
		if stat, has := q.(object)["MetricStat"].(object); has {
			add(stat["Metric"].(object))
		}
	}
	return all
}

type board struct {
	Widgets []boardWidget
}

type boardWidget struct {
	Type                string
	X, Y, Width, Height int
	Properties          struct {
		Title, Region, Query string
		Alarms               []string
		Metrics              [][]any
	}
}

func isAlarms(w boardWidget) bool { return w.Type == "alarm" }

// dashboard reads the body that CloudFormation puts together.
func dashboard(t *testing.T, all object) board {
	t.Helper()
	text, isSub := strings.CutPrefix(props(t, all, "Dashboard")["DashboardBody"].(string), "!Sub ")
	if !isSub {
		t.Fatal("the body is no !Sub")
	}
	for _, match := range regexp.MustCompile(`\$\{([^}]*)\}`).FindAllStringSubmatch(text, -1) {
		id, _, _ := strings.Cut(match[1], ".")
		if _, has := all[id]; !has && id != "AWS::Region" {
			t.Errorf("the body has %s", match[0])
		}
	}
	var b board
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		t.Fatal(err)
	}
	return b
}

// The limits of a dashboard: 500 widgets, 500 metrics of one and 2,500 of all, 24 columns;
// a query reads 50 log groups and has 10,000 characters.
func TestDashboardFits(t *testing.T) {
	for name, fields := range map[string]string{
		"one": watched(1, ""), "three": watched(3, queues), "fifty": watched(50, queues),
		"GovCloud": story + "operations: {dashboard: true}\npartition: aws-us-gov\n",
	} {
		t.Run(name, func(t *testing.T) {
			b, all, lowest := dashboard(t, resources(t, fields)), 0, map[int]int{}
			for _, w := range b.Widgets {
				all += len(w.Properties.Metrics)
				if len(w.Properties.Metrics) > 500 || strings.Count(w.Properties.Query, "SOURCE ") > 50 || len(w.Properties.Query) > 10_000 {
					t.Errorf("%s is too large", w.Properties.Title)
				}
				if w.Type != "alarm" && w.Properties.Region != "${AWS::Region}" {
					t.Errorf("%s is of %q", w.Properties.Title, w.Properties.Region)
				}
				for x := w.X; x < w.X+w.Width; x++ {
					if x >= 24 || lowest[x] != w.Y {
						t.Errorf("%s at %d, %d lies on another one, or beside the grid", w.Properties.Title, w.X, w.Y)
					}
					lowest[x] = w.Y + w.Height
				}
			}
			if all > 2500 || len(b.Widgets) < 9 {
				t.Errorf("%d widgets, %d metrics", len(b.Widgets), all)
			}
		})
	}
}

// A reviewer sees one metric on one line, and the lines of an alarm's text.
func TestDashboardIsReadable(t *testing.T) {
	text := string(build(t, watched(3, "")).text)
	for _, want := range []string{
		"\n      DashboardBody: !Sub |\n        {\n",
		`["AWS/States", "ExecutionsFailed", "StateMachineArn", "${StateMachine}", {"label": "failed", "color": "#d62728"}],` + "\n",
		"\n      AlarmDescription: |-\n        More than 5 % of the executions of acme fail",
		"\n        Look: sfngen trace acme --failed --since 1h.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the template lacks %q", want)
		}
	}
}

// What does not fit is refused with the number that does.
func TestEgressesThatFitWithAlarms(t *testing.T) {
	network := func(n int) string {
		return fmt.Sprintf("retry: {maxAttempts: 3}\negress: {count: %d, network: {type: nat}}\noperations: {alarms: {topic: '%s'}}\n", n, topic)
	}
	errors := func(n int) (found []string) {
		for _, f := range build(t, network(n)).findings() {
			if f.Rule == "too-many-resources" {
				found = append(found, f.String())
			}
		}
		return found
	}
	refused := errors(50)
	if len(refused) != 1 {
		t.Skipf("50 egresses with NAT gateways and alarms fit: %d resources", len(build(t, network(50)).template.Resources))
	}
	match := regexp.MustCompile(`egress\.count: (\d+) fits`).FindStringSubmatch(refused[0])
	if match == nil {
		t.Fatal(refused[0])
	}
	fits, _ := strconv.Atoi(match[1])
	if more := errors(fits); more != nil {
		t.Errorf("%d do not fit: %v", fits, more)
	}
	if more := errors(fits + 2); more == nil {
		t.Errorf("%d fit, and not only %d", fits+2, fits)
	}
}
