package stack

import (
	"bytes"
	"fmt"
	"go/format"
	"slices"
	"time"

	"github.com/sfngen/sfngen/internal/plan"
	"github.com/sfngen/sfngen/templates"
)

// values are what the templates of the Go files see.
type values struct {
	Name, URL, Workflow     string
	Egresses                int
	Headers                 map[string]string
	Methods, ForwardHeaders []string
	AllowPrivate, CORS      bool
	AttemptTimeout          string // Go source
	Deadline                string // Go source
}

func mainValues(p *plan.Plan) values {
	s := p.Spec
	forward := slices.Clone(s.Upstream.ForwardHeaders)
	if key := s.Retry.Idempotency.Header; key != "" && !slices.Contains(forward, key) {
		forward = append(forward, key) // the caller's own key wins over ours
	}
	return values{
		Name: s.Name, URL: s.Upstream.URL, Workflow: s.Workflow.Type,
		Egresses: p.Egresses, Headers: s.Upstream.Headers,
		Methods: s.Upstream.Methods, ForwardHeaders: forward,
		AllowPrivate:   s.Upstream.AllowPrivate,
		CORS:           s.HasFunctionURL() && len(s.Triggers.FunctionURL.CORS.Origins) > 0,
		AttemptTimeout: goDuration(s.Retry.AttemptTimeout),
		Deadline:       goDuration(p.Deadline),
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
