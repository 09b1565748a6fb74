package stepfunctions

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// The limits of the API's model (Step Functions API reference).
const (
	inputLimit   = 262_144 // bytes of UTF-8
	nameLimit    = 80      // characters
	arnLimit     = 256
	errorLimit   = 256
	causeLimit   = 32_768
	resultsLimit = 1000
)

// constraints collects the violations of the API's model in a request. AWS checks
// them first.
type constraints struct{ violations []string }

func (c *constraints) err() error {
	if len(c.violations) == 0 {
		return nil
	}
	return constraintViolated(c.violations)
}

func (c *constraints) violated(subject, field, constraint string) {
	c.violations = append(c.violations, fmt.Sprintf("%s at '%s' failed to satisfy constraint: %s", subject, field, constraint))
}

func (c *constraints) required(field string, text *string) {
	if text == nil {
		c.violated("Value null", field, "Member must not be null")
	}
}

// length checks a text's length in characters; nil means absent.
func (c *constraints) length(field string, text *string, shortest, longest int) {
	if text == nil {
		return
	}
	n := utf8.RuneCountInString(*text)
	if n > longest {
		c.violated("Value '"+*text+"'", field, fmt.Sprintf("Member must have length less than or equal to %d", longest))
	}
	if n < shortest {
		c.violated("Value '"+*text+"'", field, fmt.Sprintf("Member must have length greater than or equal to %d", shortest))
	}
}

func (c *constraints) arn(field string, text *string) {
	c.required(field, text)
	c.length(field, text, 1, arnLimit)
}

// secret is length without the text in the message, because it may be the user's
// data.
func (c *constraints) secret(field string, text *string, longest int) {
	if text != nil && utf8.RuneCountInString(*text) > longest {
		c.violated("Value", field, fmt.Sprintf("Member must have length less than or equal to %d", longest))
	}
}

func (c *constraints) input(field string, text *string) {
	if text != nil && len(*text) > inputLimit {
		c.violated("Value", field, fmt.Sprintf("Member must have size less than or equal to %d bytes in UTF-8 encoding", inputLimit))
	}
}

func (c *constraints) oneOf(field string, text *string, allowed ...string) {
	if text != nil && !slices.Contains(allowed, *text) {
		c.violated("Value '"+*text+"'", field, "Member must satisfy enum value set: ["+strings.Join(allowed, ", ")+"]")
	}
}

func (c *constraints) results(n int) {
	switch {
	case n > resultsLimit:
		c.violated(fmt.Sprintf("Value '%d'", n), "maxResults", fmt.Sprintf("Member must have value less than or equal to %d", resultsLimit))
	case n < 0:
		c.violated(fmt.Sprintf("Value '%d'", n), "maxResults", "Member must have value greater than or equal to 0")
	}
}

// forbiddenInNames are the printable characters that names must not contain (Step
// Functions quotas, "Quotas related to naming").
const forbiddenInNames = "?*<>{}[]\"#%\\^|~`$&,;:/"

func checkName(name string) error {
	if !utf8.ValidString(name) || strings.ContainsFunc(name, forbiddenInName) {
		return invalidName(name)
	}
	return nil
}

func forbiddenInName(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || r == 0xFFFE || r == 0xFFFF || strings.ContainsRune(forbiddenInNames, r)
}

func parseInput(text string) (jsonvalue.Value, error) {
	if text == "" {
		return jsonvalue.Value{}, invalidInput("Invalid execution input.")
	}
	parsed, err := jsonvalue.ParseString(text)
	if err != nil {
		return jsonvalue.Value{}, invalidInput(err.Error())
	}
	return parsed, nil
}
