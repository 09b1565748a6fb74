package network

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/spec"
)

// Question is about the network of one stack.
type Question struct {
	Cloud *cloud.Cloud
	Shape Shape
	Own   Own // what the stack has already
	// Claims are what other stacks will take that are deployed together with this one, which
	// adds its own. nil: it is alone.
	Claims Claims
	// Place is what commands of the AWS CLI need to look there, such as
	// " --region eu-central-1".
	Place string
	// Lookup finds the IPv6 addresses of a name. nil: the system's resolver.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
}

// Claims are numbers by quota, those of a zone with its name.
type Claims map[string]int

// take adds what a stack needs, and returns what those before it need.
func (c Claims) take(key string, more int) int {
	if c == nil {
		return 0
	}
	before := c[key]
	c[key] += more
	return before
}

// The fields of a spec that problems are about.
const (
	fieldType    = "egress.network.type"
	fieldCount   = "egress.count"
	fieldCIDR    = "egress.network.cidr"
	fieldSubnets = "egress.network.subnets"
	fieldGroups  = "egress.network.securityGroups"
)

// Ask asks AWS all that can be known before a deployment. A call that a policy forbids
// is a note: the answer would only have been advice. Any other error ends it.
func (q Question) Ask(ctx context.Context) (Report, error) {
	k := &checker{Question: q, ctx: ctx, answers: map[string]*answer{}}
	switch q.Shape.Type {
	case spec.NetworkNAT:
		k.checkAddresses()
		k.checkQuotas()
		k.checkNATQuota()
		k.checkOverlap()
	case spec.NetworkSubnets:
		k.checkSubnets()
	case spec.NetworkIPv6:
		k.checkNames()
		k.checkQuotas()
		k.checkOverlap()
	}
	return k.report, k.err
}

// checker gathers a report.
type checker struct {
	Question
	ctx      context.Context
	report   Report
	err      error              // the first one; nothing is asked after it
	defaults bool               // the account's quotas may not be read
	answers  map[string]*answer // by what was asked
}

func (k *checker) refuse(field, what, do string) {
	k.report.Problems = append(k.report.Problems, Problem{true, field, what, do})
}

func (k *checker) doubt(field, what, do string) {
	k.report.Problems = append(k.report.Problems, Problem{false, field, what, do})
}

func (k *checker) note(format string, args ...any) {
	k.report.Notes = append(k.report.Notes, fmt.Sprintf(format, args...))
}

// read is describe, and asks nothing twice: two checks may need one answer, and each Elastic
// IP needs the same NAT gateways. unknown completes "it is not known …" where it is denied.
func (k *checker) read(unknown, operation string, filters ...filter) (*answer, bool) {
	if k.err != nil {
		return nil, false
	}
	question := fmt.Sprint(operation, filters)
	if known := k.answers[question]; known != nil {
		return known, true
	}
	all, err := describe(k.ctx, k.Cloud, operation, filters...)
	switch {
	case cloud.IsDenied(err):
		k.note("it is not known %s: %v", unknown, cloud.Explain(err))
		return nil, false
	case err != nil:
		k.err = fmt.Errorf("asking AWS about the network: %w", cloud.Explain(err))
		return nil, false
	}
	k.answers[question] = all
	return all, true
}

// limit is a quota's value, or AWS's default where the account's is not told.
func (k *checker) limit(q quota) int {
	if k.err != nil || k.defaults {
		return q.Default
	}
	value, err := q.limit(k.ctx, k.Cloud)
	switch {
	case err == nil:
	case cloud.IsDenied(err):
		k.note("the account's quotas are not known, and AWS's defaults are taken (5 of each): %v", cloud.Explain(err))
		k.defaults = true
	case cloud.IsCode(err, "NoSuchResourceException"): // the account has none of its own
	default:
		k.err = fmt.Errorf("asking AWS about the quota of %ss: %w", q.What, cloud.Explain(err))
	}
	return value
}

// lookup finds the IPv6 addresses of a name; none is no error.
func (k *checker) lookup(host string) ([]netip.Addr, error) {
	find := k.Lookup
	if find == nil {
		find = func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip6", host)
		}
	}
	all, err := find(k.ctx, host)
	if missing := new(net.DNSError); errors.As(err, &missing) && missing.IsNotFound {
		return nil, nil
	}
	return slices.DeleteFunc(all, netip.Addr.Is4In6), err
}
