package stack

import (
	"fmt"
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
	// What the plan works out.
	Express, Logged, PerAddress, HasTriggers, AlwaysAccepted bool
	Coordinates                                              bool
	CoordinationTable                                        string // its name; "" for none
	RateLimitedFailures, TransientFailures                   string
	RedirectRule, ResendRule, KeyRule                        string
	Capacity                                                 []string
	Limits                                                   []readmeLimit
	RequestsAtMost, FailureQueue                             string
	Credentials                                              []readmeCredential
	CredentialTTL, SecretCost                                string
	RuleViews                                                []plan.RuleView
	Network                                                  *readmeNetwork // nil for none
	AddressesPage                                            string

	CutOff   bool   // the deadline may end an execution before its last attempt
	Method   string // of the page's example
	CurlArgs string // curl's arguments for that method

	Short    func(time.Duration) string // a duration, written for the page
	Markdown func(string) string
	EgressOf func(plan.Attempt) string
	Describe func(plan.Attempt, plan.Step) string // what follows a failure
}

// readmeLimit is a limit of the API, and what it lets the egresses do together.
type readmeLimit struct{ Limit, Pool string }

func readmeLimits(p *plan.Plan) []readmeLimit {
	var all []readmeLimit
	for _, l := range p.UpstreamLimits() {
		all = append(all, readmeLimit{l.String(), p.PoolWords(l)})
	}
	return all
}

// readme explains the stack to someone who opens its folder: what it does, how long
// it takes, how to build and deploy it by hand.
func readme(p *plan.Plan, machine asl.Machine, at place) []byte {
	method := exampleMethod(p)
	return execute(readmeTemplate, readmeValues{
		Plan:        p,
		place:       at,
		Description: strings.Join(strings.Fields(p.Description), " "),
		Diagram:     strings.TrimRight(diagram.Mermaid(machine), "\n"),
		Goarch:      goarch(p.Architecture),
		Region:      plan.PriceRegion,
		PricesOf:    plan.PriceDate,
		AssumedCall: plan.AssumedCall,

		DeployPage: contract.DeployPage, OperationsPage: contract.OperationsPage, ProblemsPage: contract.ProblemsPage,

		RuleViews: p.RuleViews(),
		Express:   p.Express(), Logged: p.Logged(), PerAddress: p.PerAddress(), HasTriggers: p.HasTriggers(), AlwaysAccepted: p.AlwaysAccepted(),
		Coordinates: p.Coordinates(), CoordinationTable: p.TableName(),
		RateLimitedFailures: p.RateLimitedFailures(), TransientFailures: p.TransientFailures(),
		RedirectRule: p.RedirectRule(), ResendRule: p.ResendRule(), KeyRule: p.KeyRule(), Capacity: p.Capacity(),
		Limits: readmeLimits(p), RequestsAtMost: p.RequestsAtMost(), FailureQueue: p.FailureQueue(),
		Network: networkOf(p), AddressesPage: contract.AddressesPage,
		Credentials: readmeCredentials(p), CredentialTTL: p.CredentialTTL(), SecretCost: p.SecretCost(),

		CutOff: p.Deadline < p.WorstCase.Total, Method: method, CurlArgs: curlArgs(method),
		Short: plan.Short, Markdown: markdown, EgressOf: p.EgressOf, Describe: plan.Attempt.Describe,
	})
}

// readmeCredential is a row of the table of credentials.
type readmeCredential struct{ What, From string }

func readmeCredentials(p *plan.Plan) []readmeCredential {
	var rows []readmeCredential
	for _, v := range p.CredentialViews() {
		from := v.From
		if len(from) > 1 {
			from = nil
			for k, place := range v.From {
				from = append(from, fmt.Sprintf("egress %d: %s", k+1, place))
			}
		}
		rows = append(rows, readmeCredential{v.What, strings.Join(from, "; ")})
	}
	return rows
}

// markdown writes text so that none of it is taken for markup (CommonMark 2.4:
// any ASCII punctuation may be escaped).
func markdown(text string) string {
	return markup.ReplaceAllString(text, `\$0`)
}

var markup = lazyregexp.New("[\\\\`*_{}\\[\\]<>()#+!|~&=-]|^[0-9]+[.)]")

// exampleMethod is GET, if callers may.
func exampleMethod(p *plan.Plan) string {
	if methods := p.OrchestratorConfig().Methods; !slices.Contains(methods, "GET") {
		return methods[0]
	}
	return "GET"
}

// curlArgs are curl's arguments for a method.
func curlArgs(method string) string {
	switch method {
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
