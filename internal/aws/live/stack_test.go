package live_test

import (
	"errors"
	"net/http"
	"net/url"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
	"github.com/sfngen/sfngen/internal/gen/cfn"
)

// account is AWS with these stacks.
func account(t *testing.T, stacks ...cloudformation.Stack) (*cloud.Cloud, *cloudformation.Fake) {
	t.Helper()
	fake := &cloudformation.Fake{Account: fakeaws.Account, Region: fakeaws.Region}
	for _, s := range stacks {
		fake.Put(s)
	}
	fakeaws.Serve(t, map[string]http.Handler{"cloudformation": fake})
	c, err := cloud.Open(t.Context(), cloud.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c, fake
}

func template(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../../golden/acme-orders/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestFindReadsTheTemplateThatAWSHas(t *testing.T) {
	c, _ := account(t, cloudformation.Stack{Name: "live", Status: "UPDATE_COMPLETE", Template: template(t)})
	s, err := live.Find(t.Context(), c, "live")
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "live" || s.Status != "UPDATE_COMPLETE" || s.Summary.Name != "acme-orders" {
		t.Errorf("%+v", s)
	}
	want := []string{"acme-orders-egress-1", "acme-orders-egress-2", "acme-orders-egress-3"}
	if diff := cmp.Diff(want, s.Summary.Egresses); diff != "" {
		t.Errorf("egresses (-want +got):\n%s", diff)
	}
}

func TestFindSaysWhatItDidNotFind(t *testing.T) {
	c, _ := account(t,
		cloudformation.Stack{Name: "empty", Status: "REVIEW_IN_PROGRESS"},
		cloudformation.Stack{Name: "theirs", Status: "CREATE_COMPLETE", Template: "Resources: {Topic: {Type: 'AWS::SNS::Topic'}}"})
	none := " in eu-central-1 of account 123456789012: sfngen deploy creates it; --stack-name, --region and --profile look elsewhere"
	for name, want := range map[string]string{
		"absent": "no such CloudFormation stack absent" + none,
		"empty": "no such CloudFormation stack empty in eu-central-1 of account 123456789012, only a change set that waits to be executed: " +
			"execute it, or deploy again with sfngen deploy",
		"theirs": "the CloudFormation stack theirs in eu-central-1 of account 123456789012 was not created from a template of sfngen's, and " +
			"sfngen does not touch it: choose another name with --stack-name, or another region or account",
	} {
		_, err := live.Find(t.Context(), c, name)
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v\nwant %s", name, err, want)
		}
		if foreign := errors.As(err, new(*live.ForeignError)); foreign != (name == "theirs") || errors.Is(err, live.ErrNone) == foreign ||
			errors.Is(err, cfn.ErrForeign) != foreign {
			t.Errorf("%s: %#v is of the wrong kind", name, err)
		}
	}
}

// An error of AWS is neither a stack that is missing nor one of somebody else.
func TestFindDoesNotGuessWhenAWSRefuses(t *testing.T) {
	for _, refused := range []string{"DescribeStacks", "GetTemplate"} {
		c, fake := account(t, cloudformation.Stack{Name: "live", Status: "UPDATE_COMPLETE", Template: template(t)})
		fake.Before = func(action string, _ url.Values) *cloudformation.Error {
			if action == refused {
				return &cloudformation.Error{Status: 403, Code: "AccessDenied", Message: "no"}
			}
			return nil
		}
		_, err := live.Find(t.Context(), c, "live")
		if err == nil || errors.Is(err, live.ErrNone) || errors.As(err, new(*live.ForeignError)) {
			t.Errorf("%s refused: %v", refused, err)
		}
	}
}

// What stands between may answer in the place of AWS. A stack is not gone because
// of that.
func TestAnEmptyAnswerIsNoMissingStack(t *testing.T) {
	for name, body := range map[string]string{
		"nothing": "",
		"no stack": `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult>` +
			`<Stacks/></DescribeStacksResult></DescribeStacksResponse>`,
		"half a stack": `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult>` +
			`<Stacks><member><StackName>live</StackName></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
		"something else": `{"a": 1}`,
	} {
		fakeaws.Serve(t, map[string]http.Handler{"cloudformation": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(body))
		})})
		c, err := cloud.Open(t.Context(), cloud.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = live.Describe(t.Context(), c.CloudFormation(), "live"); err == nil || errors.Is(err, live.ErrNone) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnEmptyTemplateIsNotForeign(t *testing.T) {
	_, fake := account(t, cloudformation.Stack{Name: "live", Status: "UPDATE_COMPLETE", Template: template(t)})
	fakeaws.Serve(t, map[string]http.Handler{"cloudformation": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.PostFormValue("Action") != "GetTemplate" {
			fake.ServeHTTP(w, r)
			return
		}
		_, _ = w.Write([]byte(`<GetTemplateResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><GetTemplateResult/>` +
			`</GetTemplateResponse>`))
	})})
	c, err := cloud.Open(t.Context(), cloud.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := live.Find(t.Context(), c, "live"); !errors.Is(err, live.ErrNoAnswer) {
		t.Errorf("%v, want ErrNoAnswer", err)
	}
}
