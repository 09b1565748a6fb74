// Package review says in words what a build changes of a stack, before it is deployed:
// what the spec means, what AWS replaces or deletes, what may be done that could not be
// done before, and what it costs. It compares files alone, and asks nobody.
package review

import (
	"bytes"
	"fmt"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// State says what becomes of a stack.
type State string

// The states, as JSON has them.
const (
	Same    State = "same"
	Changed State = "changed"
	New     State = "new"
	Renamed State = "renamed" // another stack takes the place of one that stays as it is
)

// Review is what a build changes of one stack.
type Review struct {
	Stack  string `json:"stack"`
	Folder string `json:"folder"`
	State  State  `json:"state"`
	// OldName is the name before; "" unless the stack is Renamed.
	OldName string `json:"oldName,omitempty"`
	// Dangers are what a reviewer has to agree to, the worst first.
	Dangers []Danger `json:"dangers"`
	// Fields are the fields of the spec whose value changes, written or not. They are
	// empty for a new stack, and where the old side has no plan.json.
	Fields    []Field `json:"fields"`
	WorstCase Change  `json:"worstCase"` // durations, as a spec has them
	Deadline  Change  `json:"deadline"`
	Cost      []Cost  `json:"cost"`
	// PerMonth is what costs the same, used or not; empty where nothing does on either side.
	PerMonth  []Cost     `json:"perMonth,omitempty"`
	IAM       []Grant    `json:"iam"`
	Resources []Resource `json:"resources"`
	// Deploys are the parts that run something else afterwards: workflow, egress,
	// orchestrator, and template for all other resources.
	Deploys []string `json:"deploys"`
	// OnlyRuntime is an upgrade of sfngen: new code, and the same in all else.
	OnlyRuntime bool  `json:"onlyRuntime"`
	Files       Files `json:"files"`
	// Runtime counts the files of the runtime that the stack shares, those that go included;
	// both are 0 where it has a copy of its own.
	Runtime Files    `json:"runtime"`
	Notes   []string `json:"notes"`
}

// Change is a value before and after; "" for none.
type Change struct {
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// Differs reports whether there is a change.
func (c Change) Differs() bool { return c.From != c.To }

// Files counts the files of a stack.
type Files struct {
	Changed int `json:"changed"`
	Total   int `json:"total"`
}

// Cost is a price in US dollars: that of a million requests, by their course of events, or
// that of a month, by what costs it.
type Cost struct {
	Case string   `json:"case"`
	From *float64 `json:"from,omitempty"` // absent where the old side is not known
	To   float64  `json:"to"`
}

// differs compares what is printed: cents.
func (c Cost) differs() bool { return c.From == nil || cents(*c.From) != cents(c.To) }

func cents(dollars float64) string { return fmt.Sprintf("$%.2f", dollars) }

// Of compares a stack with what stands in a folder, at any time: the changes are those
// that make the one of the other. A folder of another name is that of a renamed stack.
func Of(s *stack.Stack, dir string, d folder.Difference) (Review, error) {
	before, after := sidesOf(s, d)
	r := Review{Stack: s.Name, Folder: dir, State: Changed, Files: Files{len(d.Own()), len(s.Files)},
		Dangers: []Danger{}, Fields: []Field{}, Cost: []Cost{}, IAM: []Grant{}, Resources: []Resource{}, Deploys: []string{}, Notes: []string{}}
	switch {
	case before.isEmpty():
		r.State = New
	case d.None():
		r.State = Same
	}
	r.Runtime = runtimeFiles(s, d.Runtime.Code)
	if err := r.compare(before, after, append(d.Foreign, d.Runtime.ForeignPaths()...), d.Runtime.Unknown); err != nil {
		return Review{}, fmt.Errorf("%s: %w", dir, err)
	}
	if d.Runtime.Unknown {
		r.Notes = append(r.Notes, "the runtime before, "+d.Runtime.From+", is not there: both Lambdas count as changed")
	}
	if note := d.Runtime.Broken(); r.State != New && note != "" {
		r.Notes = append(r.Notes, note+": build restores it")
	}
	return r, nil
}

// runtimeFiles counts those of both sides: a file that goes is one, too.
func runtimeFiles(s *stack.Stack, changes []folder.Change) Files {
	all := len(s.RuntimeFiles())
	for _, c := range changes {
		if c.Kind == folder.Remove {
			all++
		}
	}
	return Files{len(changes), all}
}

func (r *Review) compare(before, after side, foreign []string, unknown bool) error {
	old, current, err := bothOf(before, after)
	if err != nil {
		return err
	}
	if old.name != "" && old.name != r.Stack {
		r.State, r.OldName = Renamed, old.name
	}
	r.noteMissing(old)
	r.compareRecords(old, current)
	r.noteCoordination()
	r.noteNetwork(old, current)
	r.compareAuthorities(old, current)
	r.compareTemplates(old, current)
	code := codeOf(before, after, len(foreign) > 0 || unknown)
	r.Deploys = append(r.Deploys, r.deploys(code)...)
	r.OnlyRuntime = r.State == Changed && len(code) > 0 && old.hasRecord() &&
		len(r.Fields)+len(r.Resources)+len(foreign) == 0 && old.bundle == current.bundle
	r.Dangers = append(r.Dangers, r.dangers(old, current, foreign)...)
	return nil
}

func (r *Review) noteMissing(old parsed) {
	switch r.State {
	case New, Same:
		return
	}
	if !old.hasRecord() {
		r.Notes = append(r.Notes, "the old side has no "+stack.PlanFile+", an older sfngen wrote it: only template and state "+
			"machine are compared")
	}
}

// compareRecords compares what the plans say. A stack that is new has nothing to compare
// with: its fields are in the spec beside it.
func (r *Review) compareRecords(old, current parsed) {
	r.Cost = append(r.Cost, costs(old.record, current.record)...)
	r.PerMonth = append(r.PerMonth, monthlyCosts(old.record, current.record)...)
	r.WorstCase = Change{text(old.plan, "worstCase"), text(current.plan, "worstCase")}
	r.Deadline = Change{old.deadline, current.deadline}
	if old.hasRecord() {
		r.Fields = append(r.Fields, fieldChanges(old.plan, current.plan)...)
		r.Fields = append(r.Fields, stepChanges(old.plan, current.plan)...)
	}
}

func costs(old, current []byte) []Cost {
	before, oldErr := plan.CostOfRecord(old)
	after, err := plan.CostOfRecord(current)
	if err != nil {
		return nil
	}
	var list []Cost
	for i, c := range after.Cases {
		cost := Cost{Case: c.Name, To: c.Total}
		if oldErr == nil && i < len(before.Cases) {
			cost.From = &before.Cases[i].Total
		}
		list = append(list, cost)
	}
	return list
}

// monthlyCosts are those of the stack's own network. A stack that is new has paid nothing.
func monthlyCosts(old, current []byte) []Cost {
	before, oldErr := plan.NetworkMonthOfRecord(old)
	after, err := plan.NetworkMonthOfRecord(current)
	if err != nil || before == 0 && after == 0 {
		return nil
	}
	cost := Cost{Case: "network", To: after}
	if oldErr == nil {
		cost.From = &before
	}
	return []Cost{cost}
}

// side is a stack's files: slash-separated paths to contents.
type side map[string][]byte

func (s side) isEmpty() bool { return s[stack.TemplateFile] == nil }

// sidesOf takes a shared runtime for a copy of the stack's own.
func sidesOf(s *stack.Stack, d folder.Difference) (before, after side) {
	before, after = side{}, side{}
	for _, f := range s.RuntimeFiles() {
		f.Path = stack.RuntimeCopy + "/" + f.Path
		before[f.Path], after[f.Path] = f.Content, f.Content
	}
	for _, f := range s.Files {
		before[f.Path], after[f.Path] = f.Content, f.Content
	}
	before.apply("", d.Changes)
	before.apply(stack.RuntimeCopy+"/", d.Runtime.Code)
	return before, after
}

// apply makes the side before of the one after.
func (s side) apply(below string, changes []folder.Change) {
	for _, c := range changes {
		if c.Kind == folder.Create {
			delete(s, below+c.Path)
		} else {
			s[below+c.Path] = c.Old
		}
	}
}

// differs reports whether a file is another, there or gone.
func differs(before, after side, path string) bool {
	return !bytes.Equal(before[path], after[path]) || (before[path] == nil) != (after[path] == nil)
}
