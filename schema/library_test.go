package schema

import (
	"math/big"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v5"
)

// asLibrary compares all that the library exports of a schema, but for the
// annotations that no code reads.
var asLibrary = cmp.Options{
	cmpopts.IgnoreUnexported(jsonschema.Schema{}),
	cmpopts.IgnoreFields(jsonschema.Schema{}, "Draft", "Title", "Description", "Examples"),
	cmp.Comparer(func(a, b *regexp.Regexp) bool { return a == b || a != nil && b != nil && a.String() == b.String() }),
	cmp.Comparer(func(a, b *big.Rat) bool { return a == b || a != nil && b != nil && a.Cmp(b) == 0 }),
}

// TestQuicklyIsTheLibrarys: what a spec is checked with is what the library's own
// compiler makes of the schema, keyword by keyword, and it fits the metaschema.
func TestQuicklyIsTheLibrarys(t *testing.T) {
	for id, text := range map[string][]byte{ID: JSON, "https://example.com/keywords.json": []byte(everyKeyword)} {
		t.Run(id, func(t *testing.T) {
			want, err := Compile(id, text)
			if err != nil {
				t.Fatalf("%#v", err)
			}
			if diff := cmp.Diff(want, withPatterns(t, id, text), asLibrary); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// withPatterns is what quickly makes, with each pattern where the library has it.
func withPatterns(t *testing.T, id string, text []byte) *jsonschema.Schema {
	t.Helper()
	keywords, err := readKeywords(text)
	if err != nil {
		t.Fatal(err)
	}
	made := newTree(id, keywords)
	root, err := made.at("#", keywords)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range made.made {
		if p, ok := s.Extensions[patternName].(pattern); ok {
			s.Pattern = regexp.MustCompile(p.String())
			if delete(s.Extensions, patternName); len(s.Extensions) == 0 {
				s.Extensions = nil
			}
		}
	}
	return root
}

func TestQuicklyRefuses(t *testing.T) {
	tests := map[string]string{
		`{`: "read the schema: JSON: offset 1: found the end of the text, expected a member's name in double quotes",

		`{"items": {"$ref": "#/$defs/a"}}`:                      "#/items/$ref: #/$defs/a is none of the $defs",
		`{"x-minimum": "1s"}`:                                   "#: x-minimum and x-maximum must both be given, found one of them",
		`{"oneOf": [{"x-minimum": "1s", "x-maximum": "soon"}]}`: `#/oneOf/0: x-maximum: time: invalid duration "soon"`,
	}
	for text, want := range tests {
		if _, err := quickly("a.json", []byte(text)); err == nil || err.Error() != want {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
}

const everyKeyword = `{
	"$defs": {
		"wait": {"type": "string", "pattern": "^[0-9]+s$", "patternErrorMessage": "a wait", "x-spelling": "trim",
			"x-minimum": "1s", "x-maximum": "2m"},
		"node": {"properties": {"next": {"$ref": "#/$defs/node"}, "wait": {"$ref": "#/$defs/wait", "default": "5s", "x-missing": "write one"}}}
	},
	"type": "object", "required": ["a"], "minProperties": 0, "maxProperties": 9,
	"propertyNames": {"minLength": 1, "maxLength": 0}, "additionalProperties": {"type": ["integer", "number", "null"]},
	"properties": {
		"a": {"const": 1.50, "default": {"b": [1, null]}},
		"b": {"enum": [1, "1", true, null, [2], {"c": 3}], "default": false},
		"c": {"type": "number", "minimum": -0.5, "maximum": 1e3},
		"d": {"type": "array", "minItems": 0, "maxItems": 4, "uniqueItems": true, "items": {"$ref": "#/$defs/node"}},
		"e": {"oneOf": [{"type": "object", "additionalProperties": false}, {"additionalProperties": true}], "errorMessage": "either"},
		"f": {"properties": {}}
	}
}`
