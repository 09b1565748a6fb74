// Package schema holds the JSON Schema of a spec (draft 2020-12). It is the
// authority for types, ranges, patterns and choices: package spec checks with
// it, editors complete from it, and docs/spec.md is generated from it.
//
// Next to the standard keywords the schema uses some that validators ignore:
//
//   - patternErrorMessage and errorMessage, which editors know, say in words what
//     a pattern, and what a union (oneOf), takes;
//   - x-minimum and x-maximum bound a duration, as in "800s";
//   - x-spelling says how a text is read: lower (header names) or trim;
//   - x-missing says what to write where a required field is not there;
//   - x-comment is the field's comment in the spec that `sfngen init` writes;
//   - x-instead-of names the field beside it that this one excludes;
//   - x-with-type are the values of the field type beside it with which this one means
//     something; with another one it is an error;
//   - x-rule is the field's rule in words, where Go code checks more than the
//     schema says; it completes "upstream.url is …";
//   - x-overlay is where the fields of an environment are: those of the spec, which
//     ForEditors writes out;
//   - x-wrong is a value that breaks that rule and no other, where package texts
//     cannot think of one;
//   - x-beside are values of other fields, by path, without which that spec and its
//     mended form would break another rule; those of a section hold for its fields;
//   - x-ignore is the warning that every spec with this section gets, and a reason to
//     ignore it, for the specs that are written from the schema.
package schema

import (
	"bytes"
	_ "embed"
	"fmt"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// JSON is the schema's text. ForEditors gives it as editors get it.
//
//go:embed sfngen.schema.json
var JSON []byte

// ID is the schema's $id.
const ID = "https://raw.githubusercontent.com/sfngen/sfngen/main/schema/sfngen.schema.json"

// Compiled returns the schema ready to validate with. It is made once, on the
// first call; nothing is read from disk or network. It says whether a value fits, as
// the library does; why one does not, only Explaining says.
func Compiled() (*jsonschema.Schema, error) { return compiled() }

var compiled = sync.OnceValues(func() (*jsonschema.Schema, error) { return quickly(ID, JSON) })

// Explaining gives the schema whose errors have all that the library says: for the
// one of a spec what the library compiles, and any other as it is.
func Explaining(s *jsonschema.Schema) (*jsonschema.Schema, error) {
	if quick, err := Compiled(); err != nil || s != quick {
		return s, err
	}
	return explaining()
}

var explaining = sync.OnceValues(func() (*jsonschema.Schema, error) { return Compile(ID, JSON) })

// Compile lets the library check the text of a schema against the metaschema of JSON
// Schema, and compile it with the keywords of this package.
func Compile(id string, text []byte) (*jsonschema.Schema, error) {
	compiler := jsonschema.NewCompiler()
	compiler.Draft = jsonschema.Draft2020
	compiler.ExtractAnnotations = true // package spec takes the defaults from there
	compiler.RegisterExtension(wordingName, nil, wordingCompiler{})
	if err := compiler.AddResource(id, bytes.NewReader(text)); err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	root, err := compiler.Compile(id)
	if err != nil {
		return nil, fmt.Errorf("compile the schema: %w", err)
	}
	return root, nil
}
