package cloud

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
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
	for _, pattern := range []string{"../deploy/*.go", "../live/*.go", "../artifacts/*.go"} {
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

func policyOf(t *testing.T, page string) map[string]bool {
	t.Helper()
	var policy struct{ Statement []struct{ Action any } }
	if err := json.Unmarshal([]byte(policyText(t, page)), &policy); err != nil {
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
