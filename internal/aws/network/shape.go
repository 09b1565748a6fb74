package network

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/sfngen/sfngen/spec"
)

// Shape is the network that a stack is to have.
type Shape struct {
	Type           string   // one of spec's Network constants
	Egresses       int      // how many of them are in the VPC
	Addresses      []string // allocation IDs of the user's own; nil: new ones
	Subnets        []string // of the user, that of egress k at k-1
	SecurityGroups []string // of the user
	CIDR           string   // of the stack's own VPC
	Calls          []Call   // whom an egress calls
	// Private says that an egress may call private addresses: then it needs no way to the
	// Internet.
	Private bool
	// Zones are the places of the NAT gateways among the zones of the region; nil where
	// it is not known.
	Zones []int
}

// Addresses are the allocation IDs of the user's own Elastic IPs.
func (t Template) Addresses() []string {
	var own []string
	for _, id := range t.of(typeNAT) {
		for _, value := range t.literals(t.doc.Resources[id].Properties.AllocationID) {
			if strings.HasPrefix(value, "eipalloc-") {
				own = append(own, value)
			}
		}
	}
	return own
}

// Shape is that of the template's network.
func (t Template) Shape() Shape {
	functions := t.InVPC()
	s := Shape{Type: spec.NetworkLambda, Egresses: len(functions)}
	switch {
	case len(functions) == 0:
		return s
	case t.count(typeNAT) > 0:
		s.Type, s.Addresses, s.Zones = spec.NetworkNAT, t.Addresses(), t.zones()
	case t.count(typeEgressOnly) > 0:
		s.Type = spec.NetworkIPv6
	default:
		s.Type = spec.NetworkSubnets
		_, s.Subnets = t.SubnetsOf(functions)
		s.SecurityGroups = t.literals(t.doc.Resources[functions[0]].Properties.VpcConfig.SecurityGroupIDs)
	}
	if vpcs := t.of(typeVPC); len(vpcs) > 0 {
		s.CIDR = t.doc.Resources[vpcs[0]].Properties.CidrBlock.Value
	}
	return s
}

// zones are the places of the NAT gateways: 1 is that of !Select [1, !GetAZs …].
func (t Template) zones() []int {
	var places []int
	for _, id := range t.of(typeNAT) {
		zone := t.doc.Resources[t.doc.Resources[id].Properties.SubnetID.Value].Properties.AvailabilityZone
		var place int
		if zone.Tag == "!Select" && len(zone.Content) == 2 && zone.Content[0].Decode(&place) == nil {
			places = append(places, place)
		}
	}
	return places
}

// Call is whom an egress calls.
type Call struct {
	Host string
	Port int
}

// Calls are those of URLs, each once.
func Calls(urls ...string) []Call {
	var calls []Call
	for _, text := range urls {
		u, err := url.Parse(text)
		if err != nil || u.Hostname() == "" {
			continue
		}
		call := Call{u.Hostname(), 443}
		if u.Scheme == "http" {
			call.Port = 80
		}
		if port, err := strconv.Atoi(u.Port()); err == nil {
			call.Port = port
		}
		if !slices.Contains(calls, call) {
			calls = append(calls, call)
		}
	}
	return calls
}
