package schema

import (
	"bytes"
	"encoding/json"
)

// keywords are those of draft 2020-12 and of this package that the schema uses and
// that bear on what a spec may say. A test compares what is made of them with what
// the library's compiler makes of all, so that none can be forgotten here.
type keywords struct {
	Ref   string               `json:"$ref"`
	Defs  map[string]*keywords `json:"$defs"`
	OneOf []*keywords          `json:"oneOf"`

	Type    names `json:"type"`
	Const   any   `json:"const"`
	Enum    []any `json:"enum"`
	Default any   `json:"default"`

	Properties           map[string]*keywords `json:"properties"`
	PropertyNames        *keywords            `json:"propertyNames"`
	AdditionalProperties *allowed             `json:"additionalProperties"`
	Required             []string             `json:"required"`
	MinProperties        *int                 `json:"minProperties"`
	MaxProperties        *int                 `json:"maxProperties"`

	Items       *keywords `json:"items"`
	UniqueItems bool      `json:"uniqueItems"`
	MinItems    *int      `json:"minItems"`
	MaxItems    *int      `json:"maxItems"`

	MinLength *int   `json:"minLength"`
	MaxLength *int   `json:"maxLength"`
	Pattern   string `json:"pattern"`

	Minimum json.Number `json:"minimum"`
	Maximum json.Number `json:"maximum"`

	PatternErrorMessage string `json:"patternErrorMessage"`
	ErrorMessage        string `json:"errorMessage"`
	XMissing            string `json:"x-missing"`
	XSpelling           string `json:"x-spelling"`
	XMinimum            string `json:"x-minimum"`
	XMaximum            string `json:"x-maximum"`
}

// names is one name or a list of them.
type names []string

// UnmarshalJSON reads "string" as ["string"].
func (n *names) UnmarshalJSON(text []byte) error {
	if text[0] == '[' {
		return json.Unmarshal(text, (*[]string)(n))
	}
	*n = make(names, 1)
	return json.Unmarshal(text, &(*n)[0])
}

// allowed is a schema, or whether any value is allowed.
type allowed struct {
	any    bool
	schema *keywords
}

// UnmarshalJSON reads true, false or a schema.
func (a *allowed) UnmarshalJSON(text []byte) error {
	if text[0] != '{' {
		return json.Unmarshal(text, &a.any)
	}
	return unmarshal(text, &a.schema)
}

// unmarshal keeps numbers as they are written, as the library wants them.
func unmarshal(text []byte, to any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(to)
}
