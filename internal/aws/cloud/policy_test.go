package cloud

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// calls finds the operations of the SDK in source text.
var calls = regexp.MustCompile(`\b(cloudformation|s3)\.([A-Z]\w+)Input\{`)

// Whoever deploys with the policy of docs/deploy.md may do all that deploying
// does. What CloudFormation does in their name is checked by .ci/check-policy.py.
func TestTheDeployersPolicyAllowsWhatIsCalled(t *testing.T) {
	allowed := policyOf(t, "../../../docs/deploy.md")
	found := 0
	for _, pattern := range []string{"../deploy/*.go", "../live/*.go", "../artifacts/*.go", "../network/*.go"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, call := range calls.FindAllStringSubmatch(string(text), -1) {
				found++
				if needs := action(call[1], call[2]); !allowed[needs] {
					t.Errorf("%s calls %s, but the policy lacks %s", name, call[2], needs)
				}
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d calls found", found)
	}
}

// describes finds the questions about networks in source text.
var describes = regexp.MustCompile(`"(Describe[A-Z]\w+)"`)

// Whoever has the page's policy for networks may ask all that is asked about them, and
// deletes only what has the stack's tag.
func TestTheNetworksPolicy(t *testing.T) {
	text := policyIn(t, "../../../docs/deploy.md", " network")
	allowed := actionsOf(t, text)
	names, err := filepath.Glob("../network/*.go")
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{"servicequotas:GetServiceQuota": true}
	for _, name := range names {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range describes.FindAllStringSubmatch(string(source), -1) {
			asked["ec2:"+call[1]] = true
		}
	}
	for action := range asked {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(allowed)), func(pattern string) bool { return covers(pattern, action) }) {
			t.Errorf("the policy lacks %s", action)
		}
	}
	if len(asked) < 10 {
		t.Errorf("only %d questions found", len(asked))
	}
	for action := range allowed {
		statement, tagged := statementOf(t, text, action)
		if deletes := strings.HasPrefix(action, "ec2:Delete") || action == "ec2:ReleaseAddress"; deletes && !tagged &&
			action != "ec2:DeleteRoute" && action != "ec2:DeleteTags" {
			t.Errorf("%s of %s deletes what is not the stack's", action, statement)
		}
	}
	if !slices.ContainsFunc(resourcesOf(t, text), func(p string) bool {
		return covers(p, "arn:aws:states:eu-central-1:123456789012:stateMachine:acme-orders_ping")
	}) {
		t.Error("nothing in it reaches the state machine that pings")
	}
}

// statementOf is the one that allows an action, and whether it looks at tags.
func statementOf(t *testing.T, policy, action string) (sid string, tagged bool) {
	t.Helper()
	var parsed struct {
		Statement []struct {
			Sid       string
			Action    []string
			Condition map[string]map[string]string
		}
	}
	if err := json.Unmarshal([]byte(policy), &parsed); err != nil {
		t.Fatal(err)
	}
	for _, s := range parsed.Statement {
		if slices.Contains(s.Action, action) {
			return s.Sid, s.Condition["StringLike"]["aws:ResourceTag/sfngen:spec"] == "acme-orders"
		}
	}
	return "", false
}

func policyOf(t *testing.T, page string) map[string]bool {
	t.Helper()
	return actionsOf(t, policyText(t, page))
}

func actionsOf(t *testing.T, text string) map[string]bool {
	t.Helper()
	var policy struct{ Statement []struct{ Action any } }
	if err := json.Unmarshal([]byte(text), &policy); err != nil {
		t.Fatal(err)
	}
	allowed := map[string]bool{}
	for _, s := range policy.Statement {
		switch a := s.Action.(type) {
		case string:
			allowed[a] = true
		case []any:
			for _, name := range a {
				allowed[name.(string)] = true
			}
		}
	}
	return allowed
}
