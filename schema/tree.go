package schema

import (
	"fmt"
	"math/big"
	"strconv"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// quickly makes what the library validates with straight from the keywords. The
// library's compiler would first check them against the metaschema of JSON Schema:
// the same text in every run of the command, a fifth of the time of a build. That
// check is a test here, and so is that both make the same. Only the library can give
// an enum its error message, without which an error does not say which keyword it
// is about.
func quickly(id string, text []byte) (*jsonschema.Schema, error) {
	root, err := readKeywords(text)
	if err != nil {
		return nil, err
	}
	return newTree(id, root).at("#", root)
}

type tree struct {
	id   string
	made map[string]*jsonschema.Schema // by their place
	defs map[string]*keywords          // that a $ref can name, by their place
}

func newTree(id string, root *keywords) *tree {
	t := &tree{id: id, made: map[string]*jsonschema.Schema{}, defs: make(map[string]*keywords, len(root.Defs))}
	for name, def := range root.Defs {
		t.defs["#/$defs/"+name] = def
	}
	return t
}

// at makes the schema of a place, as in #/$defs/duration, or gives the one that
// is made of it already.
func (t *tree) at(place string, k *keywords) (*jsonschema.Schema, error) {
	if k == nil {
		return nil, nil
	}
	if made := t.made[place]; made != nil {
		return made, nil
	}
	s := &jsonschema.Schema{
		Location:      t.id + place,
		Types:         k.Type,
		Enum:          k.Enum,
		Default:       k.Default,
		Required:      k.Required,
		UniqueItems:   k.UniqueItems,
		MinProperties: size(k.MinProperties), MaxProperties: size(k.MaxProperties),
		MinItems: size(k.MinItems), MaxItems: size(k.MaxItems),
		MinLength: size(k.MinLength), MaxLength: size(k.MaxLength),
		MinContains: 1, MaxContains: -1, ContainsEval: true, // as the library has them where there is no "contains"
	}
	t.made[place] = s
	for _, fill := range []func(*jsonschema.Schema, string, *keywords) error{
		t.values, t.words, t.fields, t.extra, t.branches, t.reference,
	} {
		if err := fill(s, place, k); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// size is a size keyword as the library has it: -1 where it is not given.
func size(given *int) int {
	if given == nil {
		return -1
	}
	return *given
}

// values fills in what a text and a number may be.
func (t *tree) values(s *jsonschema.Schema, place string, k *keywords) error {
	if k.Const != nil {
		s.Constant = []any{k.Const}
	}
	if k.Pattern != "" {
		extend(s, patternName, pattern{lazyregexp.New(k.Pattern)})
	}
	var err error
	if s.Minimum, err = number(k.Minimum); err != nil {
		return fmt.Errorf("%s/minimum: %w", place, err)
	}
	if s.Maximum, err = number(k.Maximum); err != nil {
		return fmt.Errorf("%s/maximum: %w", place, err)
	}
	return nil
}

func number(text string) (*big.Rat, error) {
	if text == "" {
		return nil, nil
	}
	n, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil, fmt.Errorf("%q is no number", text)
	}
	return n, nil
}

// words lets the schema carry its wording.
func (t *tree) words(s *jsonschema.Schema, place string, k *keywords) error {
	w, err := k.wording()
	if err != nil {
		return fmt.Errorf("%s: %w", place, err)
	}
	if w != (wording{}) {
		extend(s, wordingName, w)
	}
	return nil
}

func extend(s *jsonschema.Schema, name string, by jsonschema.ExtSchema) {
	if s.Extensions == nil {
		s.Extensions = make(map[string]jsonschema.ExtSchema, 1)
	}
	s.Extensions[name] = by
}

// fields fills in the keys of a mapping and the items of a list.
func (t *tree) fields(s *jsonschema.Schema, place string, k *keywords) error {
	if k.Properties != nil {
		s.Properties = make(map[string]*jsonschema.Schema, len(k.Properties))
	}
	var err error
	for name, field := range k.Properties {
		if s.Properties[name], err = t.at(place+"/properties/"+name, field); err != nil {
			return err
		}
	}
	if s.PropertyNames, err = t.at(place+"/propertyNames", k.PropertyNames); err != nil {
		return err
	}
	s.Items2020, err = t.at(place+"/items", k.Items)
	return err
}

// extra fills in what a mapping may hold beside its fields.
func (t *tree) extra(s *jsonschema.Schema, place string, k *keywords) error {
	if k.AdditionalProperties == nil {
		return nil
	}
	if k.AdditionalProperties.schema == nil {
		s.AdditionalProperties = k.AdditionalProperties.any
		return nil
	}
	values, err := t.at(place+"/additionalProperties", k.AdditionalProperties.schema)
	s.AdditionalProperties = values
	return err
}

// branches fills in those of a union.
func (t *tree) branches(s *jsonschema.Schema, place string, k *keywords) error {
	for i, branch := range k.OneOf {
		made, err := t.at(place+"/oneOf/"+strconv.Itoa(i), branch)
		if err != nil {
			return err
		}
		s.OneOf = append(s.OneOf, made)
	}
	return nil
}

// reference follows a $ref to one of the $defs.
func (t *tree) reference(s *jsonschema.Schema, place string, k *keywords) error {
	if k.Ref == "" {
		return nil
	}
	target := t.defs[k.Ref]
	if target == nil {
		return fmt.Errorf("%s/$ref: %s is none of the $defs", place, k.Ref)
	}
	var err error
	s.Ref, err = t.at(k.Ref, target)
	return err
}
