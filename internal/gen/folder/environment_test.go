package folder_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/spec"
)

const stagedHead = "version: 1\nname: orders\nupstream: {url: 'https://api.example'}\nretry: {maxAttempts: 2}\n"

// buildStaged writes a spec with environments and its stacks into the working directory.
func buildStaged(t *testing.T, environments string) []*stack.Stack {
	t.Helper()
	text := stagedHead + "environments: " + environments + "\n"
	if err := os.WriteFile("orders.yaml", []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	stacks, findings := stack.LoadAll([]stack.Source{{Name: "orders.yaml", Text: []byte(text)}})
	if spec.HasErrors(findings) {
		t.Fatal(findings)
	}
	if _, err := folder.Write(context.Background(), folder.Targets(stacks, folder.DefaultDir, nil), false); err != nil {
		t.Fatal(err)
	}
	return stacks
}

func TestInEnvironment(t *testing.T) {
	t.Chdir(t.TempDir())
	buildStaged(t, "{dev: , prod: {keepName: true}}")
	tests := []struct{ arg, environment, want, wrong string }{
		{"orders", "dev", "orders-dev", ""},
		{"orders", "prod", "orders", ""},
		{"orders-dev", "dev", "orders-dev", ""},
		{"orders.yaml", "prod", "orders", ""},
		{"stacks/orders", "dev", filepath.Join("stacks", "orders-dev"), ""},
		{"payments", "dev", "payments-dev", ""}, // it may be deployed
		{"orders", "prd", "", "orders is built for no environment prd; did you mean prod?"},
		{"orders.yaml", "test", "", "orders.yaml is written for no environment test, but for dev and prod"},
		{"stacks/payments", "dev", "", "there is no stack of payments in stacks for the environment dev; sfngen build writes it from a spec"},
	}
	for _, test := range tests {
		got, err := folder.InEnvironment(folder.DefaultDir, test.arg, test.environment)
		wrong := ""
		if err != nil {
			wrong = err.Error()
		}
		if got != test.want || wrong != test.wrong {
			t.Errorf("%s in %s: %q, %q\nwant %q, %q", test.arg, test.environment, got, wrong, test.want, test.wrong)
		}
	}
}

// A stack of an environment is found by its name, and so is its spec; what to do about a
// stale one names the environment.
func TestStackOfAnEnvironment(t *testing.T) {
	t.Chdir(t.TempDir())
	buildStaged(t, "{dev: , prod: }")
	f, err := folder.Open("orders-prod")
	if err != nil {
		t.Fatal(err)
	}
	if file, err := f.FindSpec(); file != "orders.yaml" || err != nil {
		t.Errorf("the spec is %q: %v", file, err)
	}
	if _, err := folder.Open("orders"); !errors.Is(err, folder.ErrNoFolder) ||
		!strings.Contains(err.Error(), "name orders-dev or orders-prod, or add --env dev|prod") {
		t.Errorf("orders: %v", err)
	}
	s, _ := stack.Load("orders.yaml", []byte(stagedHead+"environments: {dev: , prod: {egress: {memory: 256}}}\n"), "prod")
	var stale *folder.StaleError
	if err := f.Matches(s, "orders.yaml"); !errors.As(err, &stale) || !strings.Contains(err.Error(), "'sfngen build orders.yaml --env prod'") {
		t.Errorf("stale: %v", err)
	}
}

// A spec that got another name: each environment's stack takes the place of its own.
func TestRenamedInEachEnvironment(t *testing.T) {
	t.Chdir(t.TempDir())
	buildStaged(t, "{dev: , prod: }")
	text := strings.Replace(stagedHead, "orders", "sales", 1) + "environments: {dev: , prod: , test: }\n"
	if err := os.WriteFile("orders.yaml", []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	stacks, _ := stack.LoadAll([]stack.Source{{Name: "orders.yaml", Text: []byte(text)}})
	var got []string
	for _, target := range folder.Targets(stacks, folder.DefaultDir, nil) {
		got = append(got, filepath.Base(target.Dir)+" for "+filepath.ToSlash(folder.Renamed(target)))
	}
	want := []string{"sales-dev for stacks/orders-dev", "sales-prod for stacks/orders-prod", "sales-test for "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestStacksIn(t *testing.T) {
	t.Chdir(t.TempDir())
	buildStaged(t, "{dev: , prod: {keepName: true}}")
	if err := os.Mkdir("stacks/notes", 0o777); err != nil {
		t.Fatal(err)
	}
	for environments, want := range map[string]string{
		"": "orders orders-dev", "dev": "orders-dev", "prod dev": "orders orders-dev", "test": "",
	} {
		got, err := folder.StacksIn("stacks", strings.Fields(environments)...)
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%q: %v, %v, want %s", environments, got, err, want)
		}
	}
}
