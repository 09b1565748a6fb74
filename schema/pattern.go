package schema

import (
	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// patternName is the extension by which a schema that is made quickly has its pattern.
const patternName = "pattern"

// pattern is compiled when a value meets it: a spec has few of the fields, and to compile
// those of all takes a tenth of a build of one.
type pattern struct{ *lazyregexp.Pattern }

func (p pattern) Validate(ctx jsonschema.ValidationContext, value any) error {
	if text, ok := value.(string); ok && !p.MatchString(text) {
		return ctx.Error("pattern", "does not match pattern %s", p)
	}
	return nil
}
