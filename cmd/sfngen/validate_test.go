package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/fakeaws"
)

const checkedSpec = `version: 1
name: NAME
upstream: {url: https://api.acme.example}
retry:
  maxAttempts: 2
  attemptTimeout: 5s
`

// validated runs validate in a folder with good.yaml, other.yaml and wrong.yaml.
func validated(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"good.yaml":  strings.Replace(checkedSpec, "NAME", "good", 1),
		"other.yaml": strings.Replace(checkedSpec, "NAME", "other", 1),
		"wrong.yaml": strings.Replace(checkedSpec, "NAME", "Wrong", 1),
	} {
		if err := os.WriteFile(filepath.Join(".", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out, errs bytes.Buffer
	status = Run(append([]string{"validate"}, args...), strings.NewReader(""), &out, &errs)
	return status, out.String(), errs.String()
}

// awsSays is an AWS that says the same of each definition, and which it was asked
// about.
func awsSays(t *testing.T, diagnostics ...string) *[]string {
	t.Helper()
	var asked []string
	fakeaws.Serve(t, map[string]http.Handler{"states": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Definition string }
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Error(err)
		}
		var machine struct{ Comment string }
		if err := json.Unmarshal([]byte(in.Definition), &machine); err != nil {
			t.Error(err)
		}
		name, _, _ := strings.Cut(machine.Comment, ":")
		asked = append(asked, name)
		fmt.Fprintf(w, `{"result":"OK","diagnostics":[%s],"truncated":false}`, strings.Join(diagnostics, ","))
	})})
	return &asked
}

// more is the line that says where there is more about a rule.
func more(rule string) string { return "'sfngen explain " + rule + "' says why, with an example\n" }

