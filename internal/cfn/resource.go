package cfn

import (
	"fmt"

	"github.com/sfngen/sfngen/internal/doc"
	"github.com/sfngen/sfngen/spec"
)

// Resource is one resource of a template.
type Resource struct {
	ID        string // logical id, letters and digits
	Type      string
	DependsOn []string
	// Ephemeral resources hold data but are deleted with the stack: see document.
	Ephemeral  bool
	Properties properties
}

// properties are a resource's properties, unordered: order.go has their order.
type properties map[string]doc.Value

// document orders a resource's attributes for readers: type, dependencies, deletion
// policy, then properties.
//
// Log groups and the dead-letter queue have fixed names: if one outlived its stack,
// the stack could not be created again. So they say Delete explicitly, although it
// is CloudFormation's default.
func (r Resource) document() doc.Map {
	m := doc.Map{{Name: "Type", Value: r.Type}}
	if len(r.DependsOn) > 0 {
		m = append(m, doc.Field{Name: "DependsOn", Value: doc.Of(r.DependsOn)})
	}
	if r.Ephemeral {
		m = append(m, doc.Field{Name: "DeletionPolicy", Value: "Delete"}, doc.Field{Name: "UpdateReplacePolicy", Value: "Delete"})
	}
	return append(m, doc.Field{Name: "Properties", Value: r.ordered()})
}

func (r Resource) ordered() doc.Map {
	m := make(doc.Map, 0, len(r.Properties))
	for _, name := range propertyOrder[r.Type] {
		if v, ok := r.Properties[name]; ok {
			m = append(m, doc.Field{Name: name, Value: v})
		}
	}
	if len(m) != len(r.Properties) {
		panic(fmt.Sprintf("cfn: propertyOrder[%q] lacks a property of %s", r.Type, r.ID))
	}
	return m
}

// The intrinsic functions. Text of a spec never goes through sub: a "${" in it is
// not a reference.

func ref(id string) doc.Tagged { return doc.Tagged{Tag: "!Ref", Value: id} }

func getAtt(id, attribute string) doc.Tagged {
	return doc.Tagged{Tag: "!GetAtt", Value: id + "." + attribute}
}

func sub(text string) doc.Tagged { return doc.Tagged{Tag: "!Sub", Value: text} }

// arnOf is the ARN of a resource in the stack's own partition, region and account.
// Use it where a reference would be circular.
func arnOf(service, resource string) doc.Tagged {
	return sub("arn:${AWS::Partition}:" + service + ":${AWS::Region}:${AWS::AccountId}:" + resource)
}

// SpecTag is the key of a tag on the stack and on all its resources: its value is the
// name of the spec that they come from.
const SpecTag = "sfngen:spec"

// tags are the spec's tags, sorted by key, and sfngen's own tag.
func tags(s spec.Spec) doc.List {
	all := map[string]string{SpecTag: s.Name}
	for key, value := range s.Tags {
		all[key] = value
	}
	var list doc.List
	for _, field := range doc.Of(all).(doc.Map) {
		list = append(list, doc.Map{{Name: "Key", Value: field.Name}, {Name: "Value", Value: field.Value}})
	}
	return list
}

// list is a sequence of the values, unchanged.
func list(values ...doc.Value) doc.List { return values }
