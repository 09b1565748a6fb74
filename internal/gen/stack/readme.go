package stack

import (
	"slices"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/gen/asl"
	"github.com/sfngen/sfngen/internal/gen/diagram"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/runtime/contract"
)

// readmeValues are what the README's template sees: the plan, and what the
// template cannot work out itself.
type readmeValues struct {
	*plan.Plan
	place
	Description string // one line
	Diagram     string // Mermaid
	Goarch      string
	Region      string
	PricesOf    string
	AssumedCall time.Duration
	// The pages that it links to.
	DeployPage, OperationsPage, ProblemsPage string
}

// readme explains the stack to someone who opens its folder: what it does, how long
// it takes, how to build and deploy it by hand.
func readme(p *plan.Plan, machine asl.Machine, at place) []byte {
	return execute("README.md.tmpl", readmeValues{
		Plan:        p,
		place:       at,
		Description: strings.Join(strings.Fields(p.Description), " "),
		Diagram:     strings.TrimRight(diagram.Mermaid(machine), "\n"),
		Goarch:      goarch(p.Architecture),
		Region:      plan.PriceRegion,
		PricesOf:    plan.PriceDate,
		AssumedCall: plan.AssumedCall,

		DeployPage: contract.DeployPage, OperationsPage: contract.OperationsPage, ProblemsPage: contract.ProblemsPage,
	})
}

// Short writes a duration for the page.
func (readmeValues) Short(d time.Duration) string { return plan.Short(d) }

// Markdown writes text so that none of it is taken for markup (CommonMark 2.4:
// any ASCII punctuation may be escaped).
func (readmeValues) Markdown(text string) string {
	return markup.ReplaceAllString(text, `\$0`)
}

var markup = lazyregexp.New("[\\\\`*_{}\\[\\]<>()#+!|~&=-]|^[0-9]+[.)]")

// CutOff reports whether the deadline may end an execution before its last attempt.
func (v readmeValues) CutOff() bool { return v.Deadline < v.WorstCase.Total }

// Method is the one that the page's example uses: GET, if callers may.
func (v readmeValues) Method() string {
	if methods := v.OrchestratorConfig().Methods; !slices.Contains(methods, "GET") {
		return methods[0]
	}
	return "GET"
}

// CurlArgs are curl's arguments for that method.
func (v readmeValues) CurlArgs() string {
	switch method := v.Method(); method {
	case "GET":
		return ""
	case "HEAD":
		return "--head "
	case "POST", "PUT", "PATCH":
		return "-X " + method + " -H 'content-type: application/json' -d '{}' "
	default:
		return "-X " + method + " "
	}
}

// goarch is Go's name for a Lambda architecture.
func goarch(architecture string) string {
	if architecture == "x86_64" {
		return "amd64"
	}
	return architecture
}
