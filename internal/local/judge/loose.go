package judge

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// eitherType adds the text "4" to the number 4, and the number to the text; so with true,
// false and null.
func eitherType(t contract.Test) contract.Test {
	all := slices.Clone(t.Values())
	for _, value := range t.Values() {
		text, is := isText(value)
		switch {
		case !is:
			all = append(all, json.RawMessage(`"`+string(value)+`"`))
		case json.Valid([]byte(text)) && !strings.ContainsAny(text, `{["`):
			all = append(all, json.RawMessage(strings.TrimSpace(text)))
		}
	}
	return t.WithValues(all)
}

// anyCapitals lets the texts of a test have any capitals. A test has one kind of texts, as a
// rule; of several it loosens the last one.
func anyCapitals(t contract.Test) contract.Test {
	var patterns []string
	switch {
	case len(t.Matches) > 0:
		for _, pattern := range t.Matches {
			patterns = append(patterns, "(?i)"+pattern)
		}
	case len(t.Contains) > 0:
		for _, part := range t.Contains {
			patterns = append(patterns, "(?i)"+regexp.QuoteMeta(part))
		}
		t.Contains = nil
	default:
		for _, value := range t.Equals {
			text, is := isText(value)
			if !is {
				return t
			}
			patterns = append(patterns, "(?i)^"+regexp.QuoteMeta(text)+"$")
		}
		t.Equals = nil
	}
	t.Matches = patterns
	return t
}
