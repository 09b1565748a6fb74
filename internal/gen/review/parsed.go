package review

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/spec"
)

// parsed is what is read of one side. An absent file is an empty one.
type parsed struct {
	name      string // of the stack; "" where there is none
	record    []byte // plan.json
	plan      *yaml.Node
	resources map[string]resource
	order     []string // the resources' ids, as the template has them
	deadline  string   // the state machine's, as a spec would write it
	bundle    string   // PEM of the authorities that sign the API's certificate; "" for the public ones
}

func (p parsed) hasRecord() bool { return p.plan != nil }

func bothOf(before, after side) (old, current parsed, err error) {
	if old, err = parse(before); err != nil {
		return old, current, fmt.Errorf("what is there already: %w", err)
	}
	current, err = parse(after)
	return old, current, err
}

func parse(s side) (parsed, error) {
	p := parsed{record: s[stack.PlanFile], resources: map[string]resource{}, bundle: bundleOf(s)}
	if s.isEmpty() {
		return p, nil
	}
	if p.record != nil {
		if err := p.parseRecord(); err != nil {
			return p, fmt.Errorf("%s cannot be read (%w): restore it, or build the stack again", stack.PlanFile, err)
		}
	}
	if err := p.parseTemplate(s[stack.TemplateFile]); err != nil {
		return p, fmt.Errorf("%s: %w: restore it, or build the stack again", stack.TemplateFile, err)
	}
	var machine struct{ TimeoutSeconds int }
	if err := json.Unmarshal(s[stack.MachineFile], &machine); err == nil && machine.TimeoutSeconds > 0 {
		p.deadline = spec.Short(time.Duration(machine.TimeoutSeconds) * time.Second)
	}
	return p, nil
}

func (p *parsed) parseRecord() error {
	decoder := json.NewDecoder(bytes.NewReader(p.record))
	decoder.UseNumber()
	root, err := nodeOf(decoder)
	switch {
	case err != nil:
		return err
	case root.Kind != yaml.MappingNode:
		return fmt.Errorf("it is no JSON object")
	}
	p.plan = root
	return nil
}

func (p *parsed) parseTemplate(text []byte) error {
	summary, err := cfn.Read(text)
	if err != nil {
		return err
	}
	p.name = summary.Name
	var template struct {
		Resources yaml.Node `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(text, &template); err != nil {
		return err
	}
	for id, node := range entries(&template.Resources) {
		p.order = append(p.order, id)
		p.resources[id] = resourceOf(id, node)
	}
	return nil
}
