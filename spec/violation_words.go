package spec

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// message says what the value must be and what it is.
func (v violation) message() string {
	switch v.keyword {
	case "minLength":
		return "must not be empty"
	case "maxLength":
		most := v.shape.limit(func(s *jsonschema.Schema) int { return s.MaxLength })
		return fmt.Sprintf("must have at most %d characters, got %d", most, utf8.RuneCountInString(v.text()))
	case "minItems", "minProperties":
		return "must not be empty"
	case "maxItems":
		most := v.shape.limit(func(s *jsonschema.Schema) int { return s.MaxItems })
		return fmt.Sprintf("must hold at most %d, got %d", most, len(v.value.items))
	case "maxProperties":
		most := v.shape.limit(func(s *jsonschema.Schema) int { return s.MaxProperties })
		return fmt.Sprintf("must hold at most %d, got %d", most, len(v.value.fields))
	}
	got := v.value.got()
	if v.isKey {
		got = quoteShort(v.text())
	}
	if v.keyword == "oneOf" {
		return "must be " + v.shape.wording().Expected + ", got " + got
	}
	if len(v.shape.choices()) > 1 {
		return "must be " + v.expected() + "; got " + got
	}
	return "must be " + v.expected() + ", got " + got
}

// text is what breaks a keyword for text: the value, or its key.
func (v violation) text() string {
	if v.isKey {
		return v.name
	}
	return v.value.text
}

// expected completes "must be …".
func (v violation) expected() string {
	bounds := v.shape.bounds()
	switch choices, expected := v.shape.choices(), v.shape.wording().Expected; {
	case len(choices) > 1:
		return "one of " + strings.Join(choices, ", ")
	case len(choices) == 1:
		return choices[0]
	case expected != "":
		return expected
	case v.keyword == "minimum" || v.keyword == "maximum":
		return bounds
	}
	return strings.TrimSpace(typeWords[v.shape.types()[0]] + " " + v.shape.bounds())
}

// typeWords are the JSON types as a writer of YAML knows them.
var typeWords = map[string]string{
	"string": "text", "integer": "a whole number", "number": "a number",
	"boolean": "true or false", "array": "a list", "object": "a mapping of keys to values",
}

// hint says what to write instead, where the value shows what was meant.
func (v violation) hint() string {
	switch wording := v.shape.wording(); {
	case v.isKey && strings.HasPrefix(v.value.path, credentialsPath):
		return referenceKeyHint(v.name)
	case v.keyword == "oneOf" && strings.HasPrefix(v.value.path, credentialsPath):
		return pastedHint(v.value.text)
	case v.isKey:
		return v.pathHint(v.name)
	case v.value.kind == isNothing:
		return "write a value, or remove the key if it may be left out"
	case wording.Range != "":
		return durationHint(v.value, wording.Minimum, wording.Maximum)
	case v.keyword == "type":
		return v.typeHint()
	case v.keyword == "enum":
		return v.choiceHint()
	case v.keyword == "pattern":
		return v.patternHint()
	}
	return ""
}

// choiceHint is the choice that is spelt nearly so, or means the same elsewhere.
func (v violation) choiceHint() string {
	choices := v.shape.choices()
	if meant := near(v.value.text, choices); meant != "" {
		return didYouMean(meant)
	}
	if meant := meanings[plain(v.value.text)]; slices.Contains(choices, meant) {
		return didYouMean(meant)
	}
	return ""
}

// pathHint is for a path into a body that does not begin as one.
func (v violation) pathHint(text string) string {
	path := asBodyPath(text)
	if v.shape.accepts("x") || !v.shape.accepts(path) || !isBodyPath(path) {
		return ""
	}
	return didYouMean(path)
}

func (v violation) typeHint() string {
	types := v.shape.types()
	switch {
	case slices.Equal(types, []string{"object"}):
		return v.mappingHint()
	case v.value.kind == isMapping || v.value.kind == isList:
		return ""
	case slices.Contains(types, "string") && v.shape.accepts(v.value.text):
		return fmt.Sprintf("put it in quotes: %q", v.value.text)
	case types[0] == "array":
		if item, _ := v.shape.item(); !item.isSection() {
			return "write [" + v.value.text + "]"
		}
	case types[0] == "boolean":
		return booleanHint(v.value.text)
	case v.value.kind == isText && plainNumber.MatchString(v.value.text):
		return "remove the quotes"
	}
	return ""
}

// mappingHint is for what stands in place of a mapping, where the key that it is meant for
// can be told.
func (v violation) mappingHint() string {
	keys := v.shape.keys()
	switch {
	case v.value.kind == isText && slices.Contains(keys, "contains"):
		return fmt.Sprintf("write {contains: %q}", v.value.text)
	case v.value.kind == isList && slices.Contains(keys, "status"):
		return noAlternatives.instead
	case v.value.kind == isText && v.keyOfChoice(keys) != "":
		return fmt.Sprintf("write {%s: %s}", v.keyOfChoice(keys), v.value.text)
	case len(keys) != 1 || v.value.kind == isMapping || v.value.kind == isList:
		return ""
	}
	if inner, _ := v.shape.field(keys[0]); inner.accepts(v.value.text) {
		return fmt.Sprintf("write {%s: %s}", keys[0], v.value.text)
	}
	return ""
}

// keyOfChoice is the one key of the mapping that takes a choice and takes this one, as the
// type of network: nat.
func (v violation) keyOfChoice(keys []string) string {
	var found []string
	for _, key := range keys {
		if inner, ok := v.shape.field(key); ok && slices.Contains(inner.choices(), v.value.text) {
			found = append(found, key)
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

// booleanHint answers the other words for true and false, which YAML 1.2 reads
// as text.
func booleanHint(text string) string {
	switch strings.ToLower(text) {
	case "yes", "on", "y", "1", "true":
		return "write true"
	case "no", "off", "n", "0", "false":
		return "write false"
	}
	return ""
}

var asHyphens = strings.NewReplacer("_", "-", " ", "-")

// patternHint tries the usual slips: spaces in a URL; capitals, spaces and
// underscores in a name.
func (v violation) patternHint() string {
	word := asHyphens.Replace(strings.ToLower(v.value.text))
	if strings.Contains(v.value.text, "://") {
		word = strings.ReplaceAll(v.value.text, " ", "%20")
	}
	if v.shape.accepts(word) {
		return didYouMean(word)
	}
	return v.pathHint(v.value.text)
}

func didYouMean(word string) string {
	if word == "" {
		return ""
	}
	return "did you mean " + word + "?"
}
