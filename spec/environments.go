package spec

import (
	"fmt"
	"slices"
	"strings"
)

// The keys that only environments have, and the field that holds them.
const (
	environmentsKey = "environments"
	keepNameKey     = "keepName"
)

// sharedFields cannot differ between the environments of a spec.
var sharedFields = []string{"version", "name", environmentsKey}

// overlay is what an environment writes: fields of the spec, over those outside.
type overlay struct {
	name string // of the environment; "" for a spec without any
	path string // where it is written
	// fields holds them as a mapping; nil where the environment writes none.
	fields *node
}

// environmentsOf takes the environments out of a spec. In their place it leaves what
// each says of itself: its name, and whether it keeps that of the stack. A spec without
// environments is one overlay that writes nothing; so is one whose environments are no
// mapping, or too many, which breaks the schema.
func (r *reader) environmentsOf(root *node) (base *node, overlays []overlay) {
	written := root.field(environmentsKey)
	if written == nil || written.kind != isMapping || len(written.fields) == 0 {
		return root, []overlay{{}}
	}
	heads := written.emptied()
	if n := len(written.fields); n > maxEnvironments {
		r.reject(environmentsKey, written.path, written.key, fmt.Sprintf("must hold at most %d, got %d", maxEnvironments, n), "")
		return root.with(environmentsKey, heads), []overlay{{}}
	}
	for _, f := range written.fields {
		o := overlay{name: f.name, path: f.value.path}
		head := f.value
		if head.kind == isMapping || head.kind == isNothing {
			head, o.fields = r.split(f.value)
		}
		heads.add(f.name, head)
		overlays = append(overlays, o)
	}
	return root.with(environmentsKey, heads), overlays
}

// split parts what an environment says of itself from the fields that it overlays.
func (r *reader) split(value *node) (head, fields *node) {
	head, fields = value.emptied(), value.emptied()
	for _, f := range value.fields {
		switch {
		case f.name == keepNameKey && f.value.kind != isNothing:
			head.add(f.name, f.value)
		case f.name == keepNameKey: // null is the default
		case slices.Contains(sharedFields, f.name):
			r.reject("environment-field", f.value.path, f.value.key, f.name+" is the same in all environments", sharedHint(f.name))
		default:
			fields.add(f.name, f.value)
		}
	}
	return head, fields
}

func sharedHint(name string) string {
	if name == "name" {
		return "remove it: the stack of an environment is called NAME-ENVIRONMENT, or with keepName: true NAME"
	}
	return "remove it"
}

// emptied is a mapping at the value's place, with nothing in it yet.
func (n *node) emptied() *node {
	return &node{kind: isMapping, path: n.path, from: n.from, begin: n.begin, key: n.key, named: map[string]*node{}}
}

// with is the mapping with another value under one of its keys.
func (n *node) with(name string, value *node) *node {
	changed := n.emptied()
	for _, f := range n.fields {
		if f.name == name {
			f.value = value
		}
		changed.add(f.name, f.value)
	}
	return changed
}

// concerns reports whether a finding at a path is about the environment: it is not in
// another one.
func (o overlay) concerns(path string) bool {
	return !isInEnvironment(path) || o.name != "" && isBelow(path, o.path)
}

// isInEnvironment reports whether a path leads into one.
func isInEnvironment(path string) bool {
	return path != environmentsKey && isBelow(path, environmentsKey)
}

func isBelow(path, parent string) bool {
	rest, ok := strings.CutPrefix(path, parent)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// checkEnvironment checks how the stack of this environment is called, and that one at
// most goes on under the name without an environment.
func (c *checker) checkEnvironment() {
	first := ""
	for _, name := range c.keysOf(environmentsKey) {
		path := keyPath(keyPath(environmentsKey, name), keepNameKey)
		switch {
		case !c.spec.Environments[name].KeepName || !c.sound(path):
		case first != "":
			c.fail("keep-name-twice", path, "environment "+first+" keeps the name already: two stacks would have it", "remove it here or there")
		default:
			first = name
		}
	}
	path := keyPath(environmentsKey, c.environment)
	if over := len(c.spec.Name) - maxStackName; c.environment != "" && over > 0 && c.sound("name") && c.sound(path) {
		c.fail("environment-stack-name", path,
			fmt.Sprintf("its stack would be called %s: %d characters, but at most %d are allowed", c.spec.Name, len(c.spec.Name), maxStackName),
			fmt.Sprintf("shorten the environment's name or the spec's by %d", over))
	}
}

// maxEnvironments is what the schema allows: each of them is checked as a whole spec.
const maxEnvironments = 50

// maxStackName is what the schema allows a name: what is made of it has to fit AWS.
const maxStackName = 32

// stackName is that of an environment's stack.
func (s Spec) stackName(environment string) string {
	if environment == "" || s.Name == "" || s.Environments[environment].KeepName {
		return s.Name
	}
	return StackName(s.Name, environment)
}

// StackName is what the stack of an environment is called, unless that keeps the name of
// its spec.
func StackName(name, environment string) string { return name + "-" + environment }
