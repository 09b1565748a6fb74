// Package days keeps what probes of a stack have shown, over days: a file with one line of
// JSON for each. What is distinct today says little of a pool without a VPC.
package days

import (
	"encoding/json"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/probe"
	"github.com/sfngen/sfngen/runtime/contract"
)

// Line is one probe. Of one that could not be made it has the Error alone.
type Line struct {
	Time     time.Time `json:"time"` // when it began, UTC
	Stack    string    `json:"stack"`
	Region   string    `json:"region"`
	Account  string    `json:"account"`
	Network  string    `json:"network,omitempty"` // egress.network.type
	Egresses []Egress  `json:"egresses,omitempty"`
	Error    string    `json:"error,omitempty"` // why no egress was invoked
}

// Egress is what one of the pool showed.
type Egress struct {
	Egress    int            `json:"egress"` // 1..50
	Addresses []netip.Addr   `json:"addresses,omitempty"`
	Fault     contract.Fault `json:"fault,omitempty"` // why there was none, in the first round without
	// Promised is where it is seen from, by the stack's network; nil where that is not known.
	Promised *probe.Block `json:"promised,omitempty"`
}

// Place is where a stack is.
type Place struct{ Stack, Region, Account string }

func (p Place) String() string { return p.Stack + " in " + p.Region + " of account " + p.Account }

func (l Line) place() Place { return Place{l.Stack, l.Region, l.Account} }

// LineOf is that of a report, or of the error of a probe that could not be made.
func LineOf(at time.Time, of Place, r probe.Report, failed error) Line {
	l := Line{Time: at.UTC().Truncate(time.Second), Stack: of.Stack, Region: of.Region, Account: of.Account}
	if failed != nil {
		l.Error = strings.Join(strings.Fields(failed.Error()), " ")
		return l
	}
	l.Network = r.Network
	for _, e := range r.Egresses {
		one := Egress{Egress: e.Egress, Promised: e.Promised}
		for _, s := range e.Addresses {
			one.Addresses = append(one.Addresses, s.Address)
		}
		if len(e.Faults) > 0 {
			one.Fault = e.Faults[0].Fault
		}
		l.Egresses = append(l.Egresses, one)
	}
	return l
}

// JSON writes the line as the file has it.
func (l Line) JSON(w io.Writer) error {
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// isProbe reports whether a line of a file is one of a probe.
func (l Line) isProbe() bool {
	return !l.Time.IsZero() && l.Stack != "" && (l.Error != "" || len(l.Egresses) > 0) && !slices.ContainsFunc(l.Egresses, Egress.isForeign)
}

// isForeign reports what no probe sees: an egress that no pool has, and no address, or one
// with a zone, which may be any text.
func (e Egress) isForeign() bool {
	return e.Egress < 1 || e.Egress > contract.MaxEgresses ||
		slices.ContainsFunc(e.Addresses, func(a netip.Addr) bool { return !a.IsValid() || a.Zone() != "" })
}

func (l Line) promise() probe.Promise { return probe.Promise{Network: l.Network} }

// clients are what the API takes the pool for.
func (l Line) clients() (c probe.Clients) {
	for _, e := range l.Egresses {
		c.Add(e.Egress, l.blocks(e))
	}
	return c
}

// shared are the groups of egresses that showed one address, or one range, in the order
// of the pool.
func (l Line) shared() [][]int {
	clients := l.clients()
	var groups [][]int
	for _, s := range clients.Shared() {
		groups = append(groups, s.Egresses)
	}
	return groups
}

// distinct is how many addresses, or ranges, there are.
func (l Line) distinct() int {
	clients := l.clients()
	return clients.Distinct()
}

// breaks reports whether the pool has shown what its network promises not to.
func (l Line) breaks() bool {
	return l.promise().IsDistinct() && (len(l.shared()) > 0 || slices.ContainsFunc(l.Egresses, Egress.isElsewhere))
}

func (l Line) blocks(e Egress) []probe.Block { return l.promise().Blocks(e.Addresses) }

// isElsewhere reports whether it showed an address that it is not promised to have.
func (e Egress) isElsewhere() bool {
	return e.Promised != nil && slices.ContainsFunc(e.Addresses, func(a netip.Addr) bool { return !e.Promised.Contains(a) })
}
