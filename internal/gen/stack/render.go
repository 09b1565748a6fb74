package stack

import (
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/gen/template"
	"github.com/sfngen/sfngen/templates"
)

var (
	goModTemplate        = templateOf("go.mod.tmpl")
	egressTemplate       = templateOf("egress.go.tmpl")
	orchestratorTemplate = templateOf("orchestrator.go.tmpl")
	readmeTemplate       = templateOf("README.md.tmpl")
)

func templateOf(name string) *template.Template {
	return template.New(name, func() string { return string(text(name)) })
}

// mainValues are what the templates of the Go files see: the plan, and the configs
// of the runtime as Go source.
type mainValues struct {
	*plan.Plan
	EgressConfig, OrchestratorConfig string
	Imports                          []string // beside what every main of its kind has
}

// goFile renders a Go file, formatted as gofmt has it: a test holds that.
func goFile(t *template.Template, p *plan.Plan) []byte {
	imports := egressImports
	if t == orchestratorTemplate {
		imports = orchestratorImports
	}
	return execute(t, mainValues{p, literal(p.EgressConfig()), literal(p.OrchestratorConfig()), imports(p)})
}

func execute(t *template.Template, values any) []byte {
	b, err := t.Execute(values)
	if err != nil {
		panic(err)
	}
	return b
}

func text(name string) []byte { return templates.Text(name) }
