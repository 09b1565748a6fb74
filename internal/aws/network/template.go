package network

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/internal/aws/live"
)

// resource types of a network.
const (
	typeVPC        = "AWS::EC2::VPC"
	typeNAT        = "AWS::EC2::NatGateway"
	typeAddress    = "AWS::EC2::EIP"
	typeSubnet     = "AWS::EC2::Subnet"
	typeGateway    = "AWS::EC2::InternetGateway"
	typeEgressOnly = "AWS::EC2::EgressOnlyInternetGateway"
	typeFunction   = "AWS::Lambda::Function"
)

// document is a template as far as its network goes. Short forms such as !Ref are read
// as the text after them.
type document struct {
	Parameters map[string]struct {
		Type    string    `yaml:"Type"`
		Default yaml.Node `yaml:"Default"`
	} `yaml:"Parameters"`
	Resources map[string]resource `yaml:"Resources"`
}

type resource struct {
	Type           string `yaml:"Type"`
	DeletionPolicy string `yaml:"DeletionPolicy"`
	Properties     struct {
		CidrBlock        yaml.Node `yaml:"CidrBlock"`
		AllocationID     yaml.Node `yaml:"AllocationId"`
		SubnetID         yaml.Node `yaml:"SubnetId"`
		AvailabilityZone yaml.Node `yaml:"AvailabilityZone"`
		VpcConfig        struct {
			SubnetIDs        yaml.Node `yaml:"SubnetIds"`
			SecurityGroupIDs yaml.Node `yaml:"SecurityGroupIds"`
		} `yaml:"VpcConfig"`
	} `yaml:"Properties"`
}

func (r resource) inVPC() bool {
	return r.Type == typeFunction && !r.Properties.VpcConfig.SubnetIDs.IsZero()
}

// Template is what a template says of a network.
type Template struct {
	doc    document
	values map[string]string // of parameters, where they are deployed
}

// Deployed reads the template of a stack as it is deployed, with the values of its parameters.
func Deployed(s live.Stack) (Template, error) {
	t, err := Read([]byte(s.Template))
	t.values = map[string]string{}
	for _, p := range s.Found.Parameters {
		t.values[aws.ToString(p.ParameterKey)] = aws.ToString(p.ParameterValue)
	}
	return t, err
}

// Read reads a template of sfngen's, of this or another version.
func Read(text []byte) (Template, error) {
	var t Template
	err := yaml.Unmarshal(text, &t.doc)
	return t, err
}

// count is how many resources of a type there are.
func (t Template) count(kind string) int { return len(t.of(kind)) }

// of are the ids of the resources of a type, sorted.
func (t Template) of(kind string) []string {
	var ids []string
	for id, r := range t.doc.Resources {
		if r.Type == kind {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, inOrder)
	return ids
}

// inOrder sorts Egress2 before Egress10.
func inOrder(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// InVPC are the ids of the functions that run in a VPC, sorted.
func (t Template) InVPC() []string {
	return slices.DeleteFunc(t.of(typeFunction), func(id string) bool { return !t.doc.Resources[id].inVPC() })
}

// Has reports whether there is a resource of this id.
func (t Template) Has(id string) bool { return t.doc.Resources[id].Type != "" }

// Subnets are the ids of the subnets that the stack itself makes.
func (t Template) Subnets() []string { return t.of(typeSubnet) }

// Retained are the ids of the Elastic IPs that stay when the stack goes.
func (t Template) Retained() []string {
	return slices.DeleteFunc(t.of(typeAddress), func(id string) bool { return !t.Stays(id) })
}

// literals are the values of a property: those that are written there, and the values of
// the parameters that it refers to. !Select [k, list] is one of a list.
func (t Template) literals(n yaml.Node) []string {
	if n.Tag == "!Select" && len(n.Content) == 2 {
		var place int
		list := t.literals(*n.Content[1])
		if n.Content[0].Decode(&place) != nil || place < 0 || place >= len(list) {
			return nil
		}
		return list[place : place+1]
	}
	var all []string
	for _, below := range n.Content {
		all = append(all, t.literals(*below)...)
	}
	if n.Kind != yaml.ScalarNode {
		return all
	}
	if n.Tag == "!!str" {
		return []string{n.Value}
	}
	return t.parameter(n.Value)
}

// parameter is the value of one, or its default; a list has commas.
func (t Template) parameter(name string) []string {
	value := cmp.Or(t.values[name], t.doc.Parameters[name].Default.Value)
	if value == "" {
		return nil
	}
	all := strings.Split(value, ",")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

// UserSubnets are the subnets of the user that the template names, by parameters of that
// type: they are there for functions that are in a VPC, or were.
func (t Template) UserSubnets() []string {
	var names, all []string
	for name, p := range t.doc.Parameters {
		if strings.Contains(p.Type, "AWS::EC2::Subnet::Id") {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, inOrder)
	for _, name := range names {
		all = append(all, t.parameter(name)...)
	}
	return all
}

// SubnetsOf are the subnets of functions: the ids of those that the stack makes, and those
// of the user.
func (t Template) SubnetsOf(functions []string) (own, theirs []string) {
	for _, id := range functions {
		for _, name := range words(t.doc.Resources[id].Properties.VpcConfig.SubnetIDs) {
			if t.doc.Resources[name].Type == typeSubnet {
				own = append(own, name)
			}
		}
		theirs = append(theirs, t.literals(t.doc.Resources[id].Properties.VpcConfig.SubnetIDs)...)
	}
	return own, theirs
}

// words are the scalars of a value: of !Ref the name.
func words(n yaml.Node) []string {
	if n.Kind == yaml.ScalarNode {
		return []string{n.Value}
	}
	var all []string
	for _, below := range n.Content {
		all = append(all, words(*below)...)
	}
	return all
}

// Stays reports whether a resource stays in AWS when the stack goes.
func (t Template) Stays(id string) bool {
	return strings.HasPrefix(t.doc.Resources[id].DeletionPolicy, "Retain")
}
