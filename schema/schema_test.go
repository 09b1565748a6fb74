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
