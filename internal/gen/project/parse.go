package project

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/internal/release"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/spec"
)

// fields are the keys of the file.
var fields = []string{"bucket", "profile", "region", "sfngen", "specs", "stacks"}

// parser reads one file and collects everything that is wrong with it.
type parser struct {
	project *Project
	wrong   []error
}

// parse reads the text of a project file. The error has a line for each mistake, with
// its place.
func parse(name string, text []byte) (*Project, error) {
	p := &parser{project: &Project{File: name, Dir: filepath.Dir(name), places: map[string]string{}}}
	root, err := document(text)
	if err != nil {
		return nil, fmt.Errorf("%s:%w", name, err)
	}
	if root != nil {
		p.mapping(root)
	}
	if len(p.wrong) > 0 {
		return nil, errors.Join(p.wrong...)
	}
	return p.project, nil
}

// atLine is how yaml.v3 says where. It says nothing of the first line, of an alias without
// an anchor, and of a control character.
var (
	atLine   = lazyregexp.New(`^line (\d+): (.*)`)
	ofAnchor = lazyregexp.New(`^unknown anchor '(.*)' referenced$`)
)

// isControl are the control characters that YAML does not take.
func isControl(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\t\n\r\u0085", r) }

// unsaidLine is the line of an error without one; what is its text.
func unsaidLine(text, what string) int {
	at := strings.IndexFunc(text, isControl)
	if m := ofAnchor.FindStringSubmatch(what); m != nil {
		at = strings.Index(text, "*"+m[1])
	}
	return 1 + strings.Count(text[:max(at, 0)], "\n")
}

// document is the only document's content; nil where nothing but comments stands there.
func document(text []byte) (*yaml.Node, error) {
	if !utf8.Valid(text) {
		return nil, errors.New(" is not UTF-8")
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var first, second yaml.Node
	err := decoder.Decode(&first)
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err == nil {
		if err = decoder.Decode(&second); errors.Is(err, io.EOF) {
			return first.Content[0], nil
		}
		if err == nil {
			return nil, fmt.Errorf("%d:1: a second document begins here: a project file has one", second.Line)
		}
	}
	what := strings.TrimPrefix(err.Error(), "yaml: ")
	if m := atLine.FindStringSubmatch(what); m != nil {
		return nil, fmt.Errorf("%s: is not YAML: %s", m[1], printable.Line(m[2]))
	}
	return nil, fmt.Errorf("%d: is not YAML: %s", unsaidLine(string(text), what), printable.Line(what))
}

func (p *parser) mapping(root *yaml.Node) {
	if root.Kind == yaml.ScalarNode && root.Tag == "!!null" {
		return
	}
	if root.Kind != yaml.MappingNode {
		p.fail(root, "", "a project file has keys and values, such as stacks: infra/stacks")
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		if line, twice := seen[key.Value]; twice {
			p.fail(key, key.Value, fmt.Sprintf("stands twice, first in line %d", line))
			continue
		}
		seen[key.Value] = key.Line
		p.field(key, value)
	}
}

func (p *parser) field(key, value *yaml.Node) {
	p.project.places[key.Value] = p.at(value)
	switch key.Value {
	case "specs":
		p.project.sources = p.paths(key.Value, value)
	case "stacks":
		p.project.stacks = p.path(key.Value, value)
	case "region":
		p.project.Region = p.word(key.Value, value, `^[a-z]{2}(-[a-z]+)+-\d+$`, "is no region, such as eu-central-1")
	case "profile":
		p.project.Profile = p.text(key.Value, value)
	case "bucket":
		p.project.Bucket = p.word(key.Value, value, `^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`,
			"is no name of an S3 bucket: 3 to 63 small letters, digits, hyphens and dots")
	case "sfngen":
		p.release(value)
	default:
		p.unknown(key)
	}
}

func (p *parser) release(value *yaml.Node) {
	text := p.text("sfngen", value)
	if text == "" {
		return
	}
	pinned, err := release.ParseRange(text)
	if err != nil {
		p.fail(value, "sfngen", err.Error())
	}
	p.project.Release = pinned
}

// ofSpecs are keys that only a spec has: somebody has called their spec sfngen.yaml.
var ofSpecs = []string{"upstream", "retry", "egress", "triggers", "workflow"}

func (p *parser) unknown(key *yaml.Node) {
	near := spec.Near(key.Value, fields)
	switch {
	case slices.Contains(ofSpecs, key.Value):
		p.fail(key, key.Value, "is a key of a spec, and "+FileName+" is the file that says where specs and stacks are: "+
			"give the spec another name, such as acme-orders.yaml")
	case near != "":
		p.fail(key, key.Value, "unknown key; did you mean "+near+"?")
	default:
		p.fail(key, key.Value, "unknown key; there are "+strings.Join(fields, ", "))
	}
}

// text is a value that must be a text; "" if it is none, which is said.
func (p *parser) text(path string, value *yaml.Node) string {
	switch {
	case value.Kind == yaml.AliasNode:
		p.fail(value, path, "aliases are not for project files: write the text itself")
	case value.Kind != yaml.ScalarNode:
		p.fail(value, path, "must be a text")
	case value.Tag == "!!null" || value.Value == "":
		p.fail(value, path, "is empty; give it a value, or leave the key out")
	case value.Tag != "!!str" && value.Tag != "!!float" && value.Tag != "!!int":
		p.fail(value, path, fmt.Sprintf("must be a text, got %s; write it in quotes", value.Value))
	case value.Tag != "!!str" && path != "sfngen": // 0.4 is a version as well
		p.fail(value, path, fmt.Sprintf("must be a text, got the number %s; write it in quotes", value.Value))
	case !printable.Is(value.Value):
		p.fail(value, path, "holds a character that cannot be printed")
	default:
		return value.Value
	}
	return ""
}

func (p *parser) word(path string, value *yaml.Node, pattern, otherwise string) string {
	text := p.text(path, value)
	if text != "" && !regexp.MustCompile(pattern).MatchString(text) {
		p.fail(value, path, fmt.Sprintf("%q %s", text, otherwise))
	}
	return text
}

// path is one from the file's folder.
func (p *parser) path(path string, value *yaml.Node) string {
	text := p.text(path, value)
	switch {
	case filepath.IsAbs(text) || strings.HasPrefix(text, "/"):
		p.fail(value, path, text+" is an absolute path, which only one machine has; write it from the folder of "+FileName)
	case strings.HasPrefix(text, "~"):
		p.fail(value, path, text+" begins with ~, which only shells know; write a path from the folder of "+FileName)
	}
	return text
}

// paths takes one path or a list.
func (p *parser) paths(path string, value *yaml.Node) (list []string) {
	if value.Kind != yaml.SequenceNode {
		list = []string{p.path(path, value)}
		p.project.places[path+"[0]"] = p.at(value)
		return list
	}
	if len(value.Content) == 0 {
		p.fail(value, path, "is empty: name files, folders or patterns, or leave the key out")
	}
	for i, one := range value.Content {
		name := fmt.Sprintf("%s[%d]", path, i)
		p.project.places[name] = p.at(one)
		list = append(list, p.path(name, one))
	}
	return list
}

func (p *parser) at(n *yaml.Node) string {
	return fmt.Sprintf("%s:%d:%d", p.project.File, n.Line, n.Column)
}

func (p *parser) fail(n *yaml.Node, path, what string) {
	if path != "" {
		path = printable.Line(path) + ": "
	}
	p.wrong = append(p.wrong, fmt.Errorf("%s: %s%s", p.at(n), path, what))
}
