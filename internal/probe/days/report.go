package days

import (
	"cmp"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/probe"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/runtime/contract"
)

// Report is what the probes of a stack have shown.
type Report struct {
	Stack   string    `json:"stack"`
	Region  string    `json:"region"`
	Account string    `json:"account"`
	Network string    `json:"network,omitempty"` // at the last probe
	Probes  int       `json:"probes"`            // that were made
	Failed  int       `json:"failedProbes"`      // in which no egress was invoked
	First   time.Time `json:"first,omitzero"`    // of either
	Last    time.Time `json:"last,omitzero"`
	// Least and Most are of the distinct addresses, or ranges, of one probe.
	Least    int      `json:"fewestDistinctAddresses"`
	Most     int      `json:"mostDistinctAddresses"`
	Sharing  int      `json:"probesWithSharedAddress"`
	Shared   []Shared `json:"shared"`
	Broken   int      `json:"probesWithBrokenPromise"`
	Egresses []Pooled `json:"egresses"`

	lastError string
}

// Pooled is one egress over all probes.
type Pooled struct {
	Egress    int     `json:"egress"`
	Asked     int     `json:"probes"`
	Changes   int     `json:"changes"` // how often it showed others than before; by IPv6 in a VPC, ranges
	Addresses []Seen  `json:"addresses"`
	Faults    []Fault `json:"faults"`

	before []probe.Block
}

// Seen is an address of an egress.
type Seen struct {
	Address netip.Addr `json:"address"`
	Probes  int        `json:"probes"`
	First   time.Time  `json:"first"`
	Last    time.Time  `json:"last"`
}

// Fault is why there was none.
type Fault struct {
	Fault  contract.Fault `json:"fault"`
	Probes int            `json:"probes"`
}

// Shared are egresses that showed one address, or range, in so many probes.
type Shared struct {
	Egresses []int `json:"egresses"`
	Probes   int   `json:"probes"`
}

// Pick picks the lines of a stack; region "" means any. It fails where these are of several
// stacks of that name, or of none.
func Pick(lines []Line, stack, region string) ([]Line, error) {
	var picked []Line
	var places []Place
	for _, l := range lines {
		if l.Stack != stack || region != "" && l.Region != region {
			continue
		}
		if picked = append(picked, l); !slices.Contains(places, l.place()) {
			places = append(places, l.place())
		}
	}
	switch len(places) {
	case 0:
		return nil, fmt.Errorf("it has no probe of %s", strings.TrimSuffix(stack+" in "+region, " in "))
	case 1:
		return picked, nil
	}
	var names []string
	for _, p := range places {
		names = append(names, p.String())
	}
	return nil, fmt.Errorf("it has probes of several stacks of this name: %s; --region says which, and a file of its own keeps each apart",
		strings.Join(names, ", "))
}

// Of are the lines of the stack at a place.
func Of(lines []Line, place Place) []Line {
	return slices.DeleteFunc(slices.Clone(lines), func(l Line) bool { return l.place() != place })
}

// ReportOf is that of the lines of one stack, in the order in which they were written.
func ReportOf(lines []Line) Report {
	r := Report{Shared: []Shared{}, Egresses: []Pooled{}}
	for _, l := range lines {
		r.add(l)
	}
	slices.SortStableFunc(r.Egresses, func(a, b Pooled) int { return cmp.Compare(a.Egress, b.Egress) })
	slices.SortStableFunc(r.Shared, func(a, b Shared) int { return cmp.Compare(b.Probes, a.Probes) })
	return r
}

// IsBlind reports whether probes were made, and none of them showed any address: that says
// nothing of what the egresses share.
func (r Report) IsBlind() bool { return r.Probes > 0 && r.Most == 0 }

func (r *Report) add(l Line) {
	r.Stack, r.Region, r.Account = l.Stack, l.Region, l.Account
	if r.First.IsZero() {
		r.First = l.Time
	}
	r.Last = l.Time
	if l.Error != "" {
		r.Failed++
		r.lastError = l.Error
		return
	}
	r.Probes++
	r.Network = l.Network
	distinct := l.distinct()
	r.Most = max(r.Most, distinct)
	if r.Probes == 1 || distinct < r.Least {
		r.Least = distinct
	}
	if l.breaks() {
		r.Broken++
	}
	r.addShared(l.shared())
	for _, e := range l.Egresses {
		r.of(e.Egress).add(e, l)
	}
}

func (r *Report) addShared(groups [][]int) {
	if len(groups) > 0 {
		r.Sharing++
	}
	for _, g := range groups {
		i := slices.IndexFunc(r.Shared, func(s Shared) bool { return slices.Equal(s.Egresses, g) })
		if i < 0 {
			i, r.Shared = len(r.Shared), append(r.Shared, Shared{Egresses: g})
		}
		r.Shared[i].Probes++
	}
}

func (r *Report) of(egress int) *Pooled {
	i := slices.IndexFunc(r.Egresses, func(o Pooled) bool { return o.Egress == egress })
	if i < 0 {
		i, r.Egresses = len(r.Egresses), append(r.Egresses, Pooled{Egress: egress, Addresses: []Seen{}, Faults: []Fault{}})
	}
	return &r.Egresses[i]
}

func (o *Pooled) add(e Egress, l Line) {
	o.Asked++
	at := l.Time
	for _, a := range e.Addresses {
		i := slices.IndexFunc(o.Addresses, func(s Seen) bool { return s.Address == a })
		if i < 0 {
			i, o.Addresses = len(o.Addresses), append(o.Addresses, Seen{Address: a, First: at})
		}
		o.Addresses[i].Probes++
		o.Addresses[i].Last = at
	}
	if e.Fault != "" {
		i := slices.IndexFunc(o.Faults, func(f Fault) bool { return f.Fault == e.Fault })
		if i < 0 {
			i, o.Faults = len(o.Faults), append(o.Faults, Fault{Fault: e.Fault})
		}
		o.Faults[i].Probes++
	}
	if shown := l.blocks(e); len(shown) > 0 {
		isNew := func(b probe.Block) bool { return !slices.Contains(o.before, b) }
		if len(o.before) > 0 && slices.ContainsFunc(shown, isNew) {
			o.Changes++
		}
		o.before = shown
	}
}

// JSON writes the report for machines.
func (r Report) JSON(w io.Writer) error { return printable.JSON(w, r) }
