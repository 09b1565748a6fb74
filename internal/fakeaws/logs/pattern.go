package logs

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// Pattern is a filter pattern of comparisons of JSON fields with text, joined by && and ||,
// in parentheses or not: { $.a = "x" && ($.b.c = "y*" || $.d != "z") }. An asterisk at the
// end of a value matches any text. A comparison of a field that is no text, or not there,
// does not match, whatever it is (CloudWatch Logs, "Filter pattern syntax").
type Pattern struct{ any term } // nil matches everything

// term is a comparison, or several.
type term interface {
	matches(fields map[string]any) bool
}

type (
	allOf      []term
	anyOf      []term
	comparison struct {
		path  []string
		equal bool
		value string
	}
)

// maxPattern is in characters (CloudWatch Logs API, PutMetricFilter).
const maxPattern = 1024

// ParsePattern reads a pattern; "" matches everything.
func ParsePattern(text string) (Pattern, error) {
	if text == "" {
		return Pattern{}, nil
	}
	inner, begins := strings.CutPrefix(text, "{ ")
	inner, ends := strings.CutSuffix(inner, " }")
	if !begins || !ends || len(text) > maxPattern {
		return Pattern{}, fmt.Errorf("invalid character(s) in term %q", text)
	}
	r := patternReader{rest: inner}
	t, err := r.alternatives()
	if err == nil && r.rest != "" {
		err = fmt.Errorf("invalid character(s) in term %q", r.rest)
	}
	return Pattern{t}, err
}

// Matches reports whether the pattern matches a message, which is no JSON or whose JSON
// is no object where it matches nothing.
func (p Pattern) Matches(message string) bool {
	if p.any == nil {
		return true
	}
	var fields map[string]any
	return json.Unmarshal([]byte(message), &fields) == nil && p.any.matches(fields)
}

type patternReader struct{ rest string }

// take cuts off what comes next, and spaces around it, if it does.
func (r *patternReader) take(next string) bool {
	rest, found := strings.CutPrefix(strings.TrimLeft(r.rest, " "), next)
	if found {
		r.rest = strings.TrimLeft(rest, " ")
	}
	return found
}

func (r *patternReader) alternatives() (term, error) {
	var all anyOf
	for {
		t, err := r.conjunction()
		if err != nil {
			return nil, err
		}
		all = append(all, t)
		if !r.take("||") {
			return all, nil
		}
	}
}

func (r *patternReader) conjunction() (term, error) {
	var all allOf
	for {
		t, err := r.operand()
		if err != nil {
			return nil, err
		}
		all = append(all, t)
		if !r.take("&&") {
			return all, nil
		}
	}
}

var comparisonForm = regexp.MustCompile(`^\$\.([A-Za-z_]+(?:\.[A-Za-z_]+)*) (=|!=) "([^"]*)" ?`)

func (r *patternReader) operand() (term, error) {
	if r.take("(") {
		t, err := r.alternatives()
		if err == nil && !r.take(")") {
			err = fmt.Errorf("missing ) before %q", r.rest)
		}
		return t, err
	}
	match := comparisonForm.FindStringSubmatch(r.rest)
	if match == nil {
		return nil, fmt.Errorf("invalid character(s) in term %q", r.rest)
	}
	r.rest = r.rest[len(match[0]):]
	return comparison{strings.Split(match[1], "."), match[2] == "=", match[3]}, nil
}

func (all anyOf) matches(fields map[string]any) bool {
	for _, t := range all {
		if t.matches(fields) {
			return true
		}
	}
	return false
}

func (all allOf) matches(fields map[string]any) bool {
	for _, t := range all {
		if !t.matches(fields) {
			return false
		}
	}
	return true
}

func (c comparison) matches(fields map[string]any) bool {
	var value any = fields
	for _, name := range c.path {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	text, ok := value.(string)
	if !ok {
		return false
	}
	if prefix, open := strings.CutSuffix(c.value, "*"); open {
		return strings.HasPrefix(text, prefix) == c.equal
	}
	return (text == c.value) == c.equal
}
