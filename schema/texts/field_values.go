package texts

import (
	"fmt"
	"strings"
)

// typeWords are the JSON types in the words of docs/spec.md.
var typeWords = map[string]string{
	"integer": "a whole number", "number": "a number", "string": "text", "boolean": "true or false",
	"array": "a list", "object": "a mapping", "": "any value",
}

// Takes says what the value of a field may be.
func (f *Field) Takes() string { return f.takes("`") }

// takes is Takes with values between quotes.
func (f *Field) takes(quote string) string {
	words := typeWords[f.Type()]
	switch {
	case f.has("x-minimum"):
		return fmt.Sprintf("a duration of whole seconds, %s to %s", f.text("x-minimum"), f.text("x-maximum"))
	case f.has("enum"):
		return "one of " + quote + strings.Join(f.Choices(), quote+", "+quote) + quote
	case f.has("const"):
		return "always " + quote + f.text("const") + quote
	case f.has("errorMessage"):
		return f.text("errorMessage")
	case f.inner != nil && f.has("items"):
		return "a list; each " + f.inner.takes(quote)
	case f.inner != nil:
		return "a mapping; each value " + f.inner.takes(quote)
	case f.has("patternErrorMessage"):
		words = f.text("patternErrorMessage")
	case f.has("minimum"):
		words += fmt.Sprintf(", %s to %s", f.text("minimum"), f.text("maximum"))
	}
	if f.has("maxLength") {
		words += fmt.Sprintf(", at most %s characters", f.text("maxLength"))
	}
	return words
}

// Type is the JSON type of the values, "" for any and "string" for several.
func (f *Field) Type() string {
	if several := texts(f.keywords["type"]); several != nil {
		return "string"
	}
	return f.text("type")
}

// Choices are the values of an enum, of the field itself or of a list's items.
func (f *Field) Choices() []string {
	if f.inner != nil {
		return f.inner.Choices()
	}
	return texts(f.keywords["enum"])
}

func (f *Field) has(keyword string) bool    { return f.keywords[keyword] != nil }
func (f *Field) text(keyword string) string { return text(f.keywords[keyword]) }
