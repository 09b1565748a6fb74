package cloudformation

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

// template is as much of one as a change set compares.
type template struct {
	resources []templateResource // in the template's order
	names     []string           // of the outputs
}

type templateResource struct {
	id, kind   string
	deletion   string // the policy; "" for none
	properties []templateProperty
}

// templateProperty has its value as text, with tags such as !GetAtt.
type templateProperty struct {
	name, value string
}

// parsed keeps what parse has read: each step of a deployment reads its template.
var parsed sync.Map // source -> template

func parse(source string) (template, error) {
	if known, ok := parsed.Load(source); ok {
		return known.(template), nil
	}
	t, err := read(source)
	if err == nil {
		parsed.Store(source, t)
	}
	return t, err
}

func read(source string) (template, error) {
	var t template
	var doc struct {
		Resources yaml.Node            `yaml:"Resources"`
		Outputs   map[string]yaml.Node `yaml:"Outputs"`
	}
	if err := yaml.Unmarshal([]byte(source), &doc); err != nil {
		return t, err
	}
	if doc.Resources.Kind != yaml.MappingNode {
		return t, fmt.Errorf("no Resources")
	}
	for name := range doc.Outputs {
		t.names = append(t.names, name)
	}
	slices.Sort(t.names)
	for i := 0; i < len(doc.Resources.Content); i += 2 {
		r, err := readResource(doc.Resources.Content[i].Value, doc.Resources.Content[i+1])
		if err != nil {
			return t, err
		}
		t.resources = append(t.resources, r)
	}
	return t, nil
}

func readResource(id string, n *yaml.Node) (templateResource, error) {
	var body struct {
		Type           string    `yaml:"Type"`
		DeletionPolicy string    `yaml:"DeletionPolicy"`
		Properties     yaml.Node `yaml:"Properties"`
	}
	if err := n.Decode(&body); err != nil {
		return templateResource{}, err
	}
	r := templateResource{id: id, kind: body.Type, deletion: body.DeletionPolicy}
	for i := 0; i+1 < len(body.Properties.Content); i += 2 {
		value, err := yaml.Marshal(body.Properties.Content[i+1])
		if err != nil {
			return r, err
		}
		r.properties = append(r.properties, templateProperty{body.Properties.Content[i].Value, strings.TrimSpace(string(value))})
	}
	return r, nil
}

func (t template) find(id string) (templateResource, bool) {
	i := slices.IndexFunc(t.resources, func(r templateResource) bool { return r.id == id })
	if i < 0 {
		return templateResource{}, false
	}
	return t.resources[i], true
}

func (r templateResource) property(name string) string {
	for _, p := range r.properties {
		if p.name == name {
			return p.value
		}
	}
	return ""
}

// outputs are values that can be distinguished.
func (t template) outputs(stack string) []Pair {
	var all []Pair
	for _, name := range t.names {
		all = append(all, Pair{name, "value-of-" + name + "-of-" + stack})
	}
	return all
}

// reference finds !Ref X and !GetAtt X.Attribute.
var reference = regexp.MustCompile(`!(Ref|GetAtt) ([A-Za-z0-9]+)(\.[A-Za-z0-9.]+)?`)

// references are what a value refers to: X or X.Attribute.
func references(value string) []string {
	var all []string
	for _, m := range reference.FindAllStringSubmatch(value, -1) {
		all = append(all, m[2]+m[3])
	}
	return all
}

// createOnly are the properties whose change replaces the resource (CloudFormation
// Template Reference, "Update requires: Replacement"). All of a permission's are.
var createOnly = map[string][]string{
	"AWS::Lambda::Function":            {"FunctionName"},
	"AWS::Lambda::Url":                 {"TargetFunctionArn", "Qualifier"},
	"AWS::Logs::LogGroup":              {"LogGroupName"},
	"AWS::SQS::Queue":                  {"QueueName"},
	"AWS::StepFunctions::StateMachine": {"StateMachineName", "StateMachineType"},
	"AWS::Events::Rule":                {"Name", "EventBusName"},
	"AWS::Scheduler::Schedule":         {"Name"},
}

func recreates(kind, property string) bool {
	return kind == "AWS::Lambda::Permission" || slices.Contains(createOnly[kind], property)
}
