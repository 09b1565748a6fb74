package cloud

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// largestPolicy is how many characters a managed policy may have, white space not
// counted (IAM and AWS STS quotas).
const largestPolicy = 6144

// The policy of docs/deploy.md reaches what a stack has, by its names: as it stands, and
// with a pattern for several stacks as the page says.
func TestTheDeployersPolicyReachesItsStacks(t *testing.T) {
	for _, c := range []struct{ pattern, stack string }{
		{"acme-orders", "acme-orders"},
		{"acme-orders*", "acme-orders"},
		{"acme-orders*", "acme-orders-prod"},
		{"shop-*", "shop-orders"},
		{"shop-*", "shop-stock-prod"},
	} {
		t.Run(c.pattern+" "+c.stack, func(t *testing.T) {
			text := strings.ReplaceAll(policyText(t, "../../../docs/deploy.md"), "acme-orders", c.pattern)
			if n := len(strings.Join(strings.Fields(text), "")); n > largestPolicy {
				t.Errorf("it has %d characters, at most %d", n, largestPolicy)
			}
			patterns := resourcesOf(t, text)
			for _, name := range namesOf(c.stack) {
				if !slices.ContainsFunc(patterns, func(p string) bool { return covers(p, name) }) {
					t.Errorf("nothing in it reaches %s", name)
				}
			}
			for _, name := range namesOf("other") {
				if i := slices.IndexFunc(patterns, func(p string) bool { return covers(p, name) }); i >= 0 {
					t.Errorf("%s reaches %s", patterns[i], name)
				}
			}
		})
	}
}

// With a long name it fits without the statements that the page says may go.
func TestTheDeployersPolicyOfALongName(t *testing.T) {
	var parsed struct{ Statement []map[string]any }
	if err := json.Unmarshal([]byte(policyText(t, "../../../docs/deploy.md")), &parsed); err != nil {
		t.Fatal(err)
	}
	parsed.Statement = slices.DeleteFunc(parsed.Statement, func(s map[string]any) bool {
		return slices.Contains([]any{"NewArtifactBucket", "Table", "Alarms"}, s["Sid"])
	})
	text, err := json.Marshal(parsed)
	if err != nil {
		t.Fatal(err)
	}
	long := strings.ReplaceAll(string(text), "acme-orders", strings.Repeat("a", 32)) // as long as a name may be
	if n := len(long) + len(`"Version":"2012-10-17",`); n > largestPolicy {
		t.Errorf("it has %d characters, at most %d", n, largestPolicy)
	}
}

// namesOf are the ARNs of what a stack has: those of the template, and what deploying adds.
func namesOf(stack string) []string {
	const here = ":eu-central-1:123456789012:"
	return []string{
		"arn:aws:cloudformation" + here + "stack/" + stack + "/8acb44fe-daa4-43a4-97f7-ddfcb22e599f",
		"arn:aws:s3:::acme-artifacts/" + stack + "/egress-bb1e7f663dc11cec.zip",
		"arn:aws:iam::123456789012:role/" + stack + "-EgressRole-4XJ2K4LQ",
		"arn:aws:iam::123456789012:policy/" + stack + "-CallerPolicy-9XJ2K4LQ",
		"arn:aws:lambda" + here + "function:" + stack + "-egress-1",
		"arn:aws:lambda" + here + "function:" + stack + "-orchestrator",
		"arn:aws:states" + here + "stateMachine:" + stack,
		"arn:aws:states" + here + "execution:" + stack + ":6a1f20c9",
		"arn:aws:logs" + here + "log-group:/aws/lambda/" + stack + "-egress-1",
		"arn:aws:logs" + here + "log-group:/aws/vendedlogs/states/" + stack,
		"arn:aws:events" + here + "rule/" + stack + "-placed",
		"arn:aws:scheduler" + here + "schedule/" + stack + "/nightly",
		"arn:aws:scheduler" + here + "schedule-group/" + stack,
		"arn:aws:sqs" + here + stack + "-dead-letters",
	}
}

func policyText(t *testing.T, page string) string {
	t.Helper()
	return policyIn(t, page, "")
}

// policyIn is the policy of the block with this word behind json.
func policyIn(t *testing.T, page, word string) string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?ms)^```json" + word + "\n(.*?)^```$").FindSubmatch(text)
	if block == nil {
		t.Fatal("the page has no policy")
	}
	return string(block[1])
}

// resourcesOf are the patterns of all statements that name resources.
func resourcesOf(t *testing.T, policy string) []string {
	t.Helper()
	var parsed struct{ Statement []struct{ Resource any } }
	if err := json.Unmarshal([]byte(policy), &parsed); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, s := range parsed.Statement {
		switch r := s.Resource.(type) {
		case string:
			all = append(all, r)
		case []any:
			for _, name := range r {
				all = append(all, name.(string))
			}
		}
	}
	return slices.DeleteFunc(all, func(p string) bool { return p == "*" })
}

// covers compares as IAM does: * stands for any characters.
func covers(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	for i, p := range parts {
		parts[i] = regexp.QuoteMeta(p)
	}
	return regexp.MustCompile(`\A` + strings.Join(parts, ".*") + `\z`).MatchString(name)
}
