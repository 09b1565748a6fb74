package stack_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/spec"
)

// TestRecordHasEachField: what a spec writes stands in plan.json under the same path, so that
// no change of a spec stays unseen there.
func TestRecordHasEachField(t *testing.T) {
	names, _ := filepath.Glob("testdata/edges/*.yaml")
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			s, findings := stack.LoadWith(edge(name, src), nil)
			if spec.HasErrors(findings) {
				t.Fatal(findings)
			}
			var written, recorded map[string]any
			if err := yaml.Unmarshal(src, &written); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(s.File(stack.PlanFile), &recorded); err != nil {
				t.Fatal(err)
			}
			delete(written, "version") // of the form, not of the plan
			if environments, _ := written["environments"].(map[string]any); environments != nil {
				delete(written, "environments") // this stack is one of them
				written["environment"] = s.Origin.Environment()
			}
			if triggers, _ := written["triggers"].(map[string]any); s.Plan.FunctionURL == nil {
				delete(triggers, "functionUrl")
			}
			for _, path := range missing(written, recorded, "") {
				t.Errorf("plan.json lacks %s", path)
			}
		})
	}
}

// missing are the paths that written has and recorded has not. An empty value is left out.
func missing(written, recorded any, path string) (list []string) {
	switch written := written.(type) {
	case map[string]any:
		other, _ := recorded.(map[string]any)
		for key, value := range written {
			got, found := other[key]
			if !found {
				got, found = other[strings.ToLower(key)] // header names
			}
			if found || fmt.Sprint(value) != "[]" && fmt.Sprint(value) != "map[]" && value != "" {
				list = append(list, missing(value, got, path+"."+key)...)
			}
		}
	case []any:
		other, _ := recorded.([]any)
		if len(other) < len(written) {
			return []string{path}
		}
		for i := range written {
			list = append(list, missing(written[i], other[i], path+"[]")...)
		}
	default:
		if recorded == nil && written != nil {
			return []string{path}
		}
	}
	return list
}
