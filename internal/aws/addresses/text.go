package addresses

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sfngen/sfngen/internal/probe"
	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/internal/term/table"
)

// Text is the report for a terminal of so many columns; 0 for any number.
func (r Report) Text(columns int, paint color.Painter) string {
	head := fmt.Sprintf("%s in %s of account %s", r.Stack, r.Region, r.Account)
	if r.Network != "" {
		head += ": egress.network.type: " + r.Network
	}
	var b strings.Builder
	b.WriteString(printable.Line(head) + "\n\n" + r.table(paint).Text(columns, paint) + "\n")
	for _, line := range slices.Concat(r.notes, r.words(), r.unfinished()) {
		b.WriteString(printable.Line(line) + "\n")
	}
	return b.String()
}

// column is one that is shown where any egress has something in it.
type column struct {
	head string
	of   func(Egress) string
}

var columns = []column{
	{"EGRESS", func(e Egress) string { return strconv.Itoa(e.Egress) }},
	{"FUNCTION", func(e Egress) string { return e.Function }},
	{"ADDRESS", func(e Egress) string {
		if e.Address == nil {
			return "not known"
		}
		return e.Address.String()
	}},
	{"ELASTIC IP", func(e Egress) string { return e.Allocation }},
	{"NAT GATEWAY", func(e Egress) string { return e.NATGateway }},
	{"SUBNET", func(e Egress) string { return e.Subnet }},
}

func (r Report) table(paint color.Painter) table.Table {
	t := table.Table{Rows: make([][]string, len(r.Egresses))}
	for _, c := range columns {
		if !slices.ContainsFunc(r.Egresses, func(e Egress) bool { return c.of(e) != "" }) {
			continue
		}
		t.Head = append(t.Head, c.head)
		for i, e := range r.Egresses {
			cell := printable.Line(c.of(e))
			if c.head == "ADDRESS" && e.Address == nil {
				cell = paint.Paint(color.Red, cell)
			}
			t.Rows[i] = append(t.Rows[i], cell)
		}
	}
	return t
}

// words are what a vendor is told, and what follows.
func (r Report) words() []string {
	var lines []string
	switch {
	case r.Network == "":
		return []string{"It has no outputs: no deployment of it has come to its end, and until one has, nothing is known of its addresses."}
	case r.Network == probe.NetworkLambda:
		lines = []string{"AWS promises no address to a function outside a VPC: there is none to give to a vendor.",
			"egress.network.type: nat in the spec gives each egress an Elastic IP (docs/addresses.md)."}
	case !r.IsWhole() && r.Network == probe.NetworkSubnets:
		lines = []string{"The addresses are those of your own ways out. One that is not known is no NAT gateway with one address,",
			"or may not be looked at."}
	case !r.IsWhole():
		lines = []string{"Not of each egress it is known which address the stack has for it."}
	default:
		lines = append(r.forVendor(), r.lasting()...)
	}
	return append(lines, "'sfngen probe "+r.Stack+"' shows what an API sees now.")
}

func (r Report) forVendor() []string {
	lines := []string{"For a vendor's list: " + strings.Join(r.list(), ", ")}
	if n := len(r.list()); n < len(r.Egresses) {
		lines = append(lines, fmt.Sprintf("%s for %s: an API that counts per address treats egresses with one address as one caller.",
			count.Of(n, "address"), count.Of(len(r.Egresses), "egress")))
	}
	return lines
}

// list has each address once: egresses may share one, by subnets of the user.
func (r Report) list() []string {
	var list []string
	for _, e := range r.Egresses {
		if text := e.Address.String(); !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}

// lasting is how long they hold.
func (r Report) lasting() []string {
	switch r.Network {
	case probe.NetworkIPv6:
		lines := []string{"An egress may show any address in its range, and another one tomorrow: give the ranges, not addresses."}
		if r.Range != nil {
			lines = append(lines, probe.OneClient(*r.Range))
		}
		return append(lines, "The ranges go with the stack: a new one has others.")
	case probe.NetworkSubnets:
		return []string{"They are those of your own NAT gateways, by the routes as they are now."}
	}
	return []string{"They stay when the stack is updated, and when it goes, until you release the Elastic IPs."}
}

// unfinished: while a stack changes, the outputs are those of before.
func (r Report) unfinished() []string {
	if r.Network == "" {
		return []string{"The stack is " + string(r.status) + "."}
	}
	if status := string(r.status); !strings.HasSuffix(status, "_COMPLETE") || strings.HasPrefix(status, "ROLLBACK_") {
		return []string{"The stack is " + status + ": this is what its last whole deployment has."}
	}
	return nil
}