func TestValidateAWS(t *testing.T) {
	const warning = `{"severity":"WARNING","code":"W","message":"words","location":"/States/Attempt 1/TimeoutSeconds"}`
	const failure = `{"severity":"ERROR","code":"E","message":"words","location":"/States/Attempt 1/TimeoutSeconds"}`
	const report = "; if that field is right, sfngen writes what AWS refuses: please report it [aws-refuses]\n"
	const wrong = "wrong.yaml:2:7: error: name: must be 2 to 32 lower-case letters, digits and hyphens that begin with a letter and do " +
		"not end in a hyphen, got \"Wrong\"; did you mean wrong? [name]\n"
	tests := []struct {
		name           string
		says           []string
		args           []string
		status         int
		stdout, stderr string
		asked          []string
	}{
		{"AWS agrees", nil, []string{"--aws", "good.yaml"}, 0, "", "1 spec without errors, neither here nor in AWS\n", []string{"good"}},
		{"AWS warns", []string{warning}, []string{"--aws", "good.yaml"}, 0,
			"good.yaml:6:19: warning: retry.attemptTimeout: AWS says W at /States/Attempt 1/TimeoutSeconds: words [aws-warns]\n",
			more("aws-warns") + "1 spec without errors, neither here nor in AWS\n", []string{"good"}},
		{"AWS warns, and warnings count", []string{warning}, []string{"--aws", "--strict", "good.yaml"}, 1,
			"good.yaml:6:19: warning: retry.attemptTimeout: AWS says W at /States/Attempt 1/TimeoutSeconds: words " +
				"[aws-warns]\n", more("aws-warns"), []string{"good"}},
		{"AWS refuses two", []string{failure}, []string{"--aws", "other.yaml", "good.yaml"}, 1,
			"good.yaml:6:19: error: retry.attemptTimeout: AWS says E at /States/Attempt 1/TimeoutSeconds: words" + report +
				"other.yaml:6:19: error: retry.attemptTimeout: AWS says E at /States/Attempt 1/TimeoutSeconds: words" +
				report, more("aws-refuses"), []string{"other", "good"}},
		{"for GitHub", []string{warning}, []string{"--aws", "--format", "github", "good.yaml"}, 0,
			"::warning file=good.yaml,line=6,col=19,title=aws-warns::retry.attemptTimeout: AWS says W at /States/Attempt 1/TimeoutSeconds: " +
				"words%0A" + more("aws-warns"), "", []string{"good"}},
		{"not about a spec with errors", nil, []string{"--aws", "good.yaml", "wrong.yaml"}, 1, wrong,
			more("name") + "note: AWS did not check 1 spec that has errors here\n", []string{"good"}},
		{"only a spec with errors", nil, []string{"--aws", "wrong.yaml"}, 1, wrong,
			more("name") + "note: AWS did not check 1 spec that has errors here\n", nil},
		{"not asked", nil, []string{"good.yaml"}, 0, "", "1 spec without errors\n", nil},
		{"a region for nothing", nil, []string{"--region", "eu-west-1", "good.yaml"}, 2, "",
			"sfngen: --region and --profile say which AWS to call: add --aws, or leave them out\n", nil},
		{"an empty region", nil, []string{"--aws", "--region", "", "good.yaml"}, 2, "",
			"sfngen: invalid argument \"\" for \"--region\" flag: is empty; leave the flag out, or give it a value; see 'sfngen validate " +
				"--help'\n", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			asked := awsSays(t, test.says...)
			status, stdout, stderr := validated(t, test.args...)
			if status != test.status {
				t.Errorf("exit status %d, want %d", status, test.status)
			}
			if diff := cmp.Diff(test.stdout, stdout); diff != "" {
				t.Errorf("stdout (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.stderr, stderr); diff != "" {
				t.Errorf("stderr (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.asked, *asked); diff != "" {
				t.Errorf("asked about (-want +got):\n%s", diff)
			}
		})
	}
}

// TestValidateNothingToAskAbout needs no credentials.
func TestValidateNothingToAskAbout(t *testing.T) {
	fakeaws.Environment(t, "")
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	status, _, stderr := validated(t, "--aws", "wrong.yaml")
	if diff := cmp.Diff(more("name")+"note: AWS did not check 1 spec that has errors here\n", stderr); status != 1 || diff != "" {
		t.Errorf("exit status %d, stderr (-want +got):\n%s", status, diff)
	}
}

// TestValidateWithoutCredentials still tells what was found here.
func TestValidateWithoutCredentials(t *testing.T) {
	fakeaws.Environment(t, "")
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	status, stdout, stderr := validated(t, "--aws", "good.yaml", "wrong.yaml")
	if status != 2 || !strings.HasPrefix(stdout, "wrong.yaml:2:7: error: name") {
		t.Errorf("exit status %d, stdout:\n%s", status, stdout)
	}
	const want = "sfngen: asking AWS whose credentials these are: no AWS credentials found: sign in (aws sso login, aws login), store " +
		"keys (aws configure), name a profile with --profile or AWS_PROFILE, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this " +
		"machine a role\n"
	if diff := cmp.Diff(want, stderr); diff != "" {
		t.Errorf("stderr (-want +got):\n%s", diff)
	}
}

// The page of rules shows what programs see of an ignored warning.
func TestIgnoredInJSON(t *testing.T) {
	page := readFile(t, filepath.Join("..", "..", "docs", "rules.md"))
	_, rest, _ := strings.Cut(page, "```yaml\n")
	ignoring, rest, _ := strings.Cut(rest, "```")
	_, rest, _ = strings.Cut(rest, "```json\n")
	want, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("docs/rules.md shows no such JSON")
	}
	t.Chdir(t.TempDir())
	write(t, "acme.yaml", "version: 1\nname: acme\nupstream: {url: https://api.acme.example}\nretry: {maxAttempts: 2}\n"+ignoring)
	code, stdout, stderr := run("validate", "--strict", "--format", "json", "acme.yaml")
	if diff := cmp.Diff(want, stdout); code != 0 || diff != "" {
		t.Errorf("exit status %d, %s\n(-page +got):\n%s", code, stderr, diff)
	}
}
