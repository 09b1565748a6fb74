package spec

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/sfngen/sfngen/schema"
)

// shape is the schema of one value. A schema that refers to another one
// ($ref) has its own keywords next to it, and one that offers a choice (oneOf)
// has those of each branch, so a question goes to all of them.
type shape struct{ schema *jsonschema.Schema }

// layers are the schema and those that it refers to, the nearest first.
func (s shape) layers() []*jsonschema.Schema {
	var layers []*jsonschema.Schema
	for at := s.schema; at != nil; at = at.Ref {
		layers = append(layers, at)
		for _, branch := range at.OneOf {
			layers = append(layers, shape{branch}.layers()...)
		}
	}
	return layers
}

// field is the shape of the value under a key, ok false where the key is unknown.
func (s shape) field(name string) (shape, bool) {
	for _, layer := range s.layers() {
		if field, ok := layer.Properties[name]; ok {
			return shape{field}, true
		}
	}
	return s.values()
}

// values is the shape of the values of a mapping whose keys are the user's.
func (s shape) values() (shape, bool) {
	for _, layer := range s.layers() {
		if values, ok := layer.AdditionalProperties.(*jsonschema.Schema); ok {
			return shape{values}, true
		}
	}
	return shape{}, false
}

// keys are the keys of a mapping with fixed keys, sorted.
func (s shape) keys() []string {
	var keys []string
	for _, layer := range s.layers() {
		keys = slices.AppendSeq(keys, maps.Keys(layer.Properties))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// item is the shape of a list's items.
func (s shape) item() (shape, bool) {
	for _, layer := range s.layers() {
		if layer.Items2020 != nil {
			return shape{layer.Items2020}, true
		}
	}
	return shape{}, false
}

// types are the JSON types that the value may have; none: any.
func (s shape) types() []string {
	for _, layer := range s.layers() {
		if len(layer.Types) > 0 {
			return layer.Types
		}
		var types []string
		for _, branch := range layer.OneOf {
			types = append(types, shape{branch}.types()...)
		}
		if types != nil {
			return types
		}
	}
	return nil
}

// absent is the value of a field that is not written: its default, or the only
// one that it can have. ok is false where the schema names none.
func (s shape) absent() (value any, ok bool) {
	for _, layer := range s.layers() {
		if len(layer.Constant) > 0 {
			return layer.Constant[0], true
		}
		if layer.Default != nil {
			return layer.Default, true
		}
	}
	return nil, false
}

// isSection reports whether the value only holds other fields: a mapping with
// fixed keys, or a list or a map of such.
func (s shape) isSection() bool {
	if item, ok := s.item(); ok {
		return item.isSection()
	}
	if value, ok := s.values(); ok {
		return value.isSection()
	}
	return len(s.keys()) > 0
}

// required are the keys that a mapping must have.
func (s shape) required() []string {
	for _, layer := range s.layers() {
		if len(layer.Required) > 0 {
			return layer.Required
		}
	}
	return nil
}

// hasDistinctItems reports whether a list may hold an item once only.
func (s shape) hasDistinctItems() bool {
	return slices.ContainsFunc(s.layers(), func(layer *jsonschema.Schema) bool { return layer.UniqueItems })
}

// choices are the values of an enum, as a spec writes them.
func (s shape) choices() []string {
	for _, layer := range s.layers() {
		var texts []string
		for _, choice := range slices.Concat(layer.Enum, layer.Constant) {
			texts = append(texts, fmt.Sprint(choice))
		}
		if texts != nil {
			return texts
		}
	}
	return nil
}

// wording is what the schema says in words: the pattern's meaning and the
// bounds of a duration, which may be in different layers.
func (s shape) wording() schema.Wording {
	var merged schema.Wording
	for _, layer := range s.layers() {
		own, _ := schema.WordingOf(layer)
		merged.Expected = cmp.Or(merged.Expected, own.Expected)
		merged.Missing = cmp.Or(merged.Missing, own.Missing)
		merged.Spelling = cmp.Or(merged.Spelling, own.Spelling)
		if merged.Range == "" {
			merged.Minimum, merged.Maximum, merged.Range = own.Minimum, own.Maximum, own.Range
		}
	}
	return merged
}

// names is the shape of the keys of a free mapping.
func (s shape) names() shape {
	for _, layer := range s.layers() {
		if layer.PropertyNames != nil {
			return shape{layer.PropertyNames}
		}
	}
	return shape{}
}

// bounds words the range of a number; "" where it has none.
func (s shape) bounds() string {
	for _, layer := range s.layers() {
		switch {
		case layer.Minimum != nil && layer.Maximum != nil:
			return fmt.Sprintf("between %s and %s", decimal(layer.Minimum), decimal(layer.Maximum))
		case layer.Minimum != nil:
			return decimal(layer.Minimum) + " or more"
		}
	}
	return ""
}

// decimal is a number of the schema as it stands there: 0.1, not 1/10.
func decimal(number *big.Rat) string {
	exact, _ := number.Float64()
	return strconv.FormatFloat(exact, 'f', -1, 64)
}

// limit reads a size keyword of the schema, -1 where it is not set.
func (s shape) limit(of func(*jsonschema.Schema) int) int {
	for _, layer := range s.layers() {
		if limit := of(layer); limit >= 0 {
			return limit
		}
	}
	return -1
}

// accepts reports whether a text would satisfy the schema.
func (s shape) accepts(text string) bool { return s.schema.Validate(text) == nil }
