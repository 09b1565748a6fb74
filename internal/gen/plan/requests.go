package plan

import (
	"maps"
	"slices"

	"github.com/sfngen/sfngen/internal/dropped"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/runtime/contract"
)

// mayResendAmbiguous: a Lambda service error leaves open whether the egress ran,
// so Step Functions may repeat such a call only if no caller can send
// a request that must not act twice (RFC 9110 9.2.2).
func (p *Plan) mayResendAmbiguous() bool {
	rule := p.spec.Retry.Idempotency
	switch rule.UnsafeMethods {
	case contract.UnsafeAllow:
		return true
	case contract.UnsafeGuarded:
		return rule.Header != "" || len(p.unsafeMethods()) == 0
	}
	return len(p.unsafeMethods()) == 0
}

// unsafeMethods are those of the methods that act again when they are sent again.
func (p *Plan) unsafeMethods() []string {
	var unsafe []string
	for _, method := range []string{"POST", "PATCH"} {
		if slices.Contains(p.methods(), method) {
			unsafe = append(unsafe, method)
		}
	}
	return unsafe
}

// methods are all that may be sent, the callers' and the triggers', each once.
func (p *Plan) methods() []string {
	all := slices.Clone(p.spec.Upstream.Methods)
	for _, r := range p.triggered() {
		all = append(all, r.Method)
	}
	return unique(all)
}

// forwardHeaders are the headers of a request that an egress sends on: the
// callers' that the spec lets pass under their own name, and what triggers set.
func (p *Plan) forwardHeaders() []string {
	all := p.callerHeaders()
	for _, r := range p.triggered() {
		all = append(all, slices.Sorted(maps.Keys(r.Headers))...)
	}
	return unique(all)
}

// callerHeaders are the headers of a caller that pass under their own name: the caller's own
// idempotency key wins over ours, so it is one of them.
func (p *Plan) callerHeaders() []string {
	all := slices.Clone(p.spec.Upstream.ForwardHeaders)
	if key := p.spec.Retry.Idempotency.Header; key != "" {
		all = append(all, key)
	}
	return unique(all)
}

// passingHeaders are the headers of a caller that pass, under their own name or another.
func (p *Plan) passingHeaders() []string {
	return unique(append(p.callerHeaders(), slices.Sorted(maps.Keys(p.spec.Upstream.RenameHeaders))...))
}

// Sent are sentences on what goes out beside what the caller sends, or otherwise than it
// sends it.
func (p *Plan) Sent() []string {
	var lines, parameters []string
	for _, name := range slices.Sorted(maps.Keys(p.spec.Upstream.Query)) {
		parameters = append(parameters, name+"="+p.spec.Upstream.Query[name])
	}
	if len(parameters) > 0 {
		lines = append(lines, "every call has "+count.And(parameters...)+" in its query")
	}
	for _, name := range slices.Sorted(maps.Keys(p.spec.Upstream.RenameHeaders)) {
		lines = append(lines, "a caller's "+name+" goes out as "+p.spec.Upstream.RenameHeaders[name])
	}
	return lines
}

// HeaderRules say which headers and parameters of a caller reach the API, and which
// headers of its answer come back.
func (p *Plan) HeaderRules() dropped.Rules {
	return dropped.Rules{
		Forwarded:       p.callerHeaders(),
		Renamed:         p.spec.Upstream.RenameHeaders,
		Fixed:           slices.Sorted(maps.Keys(p.spec.Upstream.Headers)),
		Shown:           p.spec.Upstream.Credentials.HeaderNames(),
		FixedParameters: slices.Sorted(maps.Keys(p.spec.Upstream.Query)),
		ShownParameters: slices.Sorted(maps.Keys(p.spec.Upstream.Credentials.Query)),
		Signed:          p.FunctionURL != nil && !p.FunctionURL.Public,
		CORS:            p.hasCORS(), UpstreamExposes: p.upstreamExposes(),
	}
}

// triggered are the requests of schedules and events.
func (p *Plan) triggered() []contract.Request {
	var all []contract.Request
	for _, s := range p.Schedules {
		all = append(all, s.Request)
	}
	for _, e := range p.Events {
		all = append(all, e.Request)
	}
	return all
}

// unique leaves out repetitions and keeps the order.
func unique(list []string) []string {
	out := []string{}
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
