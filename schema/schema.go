// Package schema holds the JSON Schema of a spec (draft 2020-12). It is the
// authority for types, ranges, patterns and choices: package spec checks with
// it, editors complete from it, and docs/spec.md is generated from it.
//
// Next to the standard keywords the schema uses three that validators ignore:
// patternErrorMessage, which editors know, says in words what a pattern takes;
// x-minimum and x-maximum bound a duration, as in "800s".
package schema

import (
	"bytes"
	_ "embed"
	"fmt"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// JSON is the schema's text, as editors get it.
//
//go:embed sfngen.schema.json
var JSON []byte

// ID is the schema's $id.
const ID = "https://raw.githubusercontent.com/sfngen/sfngen/main/schema/sfngen.schema.json"

// Compiled returns the schema ready to validate with. It is compiled once, on
// the first call; nothing is read from disk or network.
func Compiled() (*jsonschema.Schema, error) { return compiled() }

var compiled = sync.OnceValues(compile)

func compile() (*jsonschema.Schema, error) {
	compiler := jsonschema.NewCompiler()
	compiler.Draft = jsonschema.Draft2020
	compiler.RegisterExtension(wordingName, nil, wordingCompiler{})
	if err := compiler.AddResource(ID, bytes.NewReader(JSON)); err != nil {
		return nil, fmt.Errorf("read the embedded schema: %w", err)
	}
	root, err := compiler.Compile(ID)
	if err != nil {
		return nil, fmt.Errorf("compile the embedded schema: %w", err)
	}
	return root, nil
}
