package logs

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// pattern is a filter pattern of one or several equalities of JSON fields at the
// top level, any of which may be true: { $.a = "x" || $.b = "y*" }. An asterisk at
// the end of a value matches any text (CloudWatch Logs, "Filter pattern
// syntax").
type pattern []equality

type equality struct{ field, value string }

var equalityForm = regexp.MustCompile(`^\$\.([A-Za-z_]+) = "([^"]*)"$`)

func parsePattern(text string) (pattern, error) {
	if text == "" {
		return nil, nil
	}
	inner, begins := strings.CutPrefix(text, "{ ")
	inner, ends := strings.CutSuffix(inner, " }")
	if !begins || !ends || len(text) > 1024 {
		return nil, fmt.Errorf("invalid character(s) in term %q", text)
	}
	var p pattern
	for term := range strings.SplitSeq(inner, " || ") {
		match := equalityForm.FindStringSubmatch(term)
		if match == nil {
			return nil, fmt.Errorf("invalid character(s) in term %q", term)
		}
		p = append(p, equality{match[1], match[2]})
	}
	return p, nil
}

func (p pattern) matches(message string) bool {
	if p == nil {
		return true
	}
	var fields map[string]any
	if json.Unmarshal([]byte(message), &fields) != nil {
		return false
	}
	for _, e := range p {
		if e.matches(fields) {
			return true
		}
	}
	return false
}

func (e equality) matches(fields map[string]any) bool {
	text, ok := fields[e.field].(string)
	if prefix, open := strings.CutSuffix(e.value, "*"); open {
		return ok && strings.HasPrefix(text, prefix)
	}
	return ok && text == e.value
}
