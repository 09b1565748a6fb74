package live_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// A stack that may not be looked at keeps no other from being found; whatever else is wrong
// ends the looking.
func TestBriefs(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, stack.TemplateFile), []byte(template(t)), 0o666); err != nil {
		t.Fatal(err)
	}
	for code, want := range map[string]string{
		"":                "none, none, deployed UPDATE_COMPLETE same, none, other CREATE_COMPLETE",
		"AccessDenied":    "none, unknown, deployed UPDATE_COMPLETE same, none, other CREATE_COMPLETE",
		"ValidationError": "none, unknown, unknown, unknown, unknown",
	} {
		c, fake := account(t, cloudformation.Stack{Name: "acme-orders", Status: "UPDATE_COMPLETE", Template: template(t)},
			cloudformation.Stack{Name: "topic", Status: "CREATE_COMPLETE", Template: "Resources: {Topic: {Type: 'AWS::SNS::Topic'}}"})
		fake.Before = func(_ string, form url.Values) *cloudformation.Error {
			if code == "" || form.Get("StackName") != "secret" {
				return nil
			}
			return &cloudformation.Error{Status: 403, Code: code, Message: "User: ada is not authorized"}
		}
		list, err := live.Briefs(t.Context(), c, []live.Wanted{{}, {Name: "secret"}, {Name: "acme-orders", Dir: dir}, {Name: "none"},
			{Name: "topic"}})
		if (err != nil) != (code != "") {
			t.Errorf("%s: %v", code, err)
		}
		var got []string
		for _, b := range list {
			one := strings.TrimSpace(fmt.Sprintf("%s %s", b.State, b.Status))
			if b.SameTemplate != nil && *b.SameTemplate {
				one += " same"
			}
			got = append(got, one)
		}
		if diff := cmp.Diff(want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", code, diff)
		}
	}
}

func TestHasTemplateOf(t *testing.T) {
	dir := t.TempDir()
	s := &live.Stack{Template: "a: b\n"}
	if same, err := s.HasTemplateOf(dir); same || err == nil {
		t.Errorf("no template: %v, %v", same, err)
	}
	for text, want := range map[string]bool{"a: b\n": true, "a: b": false, "": false} {
		if err := os.WriteFile(filepath.Join(dir, stack.TemplateFile), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if same, err := s.HasTemplateOf(dir); same != want || err != nil {
			t.Errorf("%q: %v, %v", text, same, err)
		}
	}
}
