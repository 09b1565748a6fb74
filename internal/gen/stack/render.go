package stack

import (
	"bytes"
	"fmt"
	"go/format"
	"time"

	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/templates"
)

// values are what the templates of the Go files see.
type values struct {
	*plan.Plan
	AttemptTimeout, Deadline string // Go source
	CORS                     bool
}

func mainValues(p *plan.Plan) values {
	return values{
		Plan:           p,
		AttemptTimeout: goDuration(p.Spec.Retry.AttemptTimeout),
		Deadline:       goDuration(p.Deadline),
		CORS:           p.Spec.HasFunctionURL() && len(p.Spec.Triggers.FunctionURL.CORS.Origins) > 0,
	}
}

// goDuration writes whole seconds as a Go expression.
func goDuration(d time.Duration) string {
	return fmt.Sprintf("%d * time.Second", int64(d/time.Second))
}

// goSource renders a Go file and formats it. A failure is a fault of the
// template, not of a spec: every value goes through %q.
func goSource(name string, p *plan.Plan) []byte {
	source, err := format.Source(execute(name, mainValues(p)))
	if err != nil {
		panic(fmt.Sprintf("%s: %v", name, err))
	}
	return source
}

func execute(name string, data any) []byte {
	var b bytes.Buffer
	if err := templates.Stack().ExecuteTemplate(&b, name, data); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func text(name string) []byte { return templates.Text(name) }
