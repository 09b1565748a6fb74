package changes

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/internal/term/width"
)

// Write says what a deployment does, one line for each resource, what cannot be taken
// back first, and how many there are.
func Write(w io.Writer, list []Change, same []string, paint color.Painter) {
	text := lines(list, Change.said, paint)
	if n := len(same); n > 0 {
		text += fmt.Sprintf("    %s that refer to these stay as they are: %s\n", count.Of(n, "resource"),
			printable.Cut(strings.Join(same, ", "), 100))
	}
	_, _ = io.WriteString(w, text+totals(list)+"\n") // who reads it has gone, or will ask again
}

// Losses are the lines of what goes, each with what is lost with it.
func Losses(list []Change, paint color.Painter) string {
	return lines(list, func(c Change) string { return c.Consequence }, paint)
}

func lines(list []Change, said func(Change) string, paint color.Painter) string {
	var text strings.Builder
	id, what := widths(list)
	for _, c := range list {
		as := actions[rank(c.Action)]
		line := fmt.Sprintf("  %s %s  %s  %s", as.sign, width.Pad(printable.Line(c.Resource), id), width.Pad(c.what, what), said(c))
		text.WriteString(paint.Paint(as.color, strings.TrimRight(line, " ")) + "\n")
	}
	return text.String()
}

func widths(list []Change) (id, what int) {
	for _, c := range list {
		id, what = max(id, width.Of(printable.Line(c.Resource))), max(what, width.Of(c.what))
	}
	return id, what
}

// said is what there is to say of a change: that it is drastic, why, what follows.
func (c Change) said() string {
	var parts []string
	if word := actions[rank(c.Action)].word; word != "" {
		parts = append(parts, word)
	}
	switch {
	case c.Drift == string(types.StackResourceDriftStatusDeleted):
		parts = append(parts, "was deleted outside of CloudFormation: created again")
	case c.Drift == string(types.StackResourceDriftStatusModified):
		parts = append(parts, "was changed outside of CloudFormation: reverted to the template")
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
	return printable.Cut(strings.Join(texts, ", "), 160)
}

// longestValue is what is read at a glance.
const longestValue = 40

func (p Property) text() string {
	if max(len(p.Before), len(p.After)) > longestValue || p.Before == p.After || strings.ContainsAny(p.Before+p.After, "{[\n") {
		return p.Name
	}
	return fmt.Sprintf("%s %s -> %s", p.Name, cmp.Or(p.Before, "(none)"), cmp.Or(p.After, "(none)"))
}

// totals counts, the drastic first.
func totals(list []Change) string {
	if len(list) == 0 {
		return "no resource changes: only outputs, tags or the template's text"
	}
	number := map[Action]int{}
	for _, c := range list {
		number[c.Action]++
	}
	var parts []string
	for _, as := range actions {
		if n := number[as.action]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, as.counted))
		}
	}
	return count.Of(len(list), "change") + ": " + strings.Join(parts, ", ")
}
