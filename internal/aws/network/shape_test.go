package network_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/internal/aws/network"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/spec"
)

// generated is the template of a spec with this network and so many egresses.
func generated(t *testing.T, fields string) string {
	t.Helper()
	s, findings := stack.Load("a.yaml", []byte("version: 1\nname: acme\nupstream: {url: https://api.acme.example}\n"+
		"retry: {maxAttempts: 3}\negress: {network: {"+fields+"}}\n"))
	if spec.HasErrors(findings) {
		t.Fatal(findings)
	}
	return string(s.File(stack.TemplateFile))
}

const (
	theirSubnets = "subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1, subnet-0123456789abcdef2], " +
		"securityGroups: [sg-0123456789abcdef0, sg-0123456789abcdef1]"
	theirAddresses = "addresses: [eipalloc-0123456789abcdef0, eipalloc-0123456789abcdef1, eipalloc-0123456789abcdef2]"
)

// What the generated templates say of their network is read back.
func TestShapeOfTemplates(t *testing.T) {
	functions := []string{"Egress1", "Egress2", "Egress3"}
	for fields, want := range map[string]struct {
		shape         network.Shape
		functions     []string
		own, retained int
	}{
		"type: lambda": {shape: network.Shape{Type: spec.NetworkLambda}},
		"type: nat": {network.Shape{Type: spec.NetworkNAT, Egresses: 3, CIDR: "10.42.0.0/16", Zones: []int{0, 1, 0}}, functions,
			5, 3},
		"type: nat, cidr: 10.80.0.0/20, " + theirAddresses: {network.Shape{Type: spec.NetworkNAT, Egresses: 3, CIDR: "10.80.0.0/20",
			Zones: []int{0, 1, 0}, Addresses: []string{"eipalloc-0123456789abcdef0", "eipalloc-0123456789abcdef1", "eipalloc-0123456789abcdef2"}},
			functions, 5, 0},
		"type: ipv6": {network.Shape{Type: spec.NetworkIPv6, Egresses: 3, CIDR: "10.42.0.0/16"}, functions, 3, 0},
		"type: subnets, " + theirSubnets: {network.Shape{Type: spec.NetworkSubnets, Egresses: 3,
			Subnets:        []string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1", "subnet-0123456789abcdef2"},
			SecurityGroups: []string{"sg-0123456789abcdef0", "sg-0123456789abcdef1"}}, functions, 0, 0},
	} {
		t.Run(fields, func(t *testing.T) {
			template, err := network.Read([]byte(generated(t, fields)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.shape, template.Shape()); diff != "" {
				t.Errorf("shape (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(want.functions, template.InVPC()); diff != "" && len(template.InVPC()) > 0 {
				t.Errorf("functions (-want +got):\n%s", diff)
			}
			if got := len(template.Subnets()); got != want.own {
				t.Errorf("%d subnets of the stack's own, want %d", got, want.own)
			}
			if got := len(template.Retained()); got != want.retained {
				t.Errorf("%d addresses stay, want %d", got, want.retained)
			}
		})
	}
}

// A function that is taken out of its VPC leaves all the rest as it is, and can be read
// again.
func TestDetach(t *testing.T) {
	for _, fields := range []string{"type: nat", "type: ipv6", "type: subnets, " + theirSubnets} {
		text := generated(t, fields)
		detached, err := network.Detach([]byte(text), []string{"Egress1", "Egress3"})
		if err != nil {
			t.Fatal(err)
		}
		template, err := network.Read(detached)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"Egress2"}, template.InVPC()); diff != "" {
			t.Errorf("%s: in the VPC (-want +got):\n%s", fields, diff)
		}
		was, is := decoded(t, []byte(text)), decoded(t, detached)
		resources := was["Resources"].(map[string]any)
		for _, id := range []string{"Egress1", "Egress3"} {
			delete(resources[id].(map[string]any)["Properties"].(map[string]any), "VpcConfig")
		}
		if diff := cmp.Diff(was, is); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", fields, diff)
		}
		if was, is := strings.Count(text, "!GetAtt"), strings.Count(string(detached), "!GetAtt"); was != is {
			t.Errorf("%s: %d short forms, want %d", fields, is, was)
		}
	}
	for text, want := range map[string]string{
		"": "the deployed template is empty",
		"Resources: {Egress1: {Type: AWS::Lambda::Function, Properties: {}}}": "Egress1 of the deployed template is in no VPC",
		"{": "the deployed template cannot be read as YAML",
	} {
		if _, err := network.Detach([]byte(text), []string{"Egress1"}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func decoded(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var value map[string]any
	if err := yaml.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestCalls(t *testing.T) {
	got := network.Calls("https://api.acme.example/v1", "", "https://id.acme.example:8443/token", "http://[2001:db8::1]/",
		"https://api.acme.example")
	want := []network.Call{{Host: "api.acme.example", Port: 443}, {Host: "id.acme.example", Port: 8443}, {Host: "2001:db8::1", Port: 80}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
