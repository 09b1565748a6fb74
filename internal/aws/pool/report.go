package pool

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/internal/term/table"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

// Report is how a pool stands at a moment.
type Report struct {
	Stack    string    `json:"stack"`
	Table    string    `json:"table"`
	Time     time.Time `json:"time"`     // the moment, UTC
	Egresses int       `json:"egresses"` // how many the pool has
	// Standings are of the pool, of the credential that all share, and of each egress.
	Standings []Standing `json:"standings"`

	where string
}

// Standing is how one identity stands.
type Standing struct {
	Who    string         `json:"who"` // egress 1, the credential, the pool
	Scope  contract.Scope `json:"scope"`
	Egress int            `json:"egress,omitempty"`
	// MayGoAt is when an egress may call next; absent for the others.
	MayGoAt  time.Time `json:"mayGoAt,omitzero"`
	CoolDown *CoolDown `json:"coolDown,omitempty"` // absent: none now
	Limits   []Limit   `json:"limits,omitempty"`

	of coordination.Identity
}

// CoolDown is until when nobody calls, and who said so.
type CoolDown struct {
	Until     time.Time `json:"until"`
	Told      time.Time `json:"told"`
	Execution string    `json:"execution,omitempty"` // that was told
	Rule      string    `json:"rule,omitempty"`      // of the spec, that said so
	Minimum   bool      `json:"minimum,omitempty"`   // a wait of the spec, longer than what was requested
	UsedUp    bool      `json:"usedUp,omitempty"`    // nothing was refused: it was the last call of a window
}

// Limit is how much of one is used.
type Limit struct {
	contract.Limit
	Left     int       `json:"left"`              // calls that this limit would let go now
	Booked   int       `json:"booked"`            // slots ahead
	LastSlot time.Time `json:"lastSlot,omitzero"` // of these
}

func (p *Pool) report(items coordination.Items, now time.Time) Report {
	r := Report{
		Stack: p.stack.Name, Table: p.about.Table, Time: now.UTC().Truncate(time.Millisecond), Egresses: len(p.stack.Summary.Egresses),
		where: fmt.Sprintf("%s in %s of account %s", p.about.Table, p.cloud.Region, p.cloud.Account),
	}
	for _, s := range items.Standings(p.ask(), now) {
		r.Standings = append(r.Standings, standingOf(s))
	}
	return r
}

func standingOf(s coordination.Standing) Standing {
	standing := Standing{Who: who(s.Of), Scope: s.Of.Scope, Egress: s.Of.Egress, MayGoAt: s.MayGo, of: s.Of}
	if c := s.CoolDown; c != nil {
		standing.CoolDown = &CoolDown{Until: c.Until, Told: c.Told, Execution: c.Execution, Rule: c.Rule, Minimum: c.Minimum, UsedUp: c.UsedUp}
	}
	for _, l := range s.Limits {
		standing.Limits = append(standing.Limits, Limit{Limit: l.Limit, Left: l.Left, Booked: l.Booked, LastSlot: l.Last})
	}
	return standing
}

func who(of coordination.Identity) string {
	switch of.Scope {
	case contract.ScopePool:
		return "the pool"
	case contract.ScopeCredential:
		return "the credential"
	}
	return fmt.Sprintf("egress %d", of.Egress)
}

// JSON writes the report for machines.
func (r Report) JSON(w io.Writer) error { return printable.JSON(w, r) }

// Text is the report for a terminal of so many columns; 0 for any number.
func (r Report) Text(columns int, paint color.Painter) string {
	t := table.Table{Head: []string{"WHO", "MAY GO", "COOLS DOWN UNTIL", "LIMITS"}}
	for _, s := range r.Standings {
		if s.Scope != contract.ScopeIP && s.CoolDown == nil && len(s.Limits) == 0 {
			continue // there is nothing to say of it
		}
		t.Rows = append(t.Rows, []string{s.Who, r.mayGo(s), r.coolDown(s), r.limits(s)})
	}
	return printable.Line(r.where) + ", at " + r.Time.Format(time.TimeOnly) + " UTC\n\n" + t.Text(columns, paint)
}

func (r Report) mayGo(s Standing) string {
	switch {
	case s.MayGoAt.IsZero():
		return "-"
	case !s.MayGoAt.After(r.Time):
		return "now"
	}
	return r.instant(s.MayGoAt)
}

// instant is a time of day, with the date if it is not that of the report.
func (r Report) instant(at time.Time) string {
	return strings.TrimPrefix(at.UTC().Format(time.DateTime), r.Time.Format(time.DateOnly+" "))
}

func (r Report) coolDown(s Standing) string {
	if s.CoolDown == nil {
		return "-"
	}
	return r.instant(s.CoolDown.Until) + " (" + s.CoolDown.why() + ")"
}

// why says who said so.
func (c CoolDown) why() string {
	told := coordination.CoolDown{UsedUp: c.UsedUp, Rule: c.Rule, Execution: cmp.Or(short(c.Execution), "?")}
	return printable.Line(told.Source())
}

// short tells executions apart at a glance, as sfngen trace takes them.
func short(name string) string { return name[:min(len(name), 8)] }

func (r Report) limits(s Standing) string {
	if len(s.Limits) == 0 {
		return "-"
	}
	var parts []string
	for _, l := range s.Limits {
		parts = append(parts, r.limit(l))
	}
	return strings.Join(parts, "; ")
}

func (r Report) limit(l Limit) string {
	text := fmt.Sprintf("%d of %d in %s left now", l.Left, max(l.Requests, l.Burst), time.Duration(l.WindowSeconds)*time.Second)
	if l.Burst > 0 {
		text = fmt.Sprintf("%d of a burst of %d left now (%d in %s)", l.Left, l.Burst, l.Requests, time.Duration(l.WindowSeconds)*time.Second)
	}
	if l.Booked > 0 {
		text += fmt.Sprintf(", %d booked until %s", l.Booked, r.instant(l.LastSlot))
	}
	return text
}

// Question is what is asked before cool-downs are taken away.
func (r Report) Question(cooling []Standing) string {
	var list []string
	for _, s := range cooling {
		list = append(list, s.Who+" (until "+r.instant(s.CoolDown.Until)+" UTC, "+s.CoolDown.why()+")")
	}
	return fmt.Sprintf("Take away the cool-down of %s in %s? Calls may go at once.", strings.Join(list, ", "), printable.Line(r.where))
}
