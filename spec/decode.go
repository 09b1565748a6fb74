package spec

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/sfngen/sfngen/runtime/contract"
)

// decoding is one reading of a tree into Go values.
type decoding struct {
	sound func(path string) bool
}

// specBinding says how a spec is read. Names, types and defaults are the
// schema's; the struct only takes them.
var specBinding = sync.OnceValue(func() binding {
	return new(binder).bind(reflect.TypeFor[Spec](), rootShape(), "")
})

// decode gives the Spec of a tree: what it holds and the schema accepts, and the
// default of every other field.
func decode(root *node, sound func(path string) bool) Spec {
	var s Spec
	specBinding().read(decoding{sound}, root, reflect.ValueOf(&s).Elem())
	followOthers(&s, func(path string) bool { return root.at(path) != nil && sound(path) })
	return s
}

// followOthers fills in the fields whose default is another field's matter.
func followOthers(s *Spec, written func(path string) bool) {
	if !written("egress.count") {
		s.Egress.Count = defaultCount(*s)
	}
	if !written("upstream.forwardHeaders") { // a header passes under one name
		s.Upstream.ForwardHeaders = slices.DeleteFunc(slices.Clone(s.Upstream.ForwardHeaders), func(name string) bool {
			return has(s.Upstream.RenameHeaders, name)
		})
	}
	if !written("egress.addressEcho") && s.Egress.Network.Type == NetworkIPv6 {
		s.Egress.AddressEcho = contract.AddressEchoIPv6
	}
	for i := range s.Retry.Rules {
		s.Retry.Rules[i].Name = cmp.Or(s.Retry.Rules[i].Name, fmt.Sprintf("rule %d", i+1))
	}
	s.Retry.followBackoff(written)
	// An answer that is not retried cannot be a rate limit.
	if !written("retry.rateLimit.statusCodes") && !s.Retry.RetryableStatusCodes.Contains(429) {
		s.Retry.RateLimit.StatusCodes = nil
	}
}

// followBackoff: a backoff after limits has what it does not write of the other one.
func (r *Retry) followBackoff(written func(path string) bool) {
	own := r.RateLimit.Backoff
	if own == nil {
		return
	}
	const path = "retry.rateLimit.backoff."
	if !written(path + "strategy") {
		own.Strategy = r.Backoff.Strategy
	}
	if !written(path + "initialDelay") {
		own.InitialDelay = r.Backoff.InitialDelay
	}
	if !written(path + "multiplier") {
		own.Multiplier = r.Backoff.Multiplier
	}
	if !written(path + "maxDelay") {
		own.MaxDelay = max(r.Backoff.MaxDelay, own.InitialDelay)
	}
	if !written(path + "jitter") {
		own.Jitter = r.Backoff.Jitter
	}
}

// defaultCount is one egress for each subnet or Elastic IP that is named, else for each
// credential of a list, else for each attempt; but where all of them share a limit, a
// second one gains nothing.
func defaultCount(s Spec) int {
	if n := s.Egress.Network.named(); n > 0 {
		return n
	}
	if n := s.Upstream.Credentials.longestList(); n > 1 {
		return n
	}
	if s.Retry.RateLimit.Scope == contract.ScopeCredential {
		return 1
	}
	return s.Retry.MaxAttempts
}
