package deploy

import (
	"fmt"
	"io"
	"strings"

	"github.com/sfngen/sfngen/internal/printable"
)

// writeChanges says what a deployment does, one line for each resource, what
// cannot be taken back first, and how many there are.
func (s *Session) writeChanges(w io.Writer, changes []Change, untouched []string) {
	text := s.lines(changes, Change.said)
	if n := len(untouched); n > 0 {
		text += fmt.Sprintf("    %s that refer to these stay as they are: %s\n", count(n, "resource"), cut(strings.Join(untouched, ", "), 100))
	}
	_, _ = io.WriteString(w, text+totals(changes)+"\n") // who reads it has gone, or will ask again
}

func (s *Session) lines(changes []Change, said func(Change) string) string {
	var text strings.Builder
	id, what := widths(changes)
	for _, c := range changes {
		line := fmt.Sprintf("  %s %-*s  %-*s  %s", marks[c.Action].sign, id, printable.Line(c.Resource), what, c.what, said(c))
		text.WriteString(s.paint(marks[c.Action].color, strings.TrimRight(line, " ")) + "\n")
	}
	return text.String()
}

func (s *Session) paint(code, text string) string {
	if code == "" {
		return text
	}
	return s.color(code, text)
}

// marks: + ~ - as in a diff, and ± for what is both. The word stands beside them
// where a mark would be overlooked.
var marks = map[Action]struct{ sign, word, color string }{
	Delete:     {"-", "DELETED", red},
	Replace:    {"±", "REPLACED", red},
	MayReplace: {"±", "MAY BE REPLACED", yellow},
	Forget:     {"-", "stays, but is no part of the stack any more", yellow},
	Create:     {"+", "", green},
	Update:     {"~", "", ""},
}

func widths(changes []Change) (id, what int) {
	for _, c := range changes {
		id, what = max(id, len(c.Resource)), max(what, len(c.what))
	}
	return id, what
}

// said is what there is to say of a change: that it is drastic, why, what follows.
func (c Change) said() string {
	var parts []string
	if word := marks[c.Action].word; word != "" {
		parts = append(parts, word)
	}
	switch {
	case c.Drift == "DELETED":
		parts = append(parts, "was deleted outside of CloudFormation: made again")
	case c.Drift == "MODIFIED":
		parts = append(parts, "was changed outside of CloudFormation: as the template says again")
	}
	if len(c.Properties) > 0 {
		parts = append(parts, c.properties())
	}
	if c.Consequence != "" {
		parts = append(parts, c.Consequence)
	}
	return strings.Join(parts, "; ")
}

// properties are those that change, with values where they are short enough to be
// judged.
func (c Change) properties() string {
	var texts []string
	code := false
	for _, p := range c.Properties {
		if c.Type == "AWS::Lambda::Function" && (p.Name == "Code" || strings.HasPrefix(p.Name, "Code/")) {
			code = true
			continue
		}
		texts = append(texts, p.text())
	}
	if code {
		texts = append([]string{"new code"}, texts...)
	}
	return cut(strings.Join(texts, ", "), 160)
}

// longestValue is what is read at a glance.
const longestValue = 40

func (p Property) text() string {
	if max(len(p.Before), len(p.After)) > longestValue || p.Before == p.After || strings.ContainsAny(p.Before+p.After, "{[\n") {
		return p.Name
	}
	return fmt.Sprintf("%s %s -> %s", p.Name, orNone(p.Before), orNone(p.After))
}

func orNone(value string) string {
	if value == "" {
		return "(none)"
	}
	return value
}

// cut shortens a text of others for a line of ours, by whole runes, and shows that
// it did.
func cut(text string, most int) string {
	text = printable.Line(text)
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}

// totals counts, the drastic first.
func totals(changes []Change) string {
	if len(changes) == 0 {
		return "no resource changes: only outputs, tags or the template's text"
	}
	number := map[Action]int{}
	for _, c := range changes {
		number[c.Action]++
	}
	var parts []string
	for _, kind := range []struct {
		action Action
		word   string
	}{
		{Delete, "deleted"}, {Replace, "replaced"}, {MayReplace, "perhaps replaced"}, {Forget, "left behind"}, {Create, "created"}, {Update, "updated"},
	} {
		if n := number[kind.action]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, kind.word))
		}
	}
	return count(len(changes), "change") + ": " + strings.Join(parts, ", ")
}
