package spec

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Rule says what single answers mean.
type Rule struct {
	Name string // "rule 1" and so on where the spec gives none
	When When
	Is   contract.Meaning
	// Scope is what a limit counts; "" where retry.rateLimit.scope says it.
	Scope   contract.Scope
	MinWait *time.Duration // nil: retry.rateLimit.minWait after a limit, else none
	// CoolDown is how long others may not call after such an answer; nil: not at all.
	CoolDown *CoolDown
	Acted    *bool // nil: retry.idempotency.notActedStatusCodes say it
}

// CoolDown is a time without calls.
type CoolDown struct {
	Pool time.Duration // by any egress, 1s..168h
}

// When says which answers match.
type When struct {
	Status contract.StatusCodes
	Method []string
	Header map[string]Condition // lower-case names
	Body   BodyCondition
	JSON   map[string]Condition // by path: see contract.ParsePath
}

// BodyCondition is about the text of a body.
type BodyCondition struct{ Contains, Matches []string }

// Condition is what a value has to be.
type Condition contract.Test

// conditionForm is a Condition that is written as a mapping.
type conditionForm struct {
	Equals      json.RawMessage `json:"equals"`
	Contains    json.RawMessage `json:"contains"`
	Matches     json.RawMessage `json:"matches"`
	Exists      *bool           `json:"exists"`
	LessThan    *float64        `json:"lessThan"`
	AtMost      *float64        `json:"atMost"`
	GreaterThan *float64        `json:"greaterThan"`
	AtLeast     *float64        `json:"atLeast"`
}

// UnmarshalJSON reads a value, a list of values, or a mapping.
func (c *Condition) UnmarshalJSON(text []byte) error {
	if text = bytes.TrimSpace(text); len(text) == 0 || text[0] != '{' {
		c.Equals = oneOrMore(text)
		return nil
	}
	var form conditionForm
	if err := json.Unmarshal(text, &form); err != nil {
		return err
	}
	*c = Condition{Exists: form.Exists, LessThan: form.LessThan, AtMost: form.AtMost, GreaterThan: form.GreaterThan, AtLeast: form.AtLeast}
	c.Equals, c.Contains, c.Matches = oneOrMore(form.Equals), texts(form.Contains), texts(form.Matches)
	return nil
}

// oneOrMore are the values of a list, or the one that stands in place of a list.
func oneOrMore(text json.RawMessage) []json.RawMessage {
	var list []json.RawMessage
	switch {
	case len(text) == 0:
		return nil
	case json.Unmarshal(text, &list) == nil && list != nil:
		return list
	}
	return []json.RawMessage{text}
}

func texts(text json.RawMessage) []string {
	var all []string
	for _, value := range oneOrMore(text) {
		var text string
		if json.Unmarshal(value, &text) == nil {
			all = append(all, text)
		}
	}
	return all
}

// MarshalJSON writes the shortest form.
func (c Condition) MarshalJSON() ([]byte, error) {
	bare := c
	if bare.Equals = nil; len(c.Equals) == 0 || !bare.isEmpty() {
		return json.Marshal(contract.Test(c))
	}
	if len(c.Equals) == 1 {
		return json.Marshal(c.Equals[0])
	}
	return json.Marshal(c.Equals)
}

func (c Condition) isEmpty() bool {
	t := contract.Test(c)
	return t.Equals == nil && t.Contains == nil && t.Matches == nil && t.Exists == nil && !t.Compares()
}

// isRetried reports whether another attempt may follow.
func (r Rule) isRetried() bool {
	return r.Is == contract.MeansRateLimited || r.Is == contract.MeansTransient
}

// asksMore reports whether it takes more than the right method and code to match.
func (r Rule) asksMore() bool {
	w := r.When
	return len(w.Header)+len(w.JSON)+len(w.Body.Contains)+len(w.Body.Matches) > 0
}

// mayTake reports whether an answer with the code may match.
func (r Rule) mayTake(code int) bool { return r.When.Status == nil || r.When.Status.Contains(code) }

// hasRule reports whether a rule has one of these meanings.
func (r Retry) hasRule(meanings ...contract.Meaning) bool {
	return slices.ContainsFunc(r.Rules, func(rule Rule) bool { return slices.Contains(meanings, rule.Is) })
}

// hasLimitOf reports whether a rule says that a limit counts this.
func (r Retry) hasLimitOf(scope contract.Scope) bool {
	return slices.ContainsFunc(r.Rules, func(rule Rule) bool { return rule.Is == contract.MeansRateLimited && rule.Scope == scope })
}

// Conditions are those of the rule as an egress gets them, in a fixed order.
func (w When) Conditions() contract.When {
	out := contract.When{Status: w.Status, Methods: w.Method}
	for _, name := range slices.Sorted(maps.Keys(w.Header)) {
		out.Headers = append(out.Headers, contract.HeaderTest{Name: name, Test: ofText(contract.Test(w.Header[name]))})
	}
	if body := w.Body; len(body.Contains)+len(body.Matches) > 0 {
		out.Body = &contract.Test{Contains: body.Contains, Matches: body.Matches}
	}
	for _, path := range slices.Sorted(maps.Keys(w.JSON)) {
		out.JSON = append(out.JSON, contract.JSONTest{Path: path, Test: contract.Test(w.JSON[path]).WithValues(w.JSON[path].Equals)})
	}
	return out
}

// ofText compares with texts, as headers are: 0 and false are what they are written as.
func ofText(t contract.Test) contract.Test {
	list := slices.Clone(t.Equals)
	for i, value := range list {
		if value[0] != '"' {
			list[i], _ = json.Marshal(string(value))
		}
	}
	t.Equals = list
	return t
}
