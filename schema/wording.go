package schema

import (
	"fmt"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// Wording is what the schema says about a field beyond the standard keywords.
type Wording struct {
	// Expected completes "must be …"; empty where the keywords say it all.
	Expected string
	// Minimum and Maximum bound a duration, both included; zero Maximum: no bounds.
	Minimum, Maximum time.Duration
	// Range is the bounds as they are written, as in "between 1s and 800s".
	Range string
}

// WordingOf returns the wording that stands in this very schema, not in one
// that it refers to.
func WordingOf(s *jsonschema.Schema) (Wording, bool) {
	w, ok := s.Extensions[wordingName].(wording)
	return Wording(w), ok
}

const wordingName = "wording"

// wording rides on the compiled schema as an extension that accepts everything:
// package spec reads it there instead of parsing the schema a second time.
type wording Wording

func (wording) Validate(jsonschema.ValidationContext, any) error { return nil }

type wordingCompiler struct{}

func (wordingCompiler) Compile(_ jsonschema.CompilerContext, keywords map[string]any) (jsonschema.ExtSchema, error) {
	expected, hasExpected := keywords["patternErrorMessage"].(string)
	minimum, hasMinimum := keywords["x-minimum"].(string)
	maximum, hasMaximum := keywords["x-maximum"].(string)
	if hasMinimum != hasMaximum {
		return nil, fmt.Errorf("x-minimum and x-maximum stand together, found one of them")
	}
	if !hasExpected && !hasMinimum {
		return nil, nil
	}
	w := wording{Expected: expected}
	if !hasMinimum {
		return w, nil
	}
	return w.bounded(minimum, maximum)
}

func (w wording) bounded(minimum, maximum string) (jsonschema.ExtSchema, error) {
	var err error
	if w.Minimum, err = time.ParseDuration(minimum); err != nil {
		return nil, fmt.Errorf("x-minimum: %w", err)
	}
	if w.Maximum, err = time.ParseDuration(maximum); err != nil {
		return nil, fmt.Errorf("x-maximum: %w", err)
	}
	w.Range = fmt.Sprintf("between %s and %s", minimum, maximum)
	return w, nil
}
