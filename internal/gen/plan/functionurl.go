package plan

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// FunctionURL is how callers reach the orchestrator.
type FunctionURL struct {
	Public bool  // everyone may call it, without a signature
	CORS   *CORS // nil: the URL says nothing to browsers
}

// CORS is what a function URL lets browsers do. The template and the function URL of
// a local run are both made of it, field by field.
type CORS struct {
	Origins          []string      // "*", "https://*" or an origin
	Methods          []string      // "*" or methods; OPTIONS is no matter of the function
	Headers          []string      // that a request may have; "*": any
	ExposeHeaders    []string      // of an answer that a script may read
	MaxAge           time.Duration // 0..24h, whole seconds; how long a browser may remember it
	AllowCredentials bool          // requests may come with cookies
}

// Capacity says what the spec bounds of what runs at once, a line for each bound.
func (p *Plan) Capacity() []string {
	var lines []string
	if n := p.Egress.Concurrency; n > 0 {
		lines = append(lines, fmt.Sprintf("each egress makes at most %s at once (egress.concurrency)", count.Of(n, "call")))
	}
	if n := p.OrchestratorConcurrency(); n > 0 {
		lines = append(lines, fmt.Sprintf("callers get at most %s handled at once, Lambda answers one more 429 "+
			"(triggers.functionUrl.concurrency)", count.Of(n, "request")))
	}
	return lines
}

// OrchestratorConcurrency is how many requests the orchestrator handles at once at
// most; 0 where the spec reserves none. It holds without a function URL too.
func (p *Plan) OrchestratorConcurrency() int { return p.spec.Triggers.FunctionURL.Concurrency }

// functionURL is nil where the partition has no function URLs.
func functionURL(s spec.Spec) *FunctionURL {
	if !s.HasFunctionURL() {
		return nil
	}
	return &FunctionURL{Public: s.Triggers.FunctionURL.Auth == "none", CORS: cors(s)}
}

// cors lets a browser do what the spec says. If the spec says nothing, it may do
// what any other caller may: send the upstream's methods, and all headers that are used.
// It may always read the headers that sfngen adds to the answer.
func cors(s spec.Spec) *CORS {
	written := s.Triggers.FunctionURL.CORS
	if len(written.Origins) == 0 {
		return nil
	}
	c := &CORS{Origins: written.Origins, Methods: written.Methods, Headers: s.CORSHeaders(), ExposeHeaders: exposed(written.ExposeHeaders),
		MaxAge: written.MaxAge, AllowCredentials: written.AllowCredentials}
	if len(c.Methods) == 0 {
		c.Methods = slices.DeleteFunc(slices.Clone(s.Upstream.Methods), func(m string) bool { return m == http.MethodOptions })
	}
	return c
}

var ownHeaders = []string{"location", "retry-after", contract.HeaderAttempts, contract.HeaderEgress, contract.HeaderExecution,
	contract.HeaderTruncated}

// exposed are sfngen's own headers and then those of the spec that are none of them.
func exposed(written []string) []string {
	all := slices.Clone(ownHeaders)
	for _, name := range written {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// upstreamExposes reports whether the API says which headers a script may read,
// because the spec does not. The field may come twice: browsers take both lists (Fetch
// standard, "extract header list values"), and a function URL passes the function's
// beside its own (Lambda developer guide, "Cross-origin resource sharing (CORS)").
func (p *Plan) upstreamExposes() bool {
	return p.hasCORS() && len(p.spec.Triggers.FunctionURL.CORS.ExposeHeaders) == 0
}

func (p *Plan) hasCORS() bool { return p.FunctionURL != nil && p.FunctionURL.CORS != nil }
