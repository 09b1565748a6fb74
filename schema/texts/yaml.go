package texts

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Flow is a value in one line of YAML.
func Flow(value *yaml.Node) string {
	out, err := yaml.Marshal(inFlow(value))
	if err != nil {
		panic(err) // a value of the schema
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

func inFlow(node *yaml.Node) *yaml.Node {
	copied := &yaml.Node{Kind: node.Kind, Tag: node.ShortTag(), Value: node.Value, Style: yaml.FlowStyle}
	if node.Kind == yaml.ScalarNode {
		copied.Style = 0
		if node.Value == "" {
			copied.Style = yaml.DoubleQuotedStyle
		}
	}
	for _, inner := range node.Content {
		copied.Content = append(copied.Content, inFlow(inner))
	}
	return copied
}

// choice gives the value that a spec writes for a field, nil to leave it out.
// item counts the items of the list that holds the field.
type choice func(f *Field, item int) *yaml.Node

// specWith writes a spec: a section over several lines, any other value in one.
func specWith(fields []*Field, choose choice) string {
	var lines []string
	inSection := false
	for _, f := range fields {
		block := fieldLines(f, 0, choose)
		if len(block) > 0 && (f.Form == Section || inSection) {
			lines = append(lines, "") // a blank line around sections
		}
		if len(block) > 0 {
			inSection = f.Form == Section
		}
		lines = append(lines, block...)
	}
	return strings.Join(lines, "\n") + "\n"
}

func fieldLines(f *Field, item int, choose choice) []string {
	value := choose(f, item)
	switch {
	case value != nil:
		return []string{f.Name + ": " + Flow(value)}
	case f.Form == List:
		return below(f.Name+":", listLines(f, choose))
	case f.Form == Map:
		key := first(f.example(0)).Value
		return below(f.Name+":", below(key+":", sectionLines(f.Fields, item, choose)))
	}
	heading := f.Name + ":"
	if f.Ignore != "" {
		heading += " # sfngen:ignore " + f.Ignore
	}
	return below(heading, sectionLines(f.Fields, item, choose))
}

// below is a heading with lines below it; nothing without lines.
func below(heading string, lines []string) []string {
	if len(lines) == 0 {
		return nil
	}
	block := []string{heading}
	for _, line := range lines {
		block = append(block, "  "+line)
	}
	return block
}

func sectionLines(fields []*Field, item int, choose choice) []string {
	var lines []string
	for _, f := range fields {
		lines = append(lines, fieldLines(f, item, choose)...)
	}
	return lines
}

// listLines write an item, and a second one where fields exclude each other.
func listLines(f *Field, choose choice) []string {
	alternative := slices.IndexFunc(All(f.Fields), func(f *Field) bool { return f.InsteadOf != "" })
	lines := itemLines(f.Fields, 0, choose)
	if alternative >= 0 {
		lines = append(lines, itemLines(f.Fields, 1, choose)...)
	}
	return lines
}

func itemLines(fields []*Field, item int, choose choice) []string {
	lines := sectionLines(fields, item, choose)
	for i, line := range lines {
		mark := "  "
		if i == 0 {
			mark = "- "
		}
		lines[i] = mark + line
	}
	return lines
}

// example is the field's example for an item of the list that holds it. Without
// one, which a test reports, it is a question mark.
func (f *Field) example(item int) *yaml.Node {
	if len(f.Examples) == 0 {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: "?"}
	}
	return f.Examples[min(item, len(f.Examples)-1)]
}

// first is the first item of a list or the first key of a mapping.
func first(value *yaml.Node) *yaml.Node {
	if len(value.Content) == 0 {
		return value
	}
	return value.Content[0]
}

// isEmpty reports whether a value shows nothing of what a field takes.
func isEmpty(value *yaml.Node) bool {
	return value == nil || value.Kind == yaml.ScalarNode && value.Value == "" || value.Kind != yaml.ScalarNode && len(value.Content) == 0
}
