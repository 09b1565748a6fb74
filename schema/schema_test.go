package schema_test

import (
	"encoding/json"
	"testing"

	"github.com/sfngen/sfngen/schema"
)

func TestSchemaCompiles(t *testing.T) {
	root, err := schema.Compiled()
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := schema.Compiled(); again != root {
		t.Error("compiled a second time, want the first result")
	}
}

func TestSchemaNamesItself(t *testing.T) {
	var head struct {
		ID     string `json:"$id"`
		Schema string `json:"$schema"`
	}
	if err := json.Unmarshal(schema.JSON, &head); err != nil {
		t.Fatal(err)
	}
	if head.ID != schema.ID {
		t.Errorf("$id is %q, want %q", head.ID, schema.ID)
	}
	if want := "https://json-schema.org/draft/2020-12/schema"; head.Schema != want {
		t.Errorf("$schema is %q, want %q", head.Schema, want)
	}
}

// TestWordsForWhatNoKeywordSays: a pattern and a union say in words what they
// take, since findings and docs/spec.md have nothing else to say.
func TestWordsForWhatNoKeywordSays(t *testing.T) {
	var root any
	if err := json.Unmarshal(schema.JSON, &root); err != nil {
		t.Fatal(err)
	}
	eachSchema(root, "#", func(path string, keywords map[string]any) {
		for keyword, words := range map[string]string{"pattern": "patternErrorMessage", "oneOf": "errorMessage"} {
			_, isProperty := keywords[keyword].(map[string]any)
			if keywords[keyword] != nil && keywords[words] == nil && !isProperty {
				t.Errorf("%s has %s, but no %s", path, keyword, words)
			}
		}
	})
}

func eachSchema(at any, path string, visit func(path string, keywords map[string]any)) {
	switch at := at.(type) {
	case map[string]any:
		visit(path, at)
		for key, inner := range at {
			eachSchema(inner, path+"/"+key, visit)
		}
	case []any:
		for _, inner := range at {
			eachSchema(inner, path, visit)
		}
	}
}
