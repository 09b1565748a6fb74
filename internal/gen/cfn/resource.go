package cfn

import (
	"fmt"

	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/gen/plan"
)

// Resource is one resource of a template.
type Resource struct {
	ID         string // logical id, letters and digits
	DependsOn  []string
	Properties properties

	kind     *kind
	retained bool // it outlives its stack
}

// properties are a resource's own, in no order: its kind knows theirs.
type properties map[string]document.Value

// document orders a resource's attributes for readers: type, dependencies, deletion
// policy, then properties.
//
// Log groups and queues have fixed names: if one outlived its stack,
// the stack could not be created again. So they say Delete explicitly, although it
// is CloudFormation's default. What is to outlive it all the same is imported by the next
// deployment: for that CloudFormation wants a fixed name and this policy ("Import AWS
// resources into a CloudFormation stack automatically"). A first deployment that fails
// leaves nothing behind ("DeletionPolicy attribute": RetainExceptOnCreate).
func (r Resource) document() document.Map {
	m := document.Map{{Name: "Type", Value: r.kind.typeName}}
	if len(r.DependsOn) > 0 {
		m = append(m, document.Field{Name: "DependsOn", Value: document.Of(r.DependsOn)})
	}
	switch {
	case r.retained:
		m = append(m, document.Field{Name: "DeletionPolicy", Value: "RetainExceptOnCreate"},
			document.Field{Name: "UpdateReplacePolicy", Value: "Retain"})
	case r.kind.ephemeral:
		m = append(m, document.Field{Name: "DeletionPolicy", Value: "Delete"}, document.Field{Name: "UpdateReplacePolicy", Value: "Delete"})
	}
	if len(r.Properties) == 0 {
		return m
	}
	return append(m, document.Field{Name: "Properties", Value: r.ordered()})
}

func (r Resource) ordered() document.Map {
	m := make(document.Map, 0, len(r.Properties))
	for _, name := range r.kind.properties {
		if v, ok := r.Properties[name]; ok {
			m = append(m, document.Field{Name: name, Value: v})
		}
	}
	if len(m) != len(r.Properties) {
		panic(fmt.Sprintf("cfn: the kind %s lacks a property of %s", r.kind.typeName, r.ID))
	}
	return m
}

// The intrinsic functions. Text of a spec never goes through sub: a "${" in it is
// not a reference.

func ref(id string) document.Tagged { return document.Tagged{Tag: "!Ref", Value: id} }

func getAtt(id, attribute string) document.Tagged {
	return document.Tagged{Tag: "!GetAtt", Value: id + "." + attribute}
}

func sub(text string) document.Tagged { return document.Tagged{Tag: "!Sub", Value: text} }

// arnOf is the ARN of a resource in the stack's own partition, region and account.
// Use it where a reference would be circular.
func arnOf(service, resource string) document.Tagged {
	return sub("arn:${AWS::Partition}:" + service + ":${AWS::Region}:${AWS::AccountId}:" + resource)
}

// SpecTag is the key of a tag on the stack and on all its resources: its value is the
// name of the spec that they come from.
const SpecTag = "sfngen:spec"

// tags are the spec's tags, sorted by key, and sfngen's own tag.
func tags(p *plan.Plan) document.List {
	all := map[string]string{SpecTag: p.Name}
	for key, value := range p.Tags {
		all[key] = value
	}
	var list document.List
	for _, field := range document.Of(all).(document.Map) {
		list = append(list, document.Map{{Name: "Key", Value: field.Name}, {Name: "Value", Value: field.Value}})
	}
	return list
}

// list is a sequence of the values, unchanged.
func list(values ...document.Value) document.List { return values }
