package probe

import (
	"fmt"
	"net/netip"
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
	line := fmt.Sprintf("%s %s %s", who, count.Verb(answered, "shows", "show"), r.distinct())
	if details := r.details(); len(details) > 0 {
		line += ": " + strings.Join(details, "; ")
	}
	return line + "."
}

// distinct is "2 distinct addresses", or "2 distinct ranges (/64)".
func (r Report) distinct() string {
	if r.Network == NetworkIPv6 {
		return count.Of(r.Distinct, "distinct range") + " (/64)"
	}
	return count.Of(r.Distinct, "distinct address")
}

// details are who shares an address, and who showed several.
func (r Report) details() []string {
	var list []string
	for _, s := range r.Shared {
		list = append(list, fmt.Sprintf("%s share %s", egresses(s.Egresses), s.Address))
	}
	for _, e := range r.Egresses {
		if n := len(r.blocks(e)); n > 1 {
			list = append(list, fmt.Sprintf("egress %d showed %d", e.Egress, n))
		}
	}
	return list
}

// advice is what follows.
func (r Report) advice() []string {
	var lines []string
	if len(r.Shared) > 0 {
		lines = append(lines, "An API that counts per address treats egresses with one address as one caller.")
	}
	switch {
	case r.local:
		lines = append(lines, "These are addresses of this machine; sfngen probe STACK asks the deployed egresses for theirs.")
	case r.promise.IsDistinct():
		return append(lines, r.aboutPromise()...)
	default:
		lines = append(lines, r.withoutPromise()...)
	}
	return append(lines, r.familyNote()...)
}

// withoutPromise: see "Giving Lambda functions access to resources in an Amazon VPC"
// (Lambda developer guide). No page of AWS promises an address to a function
// outside a VPC.
func (r Report) withoutPromise() []string {
	if len(r.Shared) > 0 {
		return []string{"AWS does not promise a function outside a VPC its own address: run it again later, or raise egress.count.",
			"egress.network.type: nat gives each egress an address of its own (docs/addresses.md)."}
	}
	return []string{"AWS does not promise a function outside a VPC its own address: these may change, and coincide, at any time."}
}

// aboutPromise says whether the network keeps what it promises.
func (r Report) aboutPromise() []string {
	var lines []string
	for _, e := range r.Egresses {
		if others := e.unexpected(); len(others) > 0 {
			lines = append(lines, fmt.Sprintf("Egress %d is promised %s and shows %s.", e.Egress, e.Promised, texts(others)))
		}
	}
	switch {
	case len(lines) > 0:
		lines = append(lines, "Its calls do not leave by the stack's own way: 'sfngen deploy --dry-run' shows what was changed outside of "+
			"CloudFormation. A service that goes by what proxies say shows another address too: --service URL asks another one.")
	case len(r.Shared) > 0 && r.Network == NetworkSubnets:
		lines = append(lines, "Their subnets lead out by one NAT gateway: 'sfngen validate --aws' says by which; give each a gateway of its own.")
	case len(r.Shared) > 0:
		lines = append(lines, "Each has a way out of its own by the template: 'sfngen deploy --dry-run' shows what was changed outside of "+
			"CloudFormation.")
	case r.isAsPromised():
		lines = append(lines, "These are the addresses that the stack has for them: 'sfngen addresses' lists them for a vendor.")
	case r.Network == NetworkSubnets:
		lines = append(lines, "They are those of your own NAT gateways, and stay as long as you keep them and the routes.")
	}
	return append(lines, r.widerRange()...)
}

// isAsPromised reports whether it is known of each egress where it is seen from.
func (r Report) isAsPromised() bool { return len(r.promise.Of) >= len(r.Egresses) }

// widerRange finds the range of the VPC that all are in.
func (r Report) widerRange() []string {
	var wide Block
	for i, e := range r.Egresses {
		if len(e.Addresses) == 0 || !e.Addresses[0].Address.Is6() {
			return nil
		}
		prefix, _ := e.Addresses[0].Address.Prefix(56)
		if i > 0 && Block(prefix) != wide {
			return nil
		}
		wide = Block(prefix)
	}
	if len(r.Egresses) < 2 {
		return nil
	}
	return []string{OneClient(wide)}
}

func texts(addresses []netip.Addr) string {
	var list []string
	for _, a := range addresses {
		list = append(list, a.String())
	}
	return count.And(list...)
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
