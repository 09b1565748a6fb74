package spec

import (
	"errors"
	"io"
	"strings"

	"gopkg.in/yaml.v3"
)

// readDocument reads the one YAML document that a spec is.
func (r *reader) readDocument(text string) (*yaml.Node, bool) {
	decoder := yaml.NewDecoder(strings.NewReader(text))
	var first, second yaml.Node
	if err := decoder.Decode(&first); err != nil {
		r.rejectSyntax(text, err)
		return nil, false
	}
	switch err := decoder.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		r.rejectSyntax(text, err)
		return nil, false
	default:
		r.reject("several-documents", "", r.clamp(second.Line, second.Column), "a second YAML document begins here",
			"write one spec per file and name all files in one call")
		return nil, false
	}
	if len(first.Content) == 0 || isNull(first.Content[0]) {
		r.reject("empty-file", "", Position{}, "the file holds no spec", "sfngen init writes one to start from")
		return nil, false
	}
	return first.Content[0], true
}

func isNull(node *yaml.Node) bool { return node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null" }
