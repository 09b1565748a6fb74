package schema

import (
	"fmt"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// keywords are those of draft 2020-12 and of this package that the schema uses and
// that bear on what a spec may say. A test compares what is made of them with what
// the library's compiler makes of all, so that none can be forgotten here.
type keywords struct {
	Ref   string
	Defs  map[string]*keywords
	OneOf []*keywords

	Type    []string
	Const   any
	Enum    []any
	Default any

	Properties           map[string]*keywords
	PropertyNames        *keywords
	AdditionalProperties *allowed
	Required             []string
	MinProperties        *int
	MaxProperties        *int

	Items       *keywords
	UniqueItems bool
	MinItems    *int
	MaxItems    *int

	MinLength *int
	MaxLength *int
	Pattern   string

	Minimum string
	Maximum string

	PatternErrorMessage string
	ErrorMessage        string
	XMissing            string
	XSpelling           string
	XMinimum            string
	XMaximum            string
}

// allowed is a schema, or whether any value is allowed.
type allowed struct {
	any    bool
	schema *keywords
}

// readKeywords reads the text of a schema that fits the metaschema of JSON Schema,
// as a test holds of the one of a spec: it asks no keyword for the kind of its value.
//
// encoding/json takes four times as long: 2 % of a build.
func readKeywords(text []byte) (*keywords, error) {
	root, err := jsonvalue.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	return keywordsOf(root), nil
}

func keywordsOf(schema jsonvalue.Value) *keywords {
	k := &keywords{}
	for name, value := range schema.Members() {
		k.set(name, value)
	}
	return k
}

func (k *keywords) set(name string, value jsonvalue.Value) {
	switch name {
	case "$ref":
		k.Ref = value.Text()
	case "$defs":
		k.Defs = byName(value)
	case "oneOf":
		for branch := range value.Items() {
			k.OneOf = append(k.OneOf, keywordsOf(branch))
		}
	case "const":
		k.Const = plain(value)
	case "enum":
		k.Enum, _ = plain(value).([]any)
	case "default":
		k.Default = plain(value)
	case "patternErrorMessage":
		k.PatternErrorMessage = value.Text()
	case "errorMessage":
		k.ErrorMessage = value.Text()
	case "x-missing":
		k.XMissing = value.Text()
	case "x-spelling":
		k.XSpelling = value.Text()
	case "x-minimum":
		k.XMinimum = value.Text()
	case "x-maximum":
		k.XMaximum = value.Text()
	default:
		k.setBounds(name, value)
	}
}

// setBounds sets what JSON Schema says about the values of a type.
func (k *keywords) setBounds(name string, value jsonvalue.Value) {
	switch name {
	case "type":
		k.Type = texts(value)
	case "properties":
		k.Properties = byName(value)
	case "propertyNames":
		k.PropertyNames = keywordsOf(value)
	case "additionalProperties":
		k.AdditionalProperties = allowedBy(value)
	case "required":
		k.Required = texts(value)
	case "minProperties":
		k.MinProperties = sizeOf(value)
	case "maxProperties":
		k.MaxProperties = sizeOf(value)
	case "items":
		k.Items = keywordsOf(value)
	case "uniqueItems":
		k.UniqueItems = value.Bool()
	case "minItems":
		k.MinItems = sizeOf(value)
	case "maxItems":
		k.MaxItems = sizeOf(value)
	case "minLength":
		k.MinLength = sizeOf(value)
	case "maxLength":
		k.MaxLength = sizeOf(value)
	case "pattern":
		k.Pattern = value.Text()
	case "minimum":
		k.Minimum = value.Number()
	case "maximum":
		k.Maximum = value.Number()
	}
}
