package stack

import (
	"bytes"
	"fmt"
	"go/format"

	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/templates"
)

// mainValues are what the templates of the Go files see.
type mainValues struct{ *plan.Plan }

// Literal writes a config of the runtime as Go source.
func (mainValues) Literal(config any) string { return literal(config) }

// goFile renders a Go file and formats it. A failure is a fault of the template,
// not of a spec: every value is quoted.
func goFile(name string, p *plan.Plan) []byte {
	source, err := format.Source(execute(name, mainValues{p}))
	if err != nil {
		panic(fmt.Sprintf("%s: %v", name, err))
	}
	return source
}

func execute(name string, values any) []byte {
	var b bytes.Buffer
	if err := templates.Stack().ExecuteTemplate(&b, name, values); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func text(name string) []byte { return templates.Text(name) }
