package check_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/check"
	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/spec"
)

const acme = `version: 1
name: acme
upstream: {url: https://api.acme.example}
retry:
  maxAttempts: 3
  attemptTimeout: 5s
  deadline: 2m
  backoff:
    maxDelay: 20s
  rateLimit:
    scope: ip
egress:
  count: 2
  start: random
`

// question is a call of ValidateStateMachineDefinition, as it arrives.
type question struct {
	Definition, Type, Severity string
}

// states answers each call with the next of the answers, in AWS's JSON.
func states(t *testing.T, answers ...string) (*cloud.Cloud, *[]question) {
	t.Helper()
	var questions []question
	fakeaws.Serve(t, map[string]http.Handler{"states": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if target := r.Header.Get("X-Amz-Target"); target != "AWSStepFunctions.ValidateStateMachineDefinition" {
			t.Errorf("the call is %s", target)
		}
		var q question
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
			t.Error(err)
		}
		questions = append(questions, q)
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		if len(questions) > len(answers) {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"__type":"AccessDeniedException","message":"no"}`)
			return
		}
		fmt.Fprint(w, answers[len(questions)-1])
	})})
	c, err := cloud.Open(context.Background(), cloud.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c, &questions
}

const fine = `{"result":"OK","diagnostics":[],"truncated":false}`

func load(t *testing.T, texts ...string) []*stack.Stack {
	t.Helper()
	var sources []stack.Source
	for i, text := range texts {
		sources = append(sources, stack.Source{Name: fmt.Sprintf("%c.yaml", 'a'+i), Text: []byte(text)})
	}
	stacks, findings := stack.LoadAll(sources)
	if spec.HasErrors(findings) {
		t.Fatal(findings)
	}
	return stacks
}

func lines(findings []spec.Finding) []string {
	out := []string{}
	for _, f := range findings {
		out = append(out, f.String())
	}
	return out
}

func TestNothingToSay(t *testing.T) {
	c, _ := states(t, fine)
	findings, err := check.Check(context.Background(), c, load(t, acme))
	if err != nil || len(findings) > 0 {
		t.Errorf("got %v, %v", findings, err)
	}
}

// TestQuestion: AWS gets the definition as it would be deployed.
func TestQuestion(t *testing.T) {
	tests := []struct {
		name, text, kind, resource string
	}{
		{"express", acme, "EXPRESS", "arn:aws:states:::lambda:invoke"},
		{"standard", acme + "workflow: {type: standard}\n", "STANDARD", "arn:aws:states:::lambda:invoke"},
		{"another partition, asked in this one", acme + "partition: aws-cn\n", "EXPRESS", "arn:aws:states:::lambda:invoke"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, questions := states(t, fine)
			if _, err := check.Check(context.Background(), c, load(t, test.text)); err != nil {
				t.Fatal(err)
			}
			q := (*questions)[0]
			if q.Type != test.kind || q.Severity != "WARNING" {
				t.Errorf("type %s, severity %s", q.Type, q.Severity)
			}
			if left := regexp.MustCompile(`\$\{[^}]*\}`).FindString(q.Definition); left != "" {
				t.Errorf("%s is left in the definition", left)
			}
			if strings.Contains(q.Definition, "\n") {
				t.Error("the definition has white space, which counts")
			}
			var machine struct {
				States map[string]struct {
					Resource   string
					Parameters map[string]any
				}
			}
			if err := json.Unmarshal([]byte(q.Definition), &machine); err != nil {
				t.Fatal(err)
			}
			first := machine.States["Attempt 1"]
			if diff := cmp.Diff(test.resource, first.Resource); diff != "" {
				t.Errorf("resource (-want +got):\n%s", diff)
			}
			const egress = "arn:aws:lambda:eu-central-1:123456789012:function:acme-egress-"
			want := "States.ArrayGetItem(States.Array('" + egress + "1', '" + egress + "2'), $.start.index)"
			if diff := cmp.Diff(want, first.Parameters["FunctionName.$"]); diff != "" {
				t.Errorf("function (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSeveralSpecs come together, in order.
func TestSeveralSpecs(t *testing.T) {
	say := func(severity, location string) string {
		return fmt.Sprintf(`{"result":"OK","diagnostics":[{"severity":%q,"code":"CODE","message":"words","location":%q}],"truncated":false}`,
			severity, location)
	}
	other := strings.Replace(acme, "name: acme", "name: other", 1)
	c, _ := states(t, say("WARNING", "/TimeoutSeconds"), say("ERROR", "/States/Start"))
	stacks := load(t, acme, other)
	stacks[0], stacks[1] = stacks[1], stacks[0]
	findings, err := check.Check(context.Background(), c, stacks)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"a.yaml:14:10: error: egress.start: AWS says CODE at /States/Start: words; if that field is right, sfngen writes what AWS refuses: " +
			"please report it [aws-refuses]",
		"b.yaml:7:13: warning: retry.deadline: AWS says CODE at /TimeoutSeconds: words [aws-warns]",
	}
	if diff := cmp.Diff(want, lines(findings)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// TestTrouble keeps what was found before.
func TestTrouble(t *testing.T) {
	c, _ := states(t, `{"result":"FAIL","diagnostics":[]}`)
	findings, err := check.Check(context.Background(), c, load(t, acme, strings.Replace(acme, "name: acme", "name: other", 1)))
	var api smithy.APIError
	if !errors.As(err, &api) || len(findings) != 1 {
		t.Fatalf("got %d findings and %v", len(findings), err)
	}
	const want = "asking AWS about the state machine of b.yaml: AWS denies states:ValidateStateMachineDefinition: no; " +
		"https://github.com/sfngen/sfngen/blob/main/docs/deploy.md has the policy that sfngen needs"
	if diff := cmp.Diff(want, cloud.Explain(err).Error()); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}
