package review

import (
	"cmp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/internal/gen/cfn"
)

// Action is what a deployment does to a resource, in the words of a change set.
type Action string

// The actions, what cannot be taken back first.
const (
	Delete  Action = "delete"
	Replace Action = "replace"
	Create  Action = "create"
	Update  Action = "update"
)

var actions = []Action{Delete, Replace, Create, Update}

// Resource is one that the deployment creates, changes or deletes.
type Resource struct {
	Action Action `json:"action"`
	ID     string `json:"resource"` // the logical id
	Type   string `json:"type"`
	// Properties are those that change, with values where they are texts or numbers.
	Properties []Field `json:"properties,omitempty"`
	// Consequence is what callers or data feel of it; "" for nothing of note.
	Consequence string `json:"consequence,omitempty"`
}

// Words are the resource's id and what it is.
func (r Resource) Words() string { return describe(r.ID, r.Type) }

func describe(id, typeName string) string {
	return id + " (" + cmp.Or(cfn.FactsOf(id, typeName).Words, typeName) + ")"
}

// resource is one of a template.
type resource struct {
	id, typeName string
	node         *yaml.Node            // its properties
	properties   map[string]*yaml.Node // by name; beside them what the resource has besides, such as DeletionPolicy
}

func resourceOf(id string, n *yaml.Node) resource {
	r := resource{id: id, typeName: text(n, "Type"), node: field(n, "Properties"), properties: map[string]*yaml.Node{}}
	for name, value := range entries(n) {
		switch name {
		case "Type", "Properties", "DependsOn", "Metadata": // the order of work, and remarks
		default:
			r.properties[name] = value
		}
	}
	for name, value := range entries(r.node) {
		r.properties[name] = value
	}
	return r
}

// removed is what follows when the template no longer has it.
func (r resource) removed() string {
	facts := cfn.FactsOf(r.id, r.typeName)
	if strings.HasPrefix(text(r.properties["DeletionPolicy"]), "Retain") && facts.Kept != "" {
		return facts.Kept
	}
	return facts.Removed
}

func (r *Review) compareTemplates(old, current parsed) {
	if r.State == Renamed { // nothing of the old stack is touched
		old.resources, old.order = map[string]resource{}, nil
	}
	r.IAM = append(r.IAM, grantChanges(old.resources, current.resources, current.order)...)
	for _, id := range current.order {
		if change, differs := resourceChange(old.resources, current.resources[id]); differs {
			r.Resources = append(r.Resources, change)
		}
	}
	for _, id := range old.order {
		if gone := old.resources[id]; current.resources[id].typeName != gone.typeName {
			r.Resources = append(r.Resources, Resource{Action: Delete, ID: id, Type: gone.typeName, Consequence: gone.removed()})
		}
	}
	followReplaced(r.Resources, current.resources)
	slices.SortStableFunc(r.Resources, func(a, b Resource) int {
		return cmp.Compare(slices.Index(actions, a.Action), slices.Index(actions, b.Action))
	})
}

func resourceChange(old map[string]resource, current resource) (change Resource, differs bool) {
	change = Resource{Action: Create, ID: current.id, Type: current.typeName}
	before, known := old[current.id]
	if !known || before.typeName != current.typeName {
		return change, true
	}
	change.Properties = propertyChanges(before, current)
	change.judge()
	return change, len(change.Properties) > 0
}

// judge decides whether a change of properties replaces the resource.
func (r *Resource) judge() {
	facts := cfn.FactsOf(r.ID, r.Type)
	changes := func(name string) bool {
		return slices.ContainsFunc(r.Properties, func(f Field) bool { return f.Name == name })
	}
	r.Action = Update
	if slices.ContainsFunc(facts.Fixed, changes) {
		r.Consequence = cfn.FixedForGood
		return
	}
	if !slices.ContainsFunc(facts.Replaces, changes) {
		return
	}
	r.Action, r.Consequence = Replace, facts.Replaced
	if name := facts.NameProperty; name != "" && !changes(name) {
		r.Consequence = cfn.ReplacedUnderItsName
	}
}

func propertyChanges(old, current resource) []Field {
	names := map[string]bool{}
	for name := range old.properties {
		names[name] = true
	}
	for name := range current.properties {
		names[name] = true
	}
	var list []Field
	for name := range names {
		before, after := old.properties[name], current.properties[name]
		if text(before) == text(after) {
			continue
		}
		f := Field{Name: name}
		if isShort(before) && isShort(after) {
			f.Change = Change{text(before), text(after)}
		}
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b Field) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// isShort reports whether a value is read at a glance.
func isShort(n *yaml.Node) bool {
	const longest = 40
	return n == nil || n.Kind == yaml.ScalarNode && len(n.Value) <= longest && !strings.Contains(n.Value, "\n")
}

// followReplaced replaces what refers to a replaced resource by a property whose change
// replaces it in turn: a function URL goes with its function.
func followReplaced(changes []Resource, current map[string]resource) {
	for _, c := range changes {
		if c.Action != Replace {
			continue
		}
		for i := range changes {
			other := &changes[i]
			facts := cfn.FactsOf(other.ID, other.Type)
			refers := slices.ContainsFunc(facts.Replaces, func(name string) bool {
				return refersTo(text(current[other.ID].properties[name]), c.ID)
			})
			if other.Action == Update && refers {
				other.Action, other.Consequence = Replace, facts.Replaced
			}
		}
	}
}

// refersTo reports whether a value is a reference to a resource.
func refersTo(value, id string) bool {
	return value == "!Ref "+id || strings.HasPrefix(value, "!GetAtt "+id+".")
}
