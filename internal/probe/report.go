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
	Egresses []Egress `json:"egresses"`
	// Distinct is the number of addresses that any egress showed.
	Distinct int `json:"distinctAddresses"`
	// Shared are those that several egresses showed, in the order of the pool.
	Shared []Shared `json:"shared"`

	local bool
}

// Egress is one of the pool.
type Egress struct {
	Egress   int    `json:"egress"` // 1..50
	Function string `json:"function"`
	Service  string `json:"service,omitempty"` // asked last, without its query
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

// Shared is an address and the egresses that showed it, at least two.
type Shared struct {
	Address  netip.Addr `json:"address"`
	Egresses []int      `json:"egresses"`
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
}

func newTally(o Options) *tally {
	t := &tally{local: o.Local}
	for i, function := range o.Egresses {
		t.egresses = append(t.egresses, Egress{Egress: i + 1, Function: function, Addresses: []Seen{}, Faults: []Fault{}})
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
	r := Report{Rounds: t.rounds, Egresses: t.egresses, Shared: []Shared{}, local: t.local}
	var order []netip.Addr
	by := map[netip.Addr][]int{}
	for _, e := range r.Egresses {
		slices.SortStableFunc(e.Addresses, func(a, b Seen) int {
			return cmp.Or(cmp.Compare(b.Times, a.Times), a.Address.Compare(b.Address))
		})
		for _, s := range e.Addresses {
			if by[s.Address] == nil {
				order = append(order, s.Address)
			}
			by[s.Address] = append(by[s.Address], e.Egress)
		}
	}
	r.Distinct = len(order)
	for _, address := range order {
		if len(by[address]) > 1 {
			r.Shared = append(r.Shared, Shared{address, by[address]})
		}
	}
	return r
}
