package contract

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// Template is a request, parts of which come from the event that started the execution:
// path, query and the values of headers may hold placeholders (see ParseText), and
// BodyFrom may lead to the body.
type Template struct {
	Request
	// BodyFrom is the path (see ParsePath) of the body in the event, whatever value is
	// there; "" where Body says what it is.
	BodyFrom string `json:"bodyFrom,omitempty"`
}

// Fill gives the request that the template makes of an event. The error names the part of
// the request and the placeholder; it holds nothing of the event.
func (t Template) Fill(event json.RawMessage) (Request, error) {
	r := t.Request
	var err error
	if r.Path, err = fillPath(t.Path, event); err != nil {
		return Request{}, fmt.Errorf("request.path: %w", err)
	}
	if r.Query, err = fillText(t.Query, event, escaped); err != nil {
		return Request{}, fmt.Errorf("request.query: %w", err)
	}
	r.Headers = maps.Clone(t.Headers)
	for _, name := range slices.Sorted(maps.Keys(t.Headers)) {
		if r.Headers[name], err = fillText(t.Headers[name], event, fieldValue); err != nil {
			return Request{}, fmt.Errorf("request.headers.%s: %w", name, err)
		}
	}
	if t.BodyFrom != "" {
		if r.Body, err = bodyFrom(t.BodyFrom, event); err != nil {
			return Request{}, fmt.Errorf("request.bodyFrom: %w", err)
		}
	}
	return r, nil
}

// fillText puts values into a text, each as it has to stand there.
func fillText(text string, event json.RawMessage, form func(string) (string, error)) (string, error) {
	parts, err := ParseText(text)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for _, part := range parts {
		value := part.Text
		if p := part.Placeholder; p != nil {
			value, err = p.in(event)
			if err == nil {
				value, err = form(value)
			}
			if err != nil {
				return "", fmt.Errorf("%s %w", p.Written, err)
			}
		}
		out.WriteString(value)
	}
	return out.String(), nil
}

// in is the placeholder's value as text: a number as the event writes it. The error
// completes a sentence that begins with the placeholder.
func (p *Placeholder) in(event json.RawMessage) (string, error) {
	value, err := valueAt(p.Path, event)
	if err != nil {
		return "", err
	}
	switch value[0] {
	case '{':
		return "", errors.New("leads to an object in this event; only text, a number, true or false can stand there")
	case '[':
		return "", errors.New("leads to an array in this event; only text, a number, true or false can stand there")
	case '"':
		var text string
		if err := json.Unmarshal(value, &text); err != nil {
			return "", err
		}
		return text, nil
	}
	return string(value), nil
}

func bodyFrom(text string, event json.RawMessage) (json.RawMessage, error) {
	path, err := ParsePath(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", text, err)
	}
	body, err := valueAt(path, event)
	if err != nil {
		return nil, fmt.Errorf("%s %w", text, err)
	}
	return body, nil
}

// valueAt is the JSON text of the value that a path without wildcards leads to, without
// white space around it. null is none.
func valueAt(path Path, event json.RawMessage) (json.RawMessage, error) {
	value := event
	for _, step := range path {
		var found bool
		if value, found = step.in(value); !found {
			return nil, errors.New("leads to nothing in this event")
		}
	}
	value = json.RawMessage(strings.Trim(string(value), " \t\r\n"))
	switch string(value) {
	case "":
		return nil, errors.New("cannot be read: the execution's input has no event")
	case "null":
		return nil, errors.New("leads to null in this event")
	}
	return value, nil
}

// in takes the step into a value. What is no object or no array has no parts.
func (s Step) in(value json.RawMessage) (json.RawMessage, bool) {
	if s.Kind == StepName {
		var members map[string]json.RawMessage
		_ = json.Unmarshal(value, &members)
		part, found := members[s.Name]
		return part, found
	}
	var items []json.RawMessage
	_ = json.Unmarshal(value, &items)
	if s.Kind != StepIndex || s.Index >= len(items) {
		return nil, false
	}
	return items[s.Index], true
}

// fieldValue is a value in a header: as it is, where HTTP can carry it (RFC 9110 5.5).
func fieldValue(value string) (string, error) {
	if strings.ContainsFunc(value, unicode.IsControl) {
		return "", errors.New("has a control character or a line break in this event, which no header may hold")
	}
	return value, nil
}

// escaped is a value in a path or a query: it stays one segment, one value.
func escaped(value string) (string, error) { return PercentEncoded(value), nil }

// fillPath fills a path. A segment with a value must not lead to another place than it
// says, for any server on the way.
func fillPath(text string, event json.RawMessage) (string, error) {
	parts, err := ParseText(text)
	if err != nil {
		return "", err
	}
	path, err := fillText(text, event, escaped)
	if err != nil {
		return "", err
	}
	segments, at := strings.Split(path, "/"), 0
	for _, part := range parts {
		if at += strings.Count(part.Text, "/"); part.Placeholder == nil {
			continue
		}
		if fault := segmentFault(segments[at]); fault != "" {
			return "", fmt.Errorf("%s %s", part.Placeholder.Written, fault)
		}
	}
	return path, nil
}

// mostReadings is more than any chain of servers decodes a path.
const mostReadings = 8

// segmentFault says why a segment, percent-encoded, leads elsewhere: "" if it does not.
// Servers differ: some decode twice, split after that, take a backslash for a slash, drop
// parameters, or spaces and control characters at a name's end.
func segmentFault(segment string) string {
	for range mostReadings {
		if strings.Trim(segment, `/\`) == "" {
			return "is empty in this event, or slashes alone: the path would be another one"
		}
		if hasDotSegment(segment) {
			return "has a . or .. segment in this event, which could lead to another path"
		}
		decoded := DecodeOnce(segment)
		if fault := PathFault(decoded); fault != "" {
			return fault + " in this event"
		}
		if decoded == segment {
			break
		}
		segment = decoded
	}
	return ""
}

func hasDotSegment(path string) bool {
	for part := range strings.FieldsFuncSeq(ShortestForm(path), func(r rune) bool { return r == '/' || r == '\\' }) {
		name, _, _ := strings.Cut(part, ";")
		name = strings.TrimRightFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f })
		if name == "." || name == ".." {
			return true
		}
	}
	return false
}
