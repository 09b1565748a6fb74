package cfn_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/internal/gen/asl"
	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/spec"
)

// read reads a spec with these fields beside the required ones.
func read(t testing.TB, fields string) *spec.File {
	t.Helper()
	return readSource(t, "version: 1\nname: acme\nupstream: {url: 'https://api.example', methods: [GET, POST, OPTIONS]}\n"+fields)
}

func readSource(t testing.TB, src string) *spec.File {
	t.Helper()
	file, findings := spec.Parse("spec.yaml", []byte(src))
	if spec.HasErrors(findings) {
		t.Fatalf("the test's own spec is wrong: %v", findings)
	}
	return file
}

// made is all that is generated of a spec for CloudFormation.
type made struct {
	file       *spec.File
	plan       *plan.Plan
	template   cfn.Template
	text       []byte
	definition []byte
}

func (m made) findings() []spec.Finding {
	return cfn.Findings(m.file, m.plan, m.template, m.text, m.definition)
}

func build(t testing.TB, fields string) made {
	t.Helper()
	return buildFile(t, read(t, fields))
}

func buildFile(t testing.TB, file *spec.File) made {
	t.Helper()
	p, findings := plan.New(file)
	if spec.HasErrors(findings) {
		t.Fatal(findings)
	}
	definition := asl.Build(p).Document()
	template := cfn.Build(p, definition)
	return made{file, p, template, cfn.YAML(template), document.JSON(definition)}
}

// object is a mapping read back from YAML; an intrinsic function is text with
// its tag before it, as in "!GetAtt Egress1.Arn".
type object = map[string]any

// load reads a template back as CloudFormation would.
func load(t testing.TB, text []byte) object {
	t.Helper()
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatalf("the template is no YAML: %v", err)
	}
	return value(t, document.Content[0]).(object)
}

