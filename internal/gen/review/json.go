package review

import (
	"encoding/json"
	"fmt"
	"io"

	"gopkg.in/yaml.v3"
)

// nodeOf reads the next JSON value as the node that it would be in YAML, so that its
// fields keep their order and a record is read as a template is. YAML itself refuses
// control characters that JSON may have.
func nodeOf(d *json.Decoder) (*yaml.Node, error) {
	token, err := d.Token()
	if err != nil {
		return nil, unexpected(err)
	}
	switch token {
	case json.Delim('{'):
		return collect(d, yaml.MappingNode)
	case json.Delim('['):
		return collect(d, yaml.SequenceNode)
	case nil:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: "null"}, nil
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: fmt.Sprint(token)}, nil
}

// collect reads what follows up to the end of a list or an object. In an object the keys
// are values too.
func collect(d *json.Decoder, kind yaml.Kind) (*yaml.Node, error) {
	all := &yaml.Node{Kind: kind}
	for d.More() {
		item, err := nodeOf(d)
		if err != nil {
			return nil, err
		}
		all.Content = append(all.Content, item)
	}
	_, err := d.Token()
	return all, unexpected(err)
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
