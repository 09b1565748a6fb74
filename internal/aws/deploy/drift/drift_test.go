package drift_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy/drift"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/aws/pack"
	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
	"github.com/sfngen/sfngen/internal/fakeaws/lambda"
	"github.com/sfngen/sfngen/internal/fakeaws/states"
	"github.com/sfngen/sfngen/internal/gen/gobuild"
)

const golden = "../../../../golden/acme-orders/"

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(golden + file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// asDeployed is an AWS in which nothing was changed since the stack was deployed.
func asDeployed(t *testing.T) (formation *cloudformation.Fake, functions *lambda.Service, machines *states.Service, zips []pack.Artifact) {
	t.Helper()
	const sent = "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=" // base64 of aa…
	formation, functions, machines = &cloudformation.Fake{}, lambda.New(nil), states.New()
	fakeaws.Serve(t, map[string]http.Handler{"cloudformation": formation, "lambda": functions, "states": machines})
	zips = []pack.Artifact{{Lambda: gobuild.Egress, SHA256: strings.Repeat("a", 64)},
		{Lambda: gobuild.Orchestrator, SHA256: strings.Repeat("a", 64)}}
	formation.Put(cloudformation.Stack{Name: "acme-orders", Status: "CREATE_COMPLETE", Template: read(t, "template.yaml"),
		Parameters: []cloudformation.Pair{
			{Key: "ArtifactBucket", Value: "zips"}, {Key: "EgressKey", Value: zips[0].Key("acme-orders")}, {Key: "OrchestratorKey",
				Value: zips[1].Key("acme-orders")},
		}})
	functions.Code = map[string]string{}
	definition := read(t, "statemachine.asl.json")
	for k := 1; k <= 3; k++ {
		name := fmt.Sprintf("acme-orders-egress-%d", k)
		functions.Code[name] = sent
		definition = strings.ReplaceAll(definition, fmt.Sprintf("${Egress%dArn}", k), "arn:aws:lambda:eu-central-1:123456789012:function:"+name)
	}
	functions.Code["acme-orders-orchestrator"] = sent
	machines.Definitions = map[string]string{"arn:aws:states:eu-central-1:123456789012:stateMachine:acme-orders": definition}
	return formation, functions, machines, zips
}

// deploy has the tests of what is said and refused; these are of what is found.
func TestWhatIsFound(t *testing.T) {
	const other = "u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7s="
	changed := []cloudformation.Drift{{LogicalID: "EgressRole", Type: "AWS::IAM::Role", Status: "MODIFIED"}}
	for name, c := range map[string]struct {
		arrange   func(*cloudformation.Fake, *lambda.Service, *states.Service)
		detection bool
		want      drift.Found
		notes     int
	}{
		"nothing": {func(*cloudformation.Fake, *lambda.Service, *states.Service) {}, true, drift.Found{Code: map[string]bool{}}, 0},
		"a resource": {func(f *cloudformation.Fake, _ *lambda.Service, _ *states.Service) { f.Drifts = changed }, true,
			drift.Found{Lines: []string{"EgressRole (role of the egresses) was changed"}, Code: map[string]bool{}}, 0},
		"a resource, without detection": {func(f *cloudformation.Fake, _ *lambda.Service, _ *states.Service) { f.Drifts = changed }, false,
			drift.Found{Code: map[string]bool{}}, 0},
		"code": {func(_ *cloudformation.Fake, l *lambda.Service, _ *states.Service) {
			l.Code["acme-orders-egress-2"] = other
		}, true,
			drift.Found{Lines: []string{"Egress2 (Lambda of egress 2): its code is not the zip that was deployed"},
				Code: map[string]bool{"egress": true}}, 0},
		"the definition": {func(_ *cloudformation.Fake, _ *lambda.Service, s *states.Service) {
			for arn, text := range s.Definitions {
				s.Definitions[arn] = strings.Replace(text, `"TimeoutSeconds": 168`, `"TimeoutSeconds": 16`, 1)
			}
		}, true, drift.Found{
			Lines: []string{"StateMachine (workflow): its definition was edited outside of CloudFormation"},
			Code:  map[string]bool{}, Definition: true,
		}, 0},
		"all that cannot be told": {func(f *cloudformation.Fake, l *lambda.Service, s *states.Service) {
			f.DriftStatus, l.Refusal = "UNKNOWN", &lambda.Refusal{Status: 403, Code: "AccessDeniedException"}
			for arn := range s.Definitions {
				s.Definitions[arn] = "{"
			}
		}, true, drift.Found{Code: map[string]bool{}, Unknown: true}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			formation, functions, machines, zips := asDeployed(t)
			c.arrange(formation, functions, machines)
			notes := 0
			search := drift.Search{
				Zips: zips, Detection: c.detection, Say: func(string, ...any) { notes++ },
				Poll: func(_ context.Context, _ string, ask func() (bool, error)) error {
					for {
						if done, err := ask(); done || err != nil {
							return err
						}
					}
				},
			}
			var err error
			if search.Cloud, err = cloud.Open(t.Context(), cloud.Options{}); err != nil {
				t.Fatal(err)
			}
			stack, err := live.Find(t.Context(), search.Cloud, "acme-orders")
			if err != nil {
				t.Fatal(err)
			}
			search.Stack = *stack
			if diff := cmp.Diff(c.want, search.Run(t.Context())); diff != "" || notes != c.notes {
				t.Errorf("%d notes, want %d; found (-want +got)\n%s", notes, c.notes, diff)
			}
		})
	}
}
