package probe

import (
	"cmp"
	"io"
	"net/netip"
	"slices"

	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/runtime/contract"
)

// Report is what the pool showed, all rounds together.
type Report struct {
	Rounds   int      `json:"rounds"` // that every egress was asked in
	Network  string   `json:"network,omitempty"`
	Egresses []Egress `json:"egresses"`
	// Distinct is the number of addresses that any egress showed; by IPv6 in a VPC, of
	// ranges.
	Distinct int `json:"distinctAddresses"`
	// Shared are those that several egresses showed, in the order of the pool.
	Shared []Shared `json:"shared"`

	local   bool
	promise Promise
}

// Egress is one of the pool.
type Egress struct {
	Egress   int    `json:"egress"` // 1..50
	Function string `json:"function"`
	Service  string `json:"service,omitempty"` // asked last, without its query
	// Promised is where it is seen from, by its network; nil where that is not known.
	Promised *Block `json:"promised,omitempty"`
	// Addresses are what it showed, the most frequent first; none if every round
	// ended in a fault.
	Addresses []Seen  `json:"addresses"`
	Faults    []Fault `json:"faults"`
}

// Seen is an address, and in how many rounds it was shown.
type Seen struct {
	Address netip.Addr `json:"address"`
	Times   int        `json:"times"`
}

// Fault is why there was no address, and in how many rounds.
type Fault struct {
	Fault  contract.Fault `json:"fault"`
	Reason string         `json:"reason"`
	Times  int            `json:"times"`
}

// Shared is an address, or a range, and the egresses that showed it, at least two.
type Shared struct {
	Address  Block `json:"address"`
	Egresses []int `json:"egresses"`
}

// Answered is the number of egresses that showed an address.
func (r Report) Answered() int {
	n := 0
	for _, e := range r.Egresses {
		if len(e.Addresses) > 0 {
			n++
		}
	}
	return n
}

// JSON writes the report for machines.
func (r Report) JSON(w io.Writer) error {
	return printable.JSON(w, r)
}

// tally adds up rounds.
type tally struct {
	rounds   int
	egresses []Egress
	local    bool
	promise  Promise
}

func newTally(o Options) *tally {
	t := &tally{local: o.Local, promise: o.Promise}
	for i, function := range o.Egresses {
		t.egresses = append(t.egresses, Egress{
			Egress: i + 1, Function: function, Promised: o.Promise.of(i + 1), Addresses: []Seen{}, Faults: []Fault{},
		})
	}
	return t
}

func (t *tally) add(replies []reply) {
	t.rounds++
	for i, r := range replies {
		t.egresses[i].add(r.Probed)
	}
}

func (e *Egress) add(p contract.Probed) {
	if p.Service != "" {
		e.Service = p.Service
	}
	if p.Fault != "" {
		i := slices.IndexFunc(e.Faults, func(f Fault) bool { return f.Fault == p.Fault && f.Reason == p.Reason })
		if i < 0 {
			i, e.Faults = len(e.Faults), append(e.Faults, Fault{Fault: p.Fault, Reason: p.Reason})
		}
		e.Faults[i].Times++
		return
	}
	i := slices.IndexFunc(e.Addresses, func(s Seen) bool { return s.Address == p.Address })
	if i < 0 {
		i, e.Addresses = len(e.Addresses), append(e.Addresses, Seen{Address: p.Address})
	}
	e.Addresses[i].Times++
}

func (t *tally) report() Report {
	r := Report{Rounds: t.rounds, Network: t.promise.Network, Egresses: t.egresses, local: t.local, promise: t.promise}
	var clients Clients
	for _, e := range r.Egresses {
		slices.SortStableFunc(e.Addresses, func(a, b Seen) int {
			return cmp.Or(cmp.Compare(b.Times, a.Times), a.Address.Compare(b.Address))
		})
		clients.Add(e.Egress, r.blocks(e))
	}
	r.Distinct, r.Shared = clients.Distinct(), clients.Shared()
	return r
}

// blocks are what an egress is counted as, each once.
func (r Report) blocks(e Egress) []Block {
	var addresses []netip.Addr
	for _, s := range e.Addresses {
		addresses = append(addresses, s.Address)
	}
	return r.promise.Blocks(addresses)
}
