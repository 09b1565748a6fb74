package judge

import (
	"bytes"
	"slices"
	"strconv"

	"github.com/sfngen/sfngen/runtime/contract"
)

// part is a kind of condition.
type part int

const (
	noPart part = iota
	ofStatus
	ofMethod
	ofHeader
	ofBody
	ofJSON
)

// missed is the first condition that does not hold, and of headers and paths which;
// noPart where all do. Those about the body come last: they are the dear ones.
func missed(w contract.When, r Request, a Answer, read *body) (of part, index int) {
	switch {
	case w.Status != nil && !w.Status.Contains(a.Status):
		return ofStatus, 0
	case w.Methods != nil && !slices.Contains(w.Methods, r.Method):
		return ofMethod, 0
	}
	for i, test := range w.Headers {
		if !headerHolds(test, a.Header.Values(test.Name)) {
			return ofHeader, i
		}
	}
	if w.Body != nil && !bodyHolds(*w.Body, read) {
		return ofBody, 0
	}
	for i, test := range w.JSON {
		if !jsonHolds(test, read) {
			return ofJSON, i
		}
	}
	return noPart, 0
}

// Unmatched is a rule that an answer does not match.
type Unmatched struct {
	Rule string // its name
	// Missed is the first condition that does not hold, alone.
	Missed contract.When
	// Got is what there was in its place, as JSON or text, at most mostGot of it; nil for
	// nothing.
	Got []string
	// Unread is the form of a body that could not be looked at, as in Verdict.
	Unread string
	NoJSON bool // the body is none
}

// mostGot is how many lines or values are got, and mostText how much of each.
const mostGot = 3

// UnmatchedBy are the rules that were asked in vain, before the one that decides.
func UnmatchedBy(p contract.Policy, r Request, a Answer) []Unmatched {
	read := newBody(a)
	var all []Unmatched
	for _, rule := range p.Rules {
		of, i := missed(rule.When, r, a, read)
		if of == noPart {
			break
		}
		all = append(all, unmatched(rule, of, i, r, a, read))
	}
	return all
}

func unmatched(rule contract.Rule, of part, i int, r Request, a Answer, read *body) Unmatched {
	u := Unmatched{Rule: rule.Name}
	switch w := rule.When; of {
	case ofStatus:
		u.Missed.Status, u.Got = w.Status, []string{strconv.Itoa(a.Status)}
	case ofMethod:
		u.Missed.Methods, u.Got = w.Methods, []string{r.Method}
	case ofHeader:
		u.Missed.Headers = w.Headers[i : i+1]
		for _, line := range a.Header.Values(w.Headers[i].Name) {
			u.get(line)
		}
	case ofBody:
		u.Missed.Body, u.Unread = w.Body, read.form
		if len(read.text) > 0 {
			u.get(string(read.text))
		}
	case ofJSON:
		u.Missed.JSON, u.Unread = w.JSON[i:i+1], read.form
		if u.NoJSON = read.json() == nil && len(read.text) > 0; read.json() != nil {
			walk(read.json(), read.path(w.JSON[i].Path), func(value []byte) bool { u.get(string(value)); return len(u.Got) == mostGot })
		}
	}
	return u
}

func (u *Unmatched) get(text string) {
	if len(u.Got) < mostGot {
		u.Got = append(u.Got, text[:min(len(text), mostText)])
	}
}

func headerHolds(test contract.HeaderTest, lines []string) bool {
	if test.WantsNothing() {
		return len(lines) == 0
	}
	return slices.ContainsFunc(lines, func(line string) bool { return lineHolds(test.Test, line) })
}

func bodyHolds(test contract.Test, read *body) bool {
	contains := func(part string) bool { return bytes.Contains(read.text, []byte(part)) }
	if test.Contains != nil && !slices.ContainsFunc(test.Contains, contains) {
		return false
	}
	return test.Matches == nil || matchesAny(test.Matches, read.text, read.lowered)
}

// jsonHolds: where the body is no JSON, no condition on JSON holds, not even that
// something is not there.
func jsonHolds(test contract.JSONTest, read *body) bool {
	document, path := read.json(), read.path(test.Path)
	if document == nil || path == nil {
		return false
	}
	if test.WantsNothing() {
		return !walk(document, path, func([]byte) bool { return true })
	}
	w := wantedOf(test.Test)
	return walk(document, path, func(value []byte) bool { return valueHolds(test.Test, w, value) })
}
