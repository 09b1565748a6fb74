package probe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/runtime/contract"
)

// ofInvocation reports whether a fault has nothing to do with an echo service.
func ofInvocation(f contract.Fault) bool {
	return slices.Contains([]contract.Fault{FaultNotInvoked, FaultNoProbe, FaultNoResult, contract.FaultEgress,
		contract.FaultInvalidRequest}, f)
}

// verdict is what the report means, and what follows from it.
func (r Report) verdict() []string {
	if r.Answered() == 0 {
		return []string{"No egress shows its address."}
	}
	return append([]string{r.headline()}, r.advice()...)
}

// headline is "3 egresses show 2 distinct addresses: egress 1 and egress 3 share
// 3.120.4.5.".
func (r Report) headline() string {
	answered, pool := r.Answered(), len(r.Egresses)
	who := count.Of(pool, "egress")
	if answered < pool {
		who = fmt.Sprintf("%d of %s", answered, who)
	}
	line := fmt.Sprintf("%s %s %s", who, count.Verb(answered, "shows", "show"), count.Of(r.Distinct, "distinct address"))
	if details := r.details(); len(details) > 0 {
		line += ": " + strings.Join(details, "; ")
	}
	return line + "."
}

// details are who shares an address, and who showed several.
func (r Report) details() []string {
	var list []string
	for _, s := range r.Shared {
		list = append(list, fmt.Sprintf("%s share %s", egresses(s.Egresses), s.Address))
	}
	for _, e := range r.Egresses {
		if n := len(e.Addresses); n > 1 {
			list = append(list, fmt.Sprintf("egress %d showed %d", e.Egress, n))
		}
	}
	return list
}

// advice: see "Giving Lambda functions access to resources in an Amazon VPC"
// (Lambda developer guide). No page of AWS promises an address to a function
// outside a VPC.
func (r Report) advice() []string {
	var lines []string
	if len(r.Shared) > 0 {
		lines = append(lines, "An API that counts per address treats egresses with one address as one caller.")
	}
	switch {
	case r.local:
		lines = append(lines, "These are addresses of this machine; sfngen probe STACK asks the deployed egresses for theirs.")
	case len(r.Shared) > 0:
		lines = append(lines, "AWS does not promise a function outside a VPC its own address: run it again later, or raise egress.count.",
			"Fixed addresses take a NAT gateway for each egress, which sfngen does not make.")
	default:
		lines = append(lines, "AWS does not promise a function outside a VPC its own address: these may change, and coincide, at any time.")
	}
	return append(lines, r.familyNote()...)
}

// familyNote: functions outside a VPC call out over IPv4 only, so that IPv6 is a
// sign of a pool in a VPC.
func (r Report) familyNote() []string {
	for _, e := range r.Egresses {
		for _, s := range e.Addresses {
			if s.Address.Is6() {
				return []string{fmt.Sprintf("Egress %d shows an IPv6 address: an API that has IPv4 only sees another one; a service that "+
					"has IPv4 only shows it.", e.Egress)}
			}
		}
	}
	return nil
}

// egresses is "egress 1", "egress 1 and egress 3", "egress 1, egress 2 and egress 3".
func egresses(numbers []int) string {
	var names []string
	for _, k := range numbers {
		names = append(names, fmt.Sprintf("egress %d", k))
	}
	return count.And(names...)
}
