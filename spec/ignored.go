package spec

import (
	"cmp"
	"fmt"
	"strings"
)

// Ignored is the comment that silences a warning.
type Ignored struct {
	Reason string `json:"reason"`
	// Position is that of the comment's #.
	Position Position `json:"position"`
}

// Open are the findings that no comment silences.
func Open(findings []Finding) []Finding {
	var open []Finding
	for _, f := range findings {
		if f.Ignored == nil {
			open = append(open, f)
		}
	}
	return open
}

// ignores are the comments of a file by what they silence. Of two for the same, the
// first counts.
type ignores struct {
	list     []ignore
	silenced map[silenced]*ignore
}

type silenced struct {
	rule string
	line int
}

func ignoresOf(list []ignore) ignores {
	i := ignores{list: list, silenced: map[silenced]*ignore{}}
	for n := range list {
		what := silenced{list[n].rule, list[n].line}
		i.silenced[what] = cmp.Or(i.silenced[what], &list[n])
	}
	return i
}

// on is the comment that silences a rule on one of the lines, nil if there is none.
func (i ignores) on(rule string, first, last int) *Ignored {
	for line := first; line <= last && len(i.list) > 0; line++ {
		if by := i.silenced[silenced{rule, line}]; by != nil {
			return &Ignored{Reason: by.reason, Position: by.at}
		}
	}
	return nil
}

// ignored is the comment that silences a warning about the field at path: on the line
// of its key or of its value, or above. For what the spec does not write it is that of
// the nearest parent, at last all above the first key.
func (p *places) ignored(rule, path string) *Ignored {
	n := p.nearest(path)
	if n == nil {
		return p.ignores.on(rule, 1, p.root.begin.Line)
	}
	return cmp.Or(p.ignores.on(rule, n.key.Line, n.key.Line), p.ignores.on(rule, n.position().Line, n.position().Line))
}

// UnusedIgnores warns of comments that silence none of the findings, which are all
// that sfngen itself has about the file. What AWS says is not among them.
func (f *File) UnusedIgnores(findings []Finding) []Finding {
	return f.places.unused(findings, func(rule string) bool { return !isOfAWS(rule) })
}

// UnusedIgnoresOfAWS is UnusedIgnores for the findings of AWS.
func (f *File) UnusedIgnoresOfAWS(findings []Finding) []Finding {
	return f.places.unused(findings, isOfAWS)
}

func isOfAWS(rule string) bool { return strings.HasPrefix(rule, "aws-") }

func (p *places) unused(findings []Finding, judged func(rule string) bool) []Finding {
	used, elsewhere := map[Position]bool{}, map[string]int{}
	for _, f := range findings {
		if f.Ignored != nil {
			used[f.Ignored.Position] = true
		} else if f.File == p.name {
			elsewhere[f.Rule] = cmp.Or(elsewhere[f.Rule], f.Position.Line)
		}
	}
	var unused []Finding
	for _, i := range p.ignores.list {
		if !used[i.at] && judged(i.rule) {
			unused = append(unused, p.unusedIgnore(i, elsewhere[i.rule]))
		}
	}
	return unused
}

// unusedIgnore words a comment that silences nothing; a warning of its rule is on the
// line elsewhere, 0 if there is none.
func (p *places) unusedIgnore(i ignore, elsewhere int) Finding {
	message, hint := fmt.Sprintf("the comment silences nothing: line %d has no warning %s", i.line, i.rule), "remove it"
	first := p.ignores.silenced[silenced{i.rule, i.line}]
	switch {
	case first.at != i.at:
		message = fmt.Sprintf("the comment silences nothing: the one on line %d is about the same", first.at.Line)
	case i.line > len(p.lines):
		message = "the comment silences nothing: no line follows it"
	}
	if elsewhere > 0 {
		hint = fmt.Sprintf("write it on line %d, where that warning is, or above it", elsewhere)
	}
	return p.warn("ignore-unused", i.at, message, hint)
}
