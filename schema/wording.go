package schema

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// Wording is what the schema says about a field beyond the standard keywords.
type Wording struct {
	// Expected completes "must be …"; empty where the keywords say it all.
	Expected string
	// Missing says what to write where a required field is not there.
	Missing string
	// Spelling is how a text is read: as it is written if empty.
	Spelling Spelling
	// Minimum and Maximum bound a duration, both included; zero Maximum: no bounds.
	Minimum, Maximum time.Duration
	// Range is the bounds as they are written, as in "between 1s and 800s".
	Range string
}

// Spelling is how a text is changed when it is read.
type Spelling string

// The spellings.
const (
	AsWritten Spelling = ""
	LowerCase Spelling = "lower" // for names whose case has no meaning
	Trimmed   Spelling = "trim"  // without white space at its ends
)

// WordingOf returns the wording of this very schema, not of one
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

func (wordingCompiler) Compile(_ jsonschema.CompilerContext, found map[string]any) (jsonschema.ExtSchema, error) {
	text := func(keyword string) string {
		value, _ := found[keyword].(string)
		return value
	}
	k := keywords{
		PatternErrorMessage: text("patternErrorMessage"), ErrorMessage: text("errorMessage"),
		XMissing: text("x-missing"), XSpelling: text("x-spelling"),
		XMinimum: text("x-minimum"), XMaximum: text("x-maximum"),
	}
	if w, err := k.wording(); err != nil || w != (wording{}) {
		return w, err
	}
	return nil, nil
}

// wording is what the keywords say in words.
func (k *keywords) wording() (wording, error) {
	w := wording{
		Expected: cmp.Or(k.PatternErrorMessage, k.ErrorMessage),
		Missing:  k.XMissing,
		Spelling: Spelling(k.XSpelling),
	}
	return w, w.bound(k.XMinimum, k.XMaximum)
}

// bound reads the bounds of a duration; there are both or none.
func (w *wording) bound(minimum, maximum string) error {
	if minimum == "" && maximum == "" {
		return nil
	}
	if minimum == "" || maximum == "" {
		return errors.New("x-minimum and x-maximum must both be given, found one of them")
	}
	var err error
	if w.Minimum, err = time.ParseDuration(minimum); err != nil {
		return fmt.Errorf("x-minimum: %w", err)
	}
	if w.Maximum, err = time.ParseDuration(maximum); err != nil {
		return fmt.Errorf("x-maximum: %w", err)
	}
	w.Range = fmt.Sprintf("between %s and %s", minimum, maximum)
	return nil
}
