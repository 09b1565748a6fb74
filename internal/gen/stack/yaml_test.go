package stack_test

import (
	"encoding/json"
	"testing"

	"gopkg.in/yaml.v3"
)

func fromJSON(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// definitionOf reads the state machine out of a template, as JSON has it.
func definitionOf(t *testing.T, template string) any {
	t.Helper()
	var parsed struct {
		Resources struct {
			StateMachine struct {
				Properties struct {
					Definition map[string]any `yaml:"Definition"`
				} `yaml:"Properties"`
			} `yaml:"StateMachine"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal([]byte(template), &parsed); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(parsed.Resources.StateMachine.Properties.Definition)
	if err != nil {
		t.Fatal(err)
	}
	return fromJSON(t, string(text))
}
