package review

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/internal/term/count"
)

// Field is one field of the spec that has another value, by its path. A list tells what
// came and what went.
type Field struct {
	Name string `json:"field"`
	Change
	Added   []string `json:"added,omitempty"`
	Removed []string `json:"removed,omitempty"`
}

// derived are the parts of a plan.json that follow from the fields, and are said in
// another way, or not at all.
var derived = []string{"attempts", "worstCase", "timeouts", "names", "retry.deadline", "environment", "atMost.pool"}

// leaf is one value of a plan.
type leaf struct {
	path   string
	text   string
	list   []string
	isList bool
}

// leaves are the values below a node, in its order.
func leaves(n *yaml.Node, path string) []leaf {
	if slices.Contains(derived, path) {
		return nil
	}
	switch {
	case n.Kind == yaml.MappingNode && len(n.Content) > 0:
		var all []leaf
		for key, value := range entries(n) {
			all = append(all, leaves(value, strings.TrimPrefix(path+"."+key, "."))...)
		}
		return all
	case n.Kind == yaml.SequenceNode && isPlain(n):
		l := leaf{path: path, isList: true}
		for _, item := range n.Content {
			l.list = append(l.list, item.Value)
		}
		return []leaf{l}
	case n.Kind == yaml.SequenceNode:
		return named(n, path)
	}
	return []leaf{{path: path, text: plain(n)}}
}

// named are the values of a list of sections, which are told apart by their name;
// as one value where they are not.
func named(n *yaml.Node, path string) []leaf {
	var all []leaf
	order := leaf{path: path, isList: true}
	seen := map[string]bool{"": true}
	for _, item := range n.Content {
		if field(item, "window") != nil {
			all = append(all, limitLeaf(item, path))
			continue
		}
		name := text(item, "name")
		if seen[name] {
			return []leaf{{path: path, text: plain(n)}}
		}
		seen[name] = true
		order.list = append(order.list, name)
		all = append(all, leaves(item, path+"."+name)...)
	}
	if path == orderedPath {
		all = append([]leaf{order}, all...)
	}
	return all
}

// orderedPath is the list of sections whose order means something: the first rule that
// matches decides.
const orderedPath = "retry.rules"

// trigger is the path of a trigger, and of all that belongs to it.
var trigger = lazyregexp.New(`^(triggers\.(?:schedules|events)\.[^.]+)\.`)

// fieldChanges are in the order of the new plan; what it no longer has follows.
func fieldChanges(old, current *yaml.Node) []Field {
	before, after := leaves(old, ""), leaves(current, "")
	known := index(before)
	present := index(after)
	var list []Field
	for _, l := range after {
		if f := fieldOf(known[l.path], l); !same(known[l.path], l) {
			list = add(list, f, wholeTrigger(l.path, before))
		}
	}
	for _, l := range before {
		if _, stays := present[l.path]; !stays {
			list = add(list, fieldOf(l, leaf{path: l.path, isList: l.isList}), wholeTrigger(l.path, after))
		}
	}
	return list
}

func index(all []leaf) map[string]leaf {
	m := map[string]leaf{}
	for _, l := range all {
		m[l.path] = l
	}
	return m
}

func same(a, b leaf) bool {
	return a.path == b.path && a.text == b.text && slices.Equal(a.list, b.list)
}

// wholeTrigger is the path of the trigger that a field belongs to, if the other side has
// no such trigger; else "".
func wholeTrigger(path string, other []leaf) string {
	match := trigger.FindStringSubmatch(path)
	if match == nil || slices.ContainsFunc(other, func(l leaf) bool { return strings.HasPrefix(l.path, match[1]+".") }) {
		return ""
	}
	return match[1]
}

// add appends a field. Those of a trigger that comes or goes as a whole are one field.
func add(list []Field, f Field, whole string) []Field {
	if whole == "" {
		return append(list, f)
	}
	if strings.HasSuffix(f.Name, whole+".name") {
		return append(list, Field{Name: whole})
	}
	if n := len(list); n > 0 && list[n-1].Name == whole {
		list[n-1].From = joined(list[n-1].From, f.From, f.Removed)
		list[n-1].To = joined(list[n-1].To, f.To, f.Added)
	}
	return list
}

func joined(before, value string, values []string) string {
	parts := slices.DeleteFunc(append([]string{before, value}, values...), func(s string) bool { return s == "" })
	return strings.Join(parts, ", ")
}

func fieldOf(old, current leaf) Field {
	f := Field{Name: current.path}
	if !current.isList || old.path != "" && !old.isList {
		f.Change = Change{old.text + strings.Join(old.list, ", "), current.text + strings.Join(current.list, ", ")}
		return f
	}
	f.Added, f.Removed = beyond(current.list, old.list), beyond(old.list, current.list)
	if len(f.Added)+len(f.Removed) == 0 { // the order alone
		f.Change = Change{strings.Join(old.list, ", "), strings.Join(current.list, ", ")}
	}
	return f
}

func beyond(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}

// mostSteps are named; fifty attempts change as one does.
const mostSteps = 3

// stepChanges are the attempts after which a failure leads elsewhere. Those that come or
// go with maxAttempts are not among them.
func stepChanges(old, current *yaml.Node) []Field {
	before, after := items(field(old, "attempts")), items(field(current, "attempts"))
	var list []Field
	for i := range min(len(before), len(after)) {
		for _, failure := range []struct{ key, words string }{{"rateLimited", "a limit"}, {"transient", "another failure"}} {
			c := Change{stepWords(field(before[i], failure.key)), stepWords(field(after[i], failure.key))}
			if c.Differs() && c.From != "fail" && c.To != "fail" {
				list = append(list, Field{Name: fmt.Sprintf("after %s of attempt %d", failure.words, i+1), Change: c})
			}
		}
	}
	if more := len(list) - mostSteps; more > 1 {
		list = append(list[:mostSteps], Field{Name: "and " + count.Of(more, "more wait") + " of attempts", Change: Change{"", "see plan.json"}})
	}
	return list
}

func stepWords(n *yaml.Node) string {
	least, backoff := text(n, "least"), text(n, "backoff")
	switch {
	case text(n, "then") != "wait":
		return text(n, "then")
	case least == "0s" && backoff == "0s":
		return "at once, or within " + text(n, "longest")
	case least == backoff:
		return "after " + backoff
	}
	return "after " + least + ".." + backoff
}
