package mockapi

import (
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// SpecLimits are limits of a spec, as an API keeps them. A limit with a burst is a bucket;
// how the others count is Config.Kind, for a spec does not say it.
func SpecLimits(stated []spec.Limit) []Limit {
	var all []Limit
	for _, s := range stated {
		limit := Limit{Requests: s.Requests, Window: s.Window, Per: Per(s.Per)}
		if s.Burst != nil {
			limit.Burst = *s.Burst
		}
		all = append(all, limit)
	}
	return all
}

// LimitCode is a status that a spec takes for a limit: 429 if it does, or takes none for
// one, else the first error of its codes.
func LimitCode(codes contract.StatusCodes) int {
	for _, r := range codes {
		if !codes.Contains(429) && r.To >= 400 {
			return max(r.From, 400)
		}
	}
	return 429
}
