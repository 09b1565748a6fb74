package review

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/gobuild"
	"github.com/sfngen/sfngen/internal/term/count"
)

// part is a piece of a line: words of sfngen's, or a value from outside, which a page
// must not take for markup.
type part struct {
	text  string
	value bool
}

// line is one line of a summary.
type line []part

func words(text string) part { return part{text: text} }
func value(text string) part { return part{text: text, value: true} }

// plain is the line as text.
func (l line) plain() string {
	var out strings.Builder
	for _, p := range l {
		out.WriteString(p.text)
	}
	return out.String()
}

// longest is the most characters of a value that are shown.
const longest = 160

func cut(text string) string {
	if letters := []rune(text); len(letters) > longest {
		return string(letters[:longest-1]) + "…"
	}
	return text
}

// head says what becomes of the stack.
func (r Review) head() string {
	switch {
	case r.State == New:
		return "new stack"
	case r.State == Renamed:
		return "new stack in place of " + r.OldName
	case r.State == Same:
		return fmt.Sprintf("no difference (%s compared)", count.Of(r.Files.Total, "file"))
	case r.OnlyRuntime:
		return "only the runtime changes: the same plan and template, new code (sfngen was updated)"
	case len(r.Deploys) == 0:
		return "nothing that is deployed changes"
	}
	return "changes"
}

// lines are what follows the head and the dangers.
func (r Review) lines() []line {
	if r.State == Same {
		return nil
	}
	var all []line
	for _, note := range r.Notes {
		all = append(all, line{words("note: " + note)})
	}
	for _, f := range r.Fields {
		all = append(all, f.line())
	}
	all = append(all, r.times()...)
	all = append(all, r.costLine())
	all = append(all, r.monthLines()...)
	all = append(all, r.grantLines()...)
	all = append(all, r.resourceLines()...)
	if r.Runtime.Changed > 0 {
		all = append(all, line{words(fmt.Sprintf("runtime: %d of its %d files %s", r.Runtime.Changed, r.Runtime.Total,
			count.Verb(r.Runtime.Changed, "changes", "change")))})
	}
	return append(all, line{words("needs a new deployment of: " + r.deployWords())})
}

func (f Field) line() line {
	l := line{value(f.Name), words(": ")}
	if f.Differs() {
		return append(l, f.Change.parts()...)
	}
	for i, v := range f.Added {
		l = append(l, words(separator(i)+"+ "), value(cut(v)))
	}
	for i, v := range f.Removed {
		l = append(l, words(separator(i+len(f.Added))+"- "), value(cut(v)))
	}
	return l
}

func separator(i int) string {
	if i == 0 {
		return ""
	}
	return ", "
}

// parts are "from -> to"; what was not there before, or is not any more, is (none):
// "none" is a value of auth.
func (c Change) parts() []part {
	side := func(text string) part {
		if text == "" {
			return words("(none)")
		}
		return value(cut(text))
	}
	return []part{side(c.From), words(" -> "), side(c.To)}
}

// times are the worst case and the deadline, where they change or are new.
func (r Review) times() []line {
	var all []line
	for _, t := range []struct {
		name string
		Change
	}{{"worst case", r.WorstCase}, {"deadline", r.Deadline}} {
		switch {
		case t.From != "" && t.Differs():
			all = append(all, line{words(fmt.Sprintf("%s: %s -> %s", t.name, t.From, t.To))})
		case t.From == "" && r.State == New:
			all = append(all, line{words(t.name + ": " + t.To)})
		}
	}
	return all
}

func (r Review) costLine() line {
	var changed []string
	for _, c := range r.Cost {
		switch {
		case c.From == nil && r.State == Changed: // no plan.json there
			return line{words("cost of a million requests: not compared")}
		case c.From == nil:
			changed = append(changed, cents(c.To)+" if "+c.Case)
		case c.differs():
			changed = append(changed, cents(*c.From)+" -> "+cents(c.To)+" if "+c.Case)
		}
	}
	if len(changed) == 0 {
		changed = []string{"the same"}
	}
	return line{words("cost of a million requests: " + strings.Join(changed, "; "))}
}

// monthLines are what costs the same, used or not.
func (r Review) monthLines() []line {
	var all []line
	for _, c := range r.PerMonth {
		switch {
		case c.From == nil:
			all = append(all, line{words(c.Case + " a month, used or not: " + cents(c.To))})
		case c.differs():
			all = append(all, line{words(c.Case + " a month, used or not: " + cents(*c.From) + " -> " + cents(c.To))})
		}
	}
	return all
}

// grantLines leave out what a new stack brings: all of it is new, and in the template.
func (r Review) grantLines() []line {
	switch {
	case len(r.IAM) == 0:
		return []line{{words("IAM: nothing")}}
	case r.State == New || r.State == Renamed:
		return []line{{words(fmt.Sprintf("IAM: %d roles and policies of its own", r.holders()))}}
	}
	var all []line
	for _, grants := range grantGroups(r.IAM) {
		all = append(all, line{words("IAM: "), value(cut(grants))})
	}
	return all
}

func (r Review) holders() int {
	seen := map[string]bool{}
	for _, g := range r.IAM {
		seen[g.Holder] = true
	}
	return len(seen)
}

// resourceLines say for each action which resources; that nothing is replaced is said.
func (r Review) resourceLines() []line {
	var all []line
	for _, action := range []struct {
		Action
		words string
	}{{Delete, "deleted"}, {Replace, "replaced"}, {Create, "created"}, {Update, "updated"}} {
		group := slices.DeleteFunc(slices.Clone(r.Resources), func(c Resource) bool { return c.Action != action.Action })
		switch {
		case len(group) > 0 && action.Action == Update:
			all = append(all, line{words("updated: "), value(updates(group))})
		case len(group) > 0 && r.State != Changed:
			all = append(all, line{words(action.words + ": " + count.Of(len(group), "resource"))})
		case len(group) > 0:
			all = append(all, line{words(action.words + ": "), value(wordsOf(group))})
		case action.Action == Replace:
			all = append(all, line{words("replaced: nothing")})
		}
	}
	return all
}

// updates names together what has the same properties changed.
func updates(list []Resource) string {
	var all []string
	for _, group := range groupBy(list, Resource.changed) {
		var ids []string
		for _, c := range group {
			ids = append(ids, c.ID)
		}
		all = append(all, shortened(ids)+" ("+group[0].changed()+")")
	}
	return strings.Join(all, "; ")
}

// changed are the properties that change, with values where there are some.
func (r Resource) changed() string {
	var all []string
	for _, p := range r.Properties {
		if p.From == "" || p.To == "" || p.Name == "Description" {
			all = append(all, p.Name)
			continue
		}
		all = append(all, p.Name+" "+p.From+" -> "+p.To)
	}
	return strings.Join(all, ", ")
}

var deployed = map[string]string{
	"workflow": "workflow", gobuild.Egress: "egress", gobuild.Orchestrator: "orchestrator", "template": "other resources",
}

func (r Review) deployWords() string {
	var all []string
	for _, name := range r.Deploys {
		all = append(all, deployed[name])
	}
	switch {
	case len(all) == 0:
		return "nothing"
	case len(all) == 1 && r.Deploys[0] == "template":
		return "resources of the template"
	}
	return count.And(all...)
}
