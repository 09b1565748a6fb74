package spec_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/schema/texts"
	"github.com/sfngen/sfngen/spec"
)

// beside are what a field's value needs beside it.
var beside = map[string]map[string]string{
	"triggers.functionUrl.cors.methods":          {"triggers.functionUrl.cors.origins": "['*']"},
	"triggers.functionUrl.cors.headers":          {"triggers.functionUrl.cors.origins": "['*']"},
	"triggers.functionUrl.cors.maxAge":           {"triggers.functionUrl.cors.origins": "['*']"},
	"triggers.functionUrl.cors.exposeHeaders":    {"triggers.functionUrl.cors.origins": "['*']"},
	"egress.network.addresses":                   {"egress.network.type": "nat"},
	"egress.network.subnets":                     {"egress.network.type": "subnets", "egress.network.securityGroups": "[sg-01234567]"},
	"egress.network.securityGroups":              {"egress.network.type": "subnets", "egress.network.subnets": "[subnet-01234567]"},
	"egress.network.cidr":                        {"egress.network.type": "nat"},
	"triggers.onFailure.queue":                   {"workflow.type": "standard"},
	"triggers.functionUrl.cors.allowCredentials": {"triggers.functionUrl.cors.origins": "['https://shop.example']"},
}

// TestSchemaStatesEachField: every field of the schema has words, an example and
// a comment for the spec of `sfngen init`; its examples and its default are
// accepted where it stands.
func TestSchemaStatesEachField(t *testing.T) {
	for _, f := range texts.All(texts.Fields()) {
		t.Run(f.Path, func(t *testing.T) {
			if f.Words == "" {
				t.Error("has no description")
			}
			if f.Form == texts.Section {
				return
			}
			if len(f.Examples) == 0 {
				t.Error("has no example")
			}
			if !f.IsItem() && f.Form != texts.List && f.Comment == "" && len(f.Choices()) == 0 {
				t.Error("has no x-comment")
			}
			if f.Default != nil {
				accepted(t, f.Path, texts.Flow(f.Default))
			}
			for _, example := range f.Examples {
				accepted(t, f.Path, texts.Flow(example))
			}
		})
	}
}

func accepted(t *testing.T, path, value string) {
	t.Helper()
	values := map[string]string{path: value}
	for other, value := range beside[path] {
		values[other] = value
	}
	_, findings := spec.Parse("spec.yaml", []byte(texts.With(values)))
	for _, finding := range findings {
		if finding.Severity == spec.Error {
			t.Errorf("%s: %s", value, finding)
		}
	}
}

// TestEveryFieldHasARule: what a field does not take is answered with the rule
// that has the field's name, and with no other.
func TestEveryFieldHasARule(t *testing.T) {
	for _, rule := range texts.Rules() {
		t.Run(rule.Name, func(t *testing.T) {
			_, findings := spec.Parse("spec.yaml", []byte(rule.Broken()))
			var got []string
			for _, finding := range findings {
				if finding.Severity == spec.Error {
					got = append(got, finding.Rule)
				}
			}
			if diff := cmp.Diff([]string{rule.Name}, got); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}
