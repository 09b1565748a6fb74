package live_test

import (
	"net/url"
	"testing"

	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
)

func TestUnderSaysWhoHasAName(t *testing.T) {
	for name, test := range map[string]struct {
		stack cloudformation.Stack
		want  live.Holder
	}{
		"none":             {cloudformation.Stack{Name: "else", Status: "CREATE_COMPLETE", Template: template(t)}, live.Nobody},
		"a change set":     {cloudformation.Stack{Name: "acme-orders", Status: "REVIEW_IN_PROGRESS"}, live.ChangeSets},
		"the spec's":       {cloudformation.Stack{Name: "acme-orders", Status: "UPDATE_COMPLETE", Template: template(t)}, live.TheSpec},
		"failed, the same": {cloudformation.Stack{Name: "acme-orders", Status: "ROLLBACK_COMPLETE", Template: template(t)}, live.TheSpec},
		"another tool's": {cloudformation.Stack{Name: "acme-orders", Status: "CREATE_COMPLETE",
			Template: "Resources: {Topic: {Type: 'AWS::SNS::Topic'}}"}, live.Another},
	} {
		c, _ := account(t, test.stack)
		got, err := live.Under(t.Context(), c, "acme-orders")
		if err != nil || got.Holder != test.want || (got.Stack != nil) != (test.want == live.TheSpec) ||
			(got.Status == "") != (test.want == live.Nobody) {
			t.Errorf("%s: %+v, error %v, want %s", name, got, err, test.want)
		}
	}
}

func TestUnderKnowsAnotherSpecs(t *testing.T) {
	c, _ := account(t, cloudformation.Stack{Name: "payments", Status: "CREATE_COMPLETE", Template: template(t)})
	if got, err := live.Under(t.Context(), c, "payments"); err != nil || got.Holder != live.Another {
		t.Errorf("%+v, error %v", got, err)
	}
}

// What AWS does not say is no answer: with one, build would remove a folder.
func TestUnderDoesNotGuess(t *testing.T) {
	for _, refused := range []string{"DescribeStacks", "GetTemplate"} {
		c, fake := account(t, cloudformation.Stack{Name: "acme-orders", Status: "UPDATE_COMPLETE", Template: template(t)})
		fake.Before = func(action string, _ url.Values) *cloudformation.Error {
			if action == refused {
				return &cloudformation.Error{Status: 403, Code: "AccessDenied", Message: "no"}
			}
			return nil
		}
		if got, err := live.Under(t.Context(), c, "acme-orders"); err == nil {
			t.Errorf("%s refused: %+v", refused, got)
		}
	}
}
