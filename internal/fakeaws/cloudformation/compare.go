package cloudformation

import (
	"slices"
	"strings"
)

// change is what a change set says of one resource.
type change struct {
	action, id, kind, physical, replacement string
	drift                                   string // of a drift-aware change set
	details                                 []detail
}

type detail struct {
	property, path, before, after string
	recreation                    string // Always or Never
	evaluation                    string // Static or Dynamic
	source, cause                 string
	kind                          string // Add, Remove, Modify or SyncWithActual; "" where it is not told
}

// compare is CloudFormation's comparison: of templates, of the parameters that
// they refer to, and of references to what changes, of which it does not know
// whether they will (Dynamic).
func compare(s *Stack, was, is template, before, after []Pair) []change {
	var changes []change
	for _, r := range is.resources {
		old, there := was.find(r.id)
		if !there || old.kind != r.kind {
			changes = append(changes, change{action: "Add", id: r.id, kind: r.kind})
			continue
		}
		if details := differences(old, r, before, after); len(details) > 0 {
			changes = append(changes, change{action: "Modify", id: r.id, kind: r.kind, physical: physical(s, r), details: details})
		}
	}
	for _, r := range was.resources {
		if other, there := is.find(r.id); !there || other.kind != r.kind {
			changes = append(changes, change{action: "Remove", id: r.id, kind: r.kind, physical: physical(s, r)})
		}
	}
	changes = follow(s, is, changes)
	for i := range changes {
		changes[i].replacement = changes[i].replaces()
	}
	return changes
}

func differences(was, is templateResource, before, after []Pair) []detail {
	var details []detail
	names := map[string]bool{}
	for _, p := range append(slices.Clone(is.properties), was.properties...) {
		if names[p.name] {
			continue
		}
		names[p.name] = true
		old, current := was.property(p.name), is.property(p.name)
		d := detail{property: p.name, path: "/Properties/" + p.name, before: old, after: current, recreation: recreation(is.kind, p.name),
			evaluation: "Static", source: "DirectModification"}
		if old != current {
			details = append(details, d)
			continue
		}
		details = append(details, byParameters(d, before, after)...)
	}
	return details
}

// byParameters reports a change of a parameter as CloudFormation does, twice.
func byParameters(d detail, before, after []Pair) []detail {
	var details []detail
	for _, name := range references(d.after) {
		was, is := valueOf(before, name), valueOf(after, name)
		if was == is {
			continue
		}
		d.before, d.after, d.evaluation = was, is, "Static"
		d.source, d.cause = "ParameterReference", name
		again := d
		again.evaluation, again.source, again.cause = "Dynamic", "DirectModification", ""
		details = append(details, d, again)
	}
	return details
}

func valueOf(list []Pair, key string) string {
	for _, p := range list {
		if p.Key == key {
			return p.Value
		}
	}
	return ""
}

// follow adds what refers to a resource that changes: each attribute of a modified
// resource may be another afterwards, and its name if it is replaced.
func follow(s *Stack, is template, changes []change) []change {
	for {
		added := false
		for _, r := range is.resources {
			for _, p := range r.properties {
				for _, ref := range references(p.value) {
					added = addDynamic(s, &changes, r, p, ref) || added
				}
			}
		}
		if !added {
			return changes
		}
	}
}

func addDynamic(s *Stack, changes *[]change, r templateResource, p templateProperty, ref string) bool {
	id, _, attribute := strings.Cut(ref, ".")
	cause := slices.IndexFunc(*changes, func(c change) bool { return c.id == id && c.action == "Modify" })
	if cause < 0 || !attribute && (*changes)[cause].replaces() == "False" {
		return false
	}
	source := "ResourceReference"
	if attribute {
		source = "ResourceAttribute"
	}
	d := detail{property: p.name, path: "/Properties/" + p.name, recreation: recreation(r.kind, p.name), evaluation: "Dynamic",
		source: source, cause: ref}
	at := slices.IndexFunc(*changes, func(c change) bool { return c.id == r.id })
	if at < 0 {
		*changes = append(*changes, change{action: "Modify", id: r.id, kind: r.kind, physical: physical(s, r), details: []detail{d}})
		return true
	}
	c := &(*changes)[at]
	if c.action != "Modify" || slices.Contains(c.details, d) {
		return false
	}
	c.details = append(c.details, d)
	return true
}

func recreation(kind, property string) string {
	if recreates(kind, property) {
		return "Always"
	}
	return "Never"
}

func (c change) replaces() string {
	answer := ""
	if c.action == "Modify" {
		answer = "False"
	}
	for _, d := range c.details {
		switch {
		case d.recreation == "Always" && d.evaluation == "Static":
			return "True"
		case d.recreation == "Always":
			answer = "Conditional"
		}
	}
	return answer
}

func (c change) node(values bool) node {
	var details []node
	for _, d := range c.details {
		target := el("Target", text("Attribute", "Properties"), text("Name", d.property), text("RequiresRecreation", d.recreation))
		if values {
			target.kids = append(target.kids, text("Path", d.path), text("BeforeValue", d.before), text("AfterValue", d.after))
		}
		if d.kind != "" {
			target.kids = append(target.kids, text("AttributeChangeType", d.kind))
		}
		details = append(details, el("", target, text("Evaluation", d.evaluation), text("ChangeSource", d.source),
			text("CausingEntity", d.cause)))
	}
	return el("", text("Type", "Resource"), el("ResourceChange",
		text("Action", c.action), text("LogicalResourceId", c.id), text("PhysicalResourceId", c.physical),
		text("ResourceType", c.kind), text("Replacement", c.replacement), text("ResourceDriftStatus", c.drift), members("Details", details)))
}
