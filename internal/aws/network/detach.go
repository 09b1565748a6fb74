package network

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"gopkg.in/yaml.v3"
)

// vpcConfig is the property that puts a function into a VPC.
const vpcConfig = "VpcConfig"

// Detach takes functions out of their VPC: it returns the template without what puts them
// there. All the rest stays, so that Lambda can still delete their interfaces, by their
// role, while subnets and security groups are there.
func Detach(text []byte, functions []string) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("the deployed template cannot be read as YAML: %w", err)
	}
	if len(doc.Content) != 1 {
		return nil, errors.New("the deployed template is empty")
	}
	resources := valueOf(doc.Content[0], "Resources")
	for _, id := range functions {
		properties := valueOf(valueOf(resources, id), "Properties")
		if !remove(properties, vpcConfig) {
			return nil, fmt.Errorf("%s of the deployed template is in no VPC", id)
		}
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(&doc); err != nil {
		return nil, err
	}
	return out.Bytes(), encoder.Close()
}

// valueOf is the value of a key; nil where it is not there.
func valueOf(mapping *yaml.Node, key string) *yaml.Node {
	if i := keyAt(mapping, key); i >= 0 {
		return mapping.Content[i+1]
	}
	return nil
}

func remove(mapping *yaml.Node, key string) bool {
	i := keyAt(mapping, key)
	if i >= 0 {
		mapping.Content = slices.Delete(mapping.Content, i, i+2)
	}
	return i >= 0
}

func keyAt(mapping *yaml.Node, key string) int {
	if mapping == nil || mapping.Kind != yaml.MappingNode {
		return -1
	}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return i
		}
	}
	return -1
}
