package cfn_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/gen/cfn"
)

// Whatever an example deploys, or a network, someone who reads a change of it sees it in
// words; and the table has nothing that none of them deploys.
func TestEveryResourceOfTheGoldensHasARow(t *testing.T) {
	templates, err := filepath.Glob("../../../golden/*/template.yaml")
	if err != nil || len(templates) < 8 {
		t.Fatalf("%d goldens: %v", len(templates), err)
	}
	texts := map[string][]byte{}
	for _, name := range templates {
		if texts[name], err = os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"nat, table", "ipv6, table"} {
		texts[name] = build(t, variants[name]).text
	}
	seen := map[string]bool{}
	for name, text := range texts {
		for id, r := range load(t, text)["Resources"].(object) {
			typeName := r.(object)["Type"].(string)
			row := cfn.Row(id, typeName)
			seen[row] = true
			facts := cfn.FactsOf(id, typeName)
			if row == "" || facts.Words == "" || strings.Contains(facts.Words, "#") {
				t.Errorf("%s: %s (%s) has the row %q and the words %q: give it a row in table.go", name, id, typeName, row, facts.Words)
			}
			properties, _ := r.(object)["Properties"].(object)
			if _, has := properties[facts.NameProperty]; !has && facts.NameProperty != "" {
				t.Errorf("%s: %s has no %s", name, id, facts.NameProperty)
			}
		}
	}
	for _, row := range cfn.Rows() {
		if !seen[row] {
			t.Errorf("no example has a resource of the row %s", row)
		}
	}
}

// Two resources with the same id cannot be told apart.
func TestRowsAreDistinct(t *testing.T) {
	rows := cfn.Rows()
	slices.Sort(rows)
	if got := len(slices.Compact(rows)); got != len(cfn.Rows()) {
		t.Errorf("%d rows, %d ids", len(cfn.Rows()), got)
	}
}

func TestFacts(t *testing.T) {
	const function, logs = "AWS::Lambda::Function", "AWS::Logs::LogGroup"
	const forgets = "what executions know of each other is lost: an egress that was told to wait may call at once"
	for _, c := range []struct{ id, typeName, words, removed, deleted string }{
		{"Egress12", function, "Lambda of egress 12", "the pool gets smaller", ""},
		{"Egress12LogGroup", logs, "log group of egress 12", "the logs are lost", "the logs are lost"},
		{"EgressRole", "AWS::IAM::Role", "role of the egresses", "", ""},
		{"ScheduleNightly", "AWS::Scheduler::Schedule", "schedule", "those requests are not sent any more",
			"those requests are not sent any more"},
		{"SchedulesGroup", "AWS::Scheduler::ScheduleGroup", "group of the schedules", "", ""},
		{"PoolTable", "AWS::DynamoDB::Table", "table of the pool", forgets, forgets},
		{"Elsewhere", logs, "log group", "the logs are lost", "the logs are lost"}, // of another version
		{"StateMachine", logs, "log group", "the logs are lost", "the logs are lost"},
		{"Bucket", "AWS::S3::Bucket", "", "", ""},
	} {
		got := cfn.FactsOf(c.id, c.typeName)
		diff(t, c.id+" "+c.typeName, []string{c.words, c.removed, c.deleted}, []string{got.Words, got.Removed, got.Deleted})
	}
}

// A resource gets no new name without being replaced, and nothing is replaced by what it
// does not have.
func TestReplacingProperties(t *testing.T) {
	for typeName, properties := range cfn.Kinds() {
		facts := cfn.FactsOf("", typeName)
		if name := facts.NameProperty; name != "" && !slices.Contains(facts.Replaces, name) {
			t.Errorf("%s is not replaced when %s changes", typeName, name)
		}
		for _, name := range facts.Replaces {
			if !slices.Contains(properties, name) {
				t.Errorf("%s has no property %s", typeName, name)
			}
		}
	}
}