func value(t testing.TB, n *yaml.Node) any {
	t.Helper()
	if n.Kind == yaml.ScalarNode && !strings.HasPrefix(n.Tag, "!!") {
		return n.Tag + " " + n.Value
	}
	switch n.Kind {
	case yaml.MappingNode:
		m := object{}
		for i := 0; i < len(n.Content); i += 2 {
			m[n.Content[i].Value] = value(t, n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range n.Content {
			list = append(list, value(t, item))
		}
		return list
	}
	var v any
	if err := n.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// resources are the template's, by logical id.
func resources(t testing.TB, fields string) object {
	t.Helper()
	return load(t, build(t, fields).text)["Resources"].(object)
}

// props are the properties of one resource.
func props(t testing.TB, all object, id string) object {
	t.Helper()
	r, ok := all[id].(object)
	if !ok {
		t.Fatalf("there is no resource %s", id)
	}
	return r["Properties"].(object)
}

func diff(t testing.TB, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

const (
	story     = "retry: {maxAttempts: 3}\n"
	keyed     = "retry: {maxAttempts: 3, idempotency: {header: Idempotency-Key}}\n"
	standard  = "workflow: {type: standard}\n"
	schedules = "  schedules: [{name: nightly, expression: rate(5 minutes), request: {method: GET, path: /orders}}]\n"
	events    = "  events: [{name: order-placed, pattern: {source: [shop]}, request: {method: POST, path: /orders, bodyFrom: $.detail}}]\n"
)

// variants differ in what their templates hold.
var variants = map[string]string{
	"the story":      story,
	"coordinated":    coordinated,
	"one egress":     "retry: {maxAttempts: 1}\n",
	"standard":       story + standard,
	"no logs":        story + "workflow: {logLevel: off, tracing: false}\n",
	"public":         story + "triggers: {functionUrl: {auth: none}}\n",
	"schedules":      story + "triggers:\n" + schedules,
	"events":         story + "triggers:\n" + events,
	"all triggers":   story + "tags: {team: orders}\ntriggers:\n" + schedules + events,
	"China":          story + "partition: aws-cn\ntriggers:\n" + schedules + events,
	"GovCloud":       story + "partition: aws-us-gov\ntriggers:\n" + schedules + events,
	"x86_64":         story + "architecture: x86_64\n",
	"fifty by fifty": "retry: {maxAttempts: 50}\n" + standard,
	"nat":            story + networks["nat"],
	"own addresses":  story + networks["own addresses"] + "triggers:\n" + schedules,
	"subnets":        story + networks["subnets"],
	"ipv6":           story + networks["ipv6"],
	"nat, table":     story + "egress: {coordination: dynamodb, network: {type: nat}}\n",
	"ipv6, table":    story + "partition: aws-us-gov\negress: {coordination: dynamodb, network: {type: ipv6}}\n",
}

// networks are one of each type, for a pool of three.
var networks = map[string]string{
	"nat": "egress: {network: {type: nat}}\n",
	"own addresses": "egress: {network: {type: nat, " +
		"addresses: [eipalloc-0123456789abcdef0, eipalloc-0123456789abcdef1, eipalloc-0123456789abcdef2]}}\n",
	"subnets": "egress: {network: {type: subnets, " +
		"subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1, subnet-0123456789abcdef2], securityGroups: [sg-0123456789abcdef0]}}\n",
	"ipv6": "egress: {network: {type: ipv6}}\n",
}

func TestSameSpecSameBytes(t *testing.T) {
	for name, fields := range variants {
		t.Run(name, func(t *testing.T) {
			if first, again := build(t, fields).text, build(t, fields).text; !bytes.Equal(first, again) {
				t.Error("the same spec gave two different templates")
			}
		})
	}
}

func TestSectionsAndStory(t *testing.T) {
	m := build(t, variants["all triggers"])
	if !strings.HasPrefix(string(m.text), "# Generated by sfngen") {
		t.Error("the file does not begin by saying where it comes from")
	}
	var sections, ids []string
	for _, field := range m.template.Document() {
		sections = append(sections, field.Name)
	}
	for _, r := range m.template.Resources {
		ids = append(ids, r.ID)
	}
	diff(t, "sections", []string{"AWSTemplateFormatVersion", "Description", "Parameters", "Resources", "Outputs"}, sections)
	diff(t, "resources", []string{
		"EgressRole", "Egress1LogGroup", "Egress1", "Egress2LogGroup", "Egress2", "Egress3LogGroup", "Egress3",
		"StateMachineRole", "StateMachineLogGroup", "StateMachine",
		"OrchestratorRole", "OrchestratorLogGroup", "Orchestrator",
		"FunctionUrl", "FunctionUrlPermission", "FunctionUrlInvokePermission", "CallerPolicy",
		"DeadLetters", "DeadLettersPolicy",
		"SchedulesGroup", "SchedulerRole", "ScheduleNightly",
		"EventsRole", "EventOrderPlaced",
	}, ids)
}

func TestOnlyCoreCloudFormation(t *testing.T) {
	for name, fields := range variants {
		t.Run(name, func(t *testing.T) {
			template := load(t, build(t, fields).text)
			if _, ok := template["Transform"]; ok {
				t.Error("the template has a transform")
			}
			for id, r := range template["Resources"].(object) {
				if kind := r.(object)["Type"].(string); !strings.HasPrefix(kind, "AWS::") || strings.HasPrefix(kind, "AWS::Serverless::") {
					t.Errorf("%s is a %s", id, kind)
				}
			}
		})
	}
}

// literal finds accounts, regions and partitions that are written out.
var literal = regexp.MustCompile(`\b[0-9]{12}\b|\b(us|eu|ap|cn|us-gov)-[a-z]+-[0-9]\b|arn:aws[a-z-]*:`)

func TestNoAccountRegionOrPartition(t *testing.T) {
	for name, fields := range variants {
		t.Run(name, func(t *testing.T) {
			text := strings.ReplaceAll(string(build(t, fields).text), "Resource: arn:aws:states:::lambda:invoke", "")
			if found := literal.FindAllString(text, -1); found != nil {
				t.Errorf("written into the template: %q", found)
			}
		})
	}
}

func TestParametersAreTheArtifacts(t *testing.T) {
	template := load(t, build(t, story).text)
	var names []string
	for _, name := range []string{"ArtifactBucket", "EgressKey", "OrchestratorKey"} {
		p, ok := template["Parameters"].(object)[name].(object)
		if ok && p["Description"] != nil && p["AllowedPattern"] != nil && p["Default"] == nil {
			names = append(names, name)
		}
	}
	diff(t, "described parameters", []string{"ArtifactBucket", "EgressKey", "OrchestratorKey"}, names)
	diff(t, "number of parameters", 3, len(template["Parameters"].(object)))
}

func TestOutputs(t *testing.T) {
	pool := "!Join" // of a pool of three
	tests := map[string]struct {
		fields string
		want   object
	}{
		"all": {variants["all triggers"], object{
			"FunctionUrl": "!GetAtt FunctionUrl.FunctionUrl", "StateMachineArn": "!Ref StateMachine", "OrchestratorFunction": "!Ref Orchestrator",
			"EgressFunctions": pool, "CallerPolicyArn": "!Ref CallerPolicy", "DeadLetterQueueUrl": "!Ref DeadLetters"}},
		"public, one egress": {"retry: {maxAttempts: 1}\ntriggers: {functionUrl: {auth: none}}\n", object{
			"FunctionUrl": "!GetAtt FunctionUrl.FunctionUrl", "StateMachineArn": "!Ref StateMachine", "OrchestratorFunction": "!Ref Orchestrator",
			"EgressFunctions": "!Ref Egress1"}},
		"GovCloud has no URL": {story + "partition: aws-us-gov\n", object{
			"StateMachineArn": "!Ref StateMachine", "OrchestratorFunction": "!Ref Orchestrator",
			"EgressFunctions": pool, "CallerPolicyArn": "!Ref CallerPolicy"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := object{}
			for name, output := range load(t, build(t, test.fields).text)["Outputs"].(object) {
				got[name] = output.(object)["Value"]
				if _, exported := output.(object)["Export"]; exported {
					t.Errorf("%s is exported", name)
				}
				if list, ok := got[name].([]any); ok {
					diff(t, name, []any{",", []any{"!Ref Egress1", "!Ref Egress2", "!Ref Egress3"}}, list)
					got[name] = pool
				}
			}
			diff(t, "outputs", test.want, got)
		})
	}
}

func TestDescription(t *testing.T) {
	tests := map[string]struct{ fields, description, want string }{
		"none":               {story, "", "acme: retries calls of an HTTP API through 3 egress Lambdas."},
		"none, one egress":   {story + "egress: {count: 1}\n", "", "acme: retries calls of an HTTP API through 1 egress Lambda."},
		"the spec's":         {story, "Acme ${AWS::Region} orders", "acme: Acme ${AWS::Region} orders"},
		"longer than AWS's":  {story, strings.Repeat("x", 2000), "acme: " + strings.Repeat("x", 1018)},
		"no half characters": {story, "x" + strings.Repeat("é", 2000), "acme: x" + strings.Repeat("é", 508)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			file := read(t, test.fields)
			file = file.With(func(s *spec.Spec) { s.Description = test.description })
			p, _ := plan.New(file)
			diff(t, "description", test.want, cfn.Build(p, asl.Build(p).Document()).Description)
		})
	}
}
