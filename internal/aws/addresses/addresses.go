// Package addresses is what an API sees of the egresses of a deployed stack: what a vendor
// is told for a list of those who may call.
package addresses

import (
	"cmp"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/probe"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// Report is where the egresses of a stack are seen from, as far as that is promised.
type Report struct {
	Stack    string   `json:"stack"`
	Region   string   `json:"region"`
	Account  string   `json:"account"`
	Network  string   `json:"network"` // egress.network.type of the spec; "" before there are outputs
	Egresses []Egress `json:"egresses"`
	// Range has all of them; nil where they have none in common.
	Range *probe.Block `json:"range,omitempty"`

	status types.StackStatus
	notes  []string // why something is not known
}

// Egress is one of the pool.
type Egress struct {
	Egress   int    `json:"egress"` // 1..50
	Function string `json:"function"`
	// Address is what the API sees: an address, or a range of which it sees any; nil where
	// that is not known.
	Address    *probe.Block `json:"address,omitempty"`
	Allocation string       `json:"allocationId,omitempty"` // of the Elastic IP
	Subnet     string       `json:"subnet,omitempty"`
	NATGateway string       `json:"natGateway,omitempty"` // where it is the user's
}

// OfOutputs is what the outputs of a stack say. An older stack has none of them, and no
// network. A stack without any output has not been deployed to the end yet: its network may
// be half there.
func OfOutputs(c *cloud.Cloud, s *live.Stack) Report {
	r := Report{Stack: s.Name, Region: c.Region, Account: c.Account, Network: probe.NetworkLambda, status: s.Status}
	for i, name := range s.Summary.Egresses {
		r.Egresses = append(r.Egresses, Egress{Egress: i + 1, Function: name})
	}
	if network := s.Outputs[cfn.OutputNetwork]; network != "" {
		r.Network = network
	} else if len(s.Outputs) == 0 {
		r.Network = ""
	}
	r.each(s.Outputs[cfn.OutputAddresses], func(e *Egress, text string) { e.Address = block(text) })
	r.each(s.Outputs[cfn.OutputAllocations], func(e *Egress, text string) { e.Allocation = text })
	r.each(s.Outputs[cfn.OutputSubnets], func(e *Egress, text string) { e.Subnet = text })
	r.Range = block(s.Outputs[cfn.OutputRange])
	return r
}

// each takes a list of an output, which has one for each egress in the pool's order. With
// another number of them nobody knows which is whose.
func (r Report) each(list string, take func(e *Egress, text string)) {
	parts := strings.Split(list, ",")
	if list == "" || len(parts) != len(r.Egresses) {
		return
	}
	for i, text := range parts {
		take(&r.Egresses[i], strings.TrimSpace(text))
	}
}

func block(text string) *probe.Block {
	b, err := probe.ParseBlock(text)
	if err != nil {
		return nil
	}
	return &b
}

// IsWhole reports whether it is known of each egress what the API sees.
func (r Report) IsWhole() bool {
	for _, e := range r.Egresses {
		if e.Address == nil {
			return false
		}
	}
	return true
}

// Promise is what a probe holds the egresses against.
func (r Report) Promise() probe.Promise {
	p := probe.Promise{Network: cmp.Or(r.Network, probe.NetworkLambda)}
	for _, e := range r.Egresses {
		if e.Address == nil {
			return probe.Promise{Network: p.Network}
		}
		p.Of = append(p.Of, *e.Address)
	}
	return p
}

// JSON writes the report for machines.
func (r Report) JSON(w io.Writer) error { return printable.JSON(w, r) }
