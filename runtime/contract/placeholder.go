package contract

import (
	"errors"
	"fmt"
	"strings"
)

// Placeholder is {$.path} in a text of a request: the value of the event at that path
// stands there in what is sent.
type Placeholder struct {
	Written string // with its braces
	Path    Path   // names and indexes; leads to one value or to none
}

// Part is a part of a text with placeholders: plain text, or one of them.
type Part struct {
	Text        string // where there is no Placeholder
	Placeholder *Placeholder
}

// HasPlaceholders reports whether ParseText would give more than the text itself.
func HasPlaceholders(text string) bool {
	return strings.Contains(text, "{$.") || strings.Contains(text, "{$[") || strings.Contains(text, "{!$")
}

// ParseText reads a text with placeholders: {$.detail.id}, {$.resources[0]},
// {$.detail['order id']}, whose paths are those of ParsePath without wildcards. {!$ stands
// for {$ itself; other braces are plain text. The error begins with the placeholder that
// is none.
func ParseText(text string) ([]Part, error) {
	var parts []Part
	plain := ""
	for text != "" {
		before, rest := cutPlaceholder(text)
		plain += before
		if rest == "" {
			break
		}
		if after, escaped := strings.CutPrefix(rest, "{!$"); escaped {
			plain, text = plain+"{$", after
			continue
		}
		p, after, err := parsePlaceholder(rest)
		if err != nil {
			return nil, err
		}
		if plain != "" {
			parts = append(parts, Part{Text: plain})
		}
		parts, plain, text = append(parts, Part{Placeholder: p}), "", after
	}
	if plain != "" {
		parts = append(parts, Part{Text: plain})
	}
	return parts, nil
}

// cutPlaceholder cuts a text before its first placeholder or escape; rest is "" where
// there is none.
func cutPlaceholder(text string) (before, rest string) {
	for i := range len(text) {
		if HasPlaceholders(text[i:min(len(text), i+3)]) {
			return text[:i], text[i:]
		}
	}
	return text, ""
}

// parsePlaceholder reads the one that the text begins with.
func parsePlaceholder(text string) (p *Placeholder, after string, err error) {
	end := placeholderEnd(text)
	if end < 0 {
		return nil, "", fmt.Errorf("%s: } is missing", text)
	}
	p = &Placeholder{Written: text[:end+1]}
	p.Path, err = ParsePath(text[1:end])
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", p.Written, err)
	}
	for _, step := range p.Path {
		if step.Kind == StepAll {
			return nil, "", fmt.Errorf("%s: %w", p.Written, errWildcard)
		}
	}
	return p, text[end+1:], nil
}

var errWildcard = errors.New("a placeholder is one value, so its path has no *")

// placeholderEnd is where the placeholder that text begins with has its brace, -1 if it
// has none; a name in quotes may hold braces.
func placeholderEnd(text string) int {
	quote := byte(0)
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0 && c == '\\':
			i++
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
		case c == '}':
			return i
		case (c == '\'' || c == '"') && text[i-1] == '[':
			quote = c
		}
	}
	return -1
}
