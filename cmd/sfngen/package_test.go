package main

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// packable is a stack in this folder whose mains were changed by hand, into ones
// that compile quickly.
func packable(t *testing.T) {
	t.Helper()
	inFolder(t)
	if code, _, stderr := run("build", "orders.yaml"); code != 0 {
		t.Fatal(stderr)
	}
	for _, name := range []string{"egress", "orchestrator"} {
		write(t, filepath.Join("stacks/orders/cmd", name, "main.go"), "package main\n\nfunc main() { println(`"+name+"`) }\n")
	}
}

// changedByHand is what package says of that.
const changedByHand = "note: stacks/orders/cmd/egress/main.go is not as sfngen wrote it, and is compiled into the Lambdas\n" +
	"note: stacks/orders/cmd/orchestrator/main.go is not as sfngen wrote it, and is compiled into the Lambdas\n"

func TestPackage(t *testing.T) {
	packable(t)
	code, stdout, stderr := run("package", "orders")
	if code != 0 || stderr != changedByHand+"compiling egress for linux/arm64\ncompiling orchestrator for linux/arm64\n" {
		t.Errorf("exit status %d, stderr:\n%s", code, stderr)
	}
	want := regexp.MustCompile(`^stacks/orders/dist/egress.zip  0\.\d MB  sha256 ([0-9a-f]{16})  new
stacks/orders/dist/orchestrator.zip  0\.\d MB  sha256 ([0-9a-f]{16})  new
$`)
	first := want.FindStringSubmatch(stdout)
	if first == nil {
		t.Fatalf("stdout:\n%s", stdout)
	}

	code, stdout, stderr = run("package", "stacks/orders/", "--json")
	var list []map[string]any
	if err := json.Unmarshal([]byte(stdout), &list); err != nil || code != 0 {
		t.Fatalf("exit status %d, %v:\n%s%s", code, err, stdout, stderr)
	}
	for _, a := range list {
		if sum, _ := a["sha256"].(string); len(sum) != 64 || a["size"].(float64) < 1000 {
			t.Errorf("artifact %v", a)
		}
		delete(a, "sha256")
		delete(a, "size")
	}
	wantList := []map[string]any{
		{"lambda": "egress", "file": "stacks/orders/dist/egress.zip", "key": "orders/egress-" + first[1] + ".zip", "changed": false},
		{"lambda": "orchestrator", "file": "stacks/orders/dist/orchestrator.zip", "key": "orders/orchestrator-" + first[2] + ".zip",
			"changed": false},
	}
	if diff := cmp.Diff(wantList, list); diff != "" {
		t.Errorf("the second time (-want +got):\n%s", diff)
	}
}

func TestPackageElsewhereSaysUnchanged(t *testing.T) {
	packable(t)
	for _, state := range []string{"new", "unchanged"} {
		code, stdout, stderr := run("package", "orders", "--out", "zips/here")
		want := regexp.MustCompile(`^zips/here/egress.zip  0\.\d MB  sha256 [0-9a-f]{16}  ` + state + `
zips/here/orchestrator.zip  0\.\d MB  sha256 [0-9a-f]{16}  ` + state + `
$`)
		if code != 0 || !want.MatchString(stdout) {
			t.Errorf("exit status %d, want %q\n%s%s", code, state, stdout, stderr)
		}
	}
}

func TestPackageFails(t *testing.T) {
	packable(t)
	write(t, "stacks/orders/cmd/orchestrator/main.go", "package main\n\nfunc main() { undefinedHere() }\n")
	progress := changedByHand + "compiling egress for linux/arm64\n"
	for _, test := range []struct {
		name, path, want string
	}{
		{"a build error", "", progress + "compiling orchestrator for linux/arm64\nsfngen: compiling the orchestrator Lambda:\n" +
			"# stacks/orders/cmd/orchestrator\ncmd/orchestrator/main.go:3:15: undefined: undefinedHere\n"},
		{"no go", t.TempDir(), progress +
			"sfngen: the Lambdas cannot be compiled: no go command is on the PATH; install Go from https://go.dev/dl\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.path != "" {
				t.Setenv("PATH", test.path)
			}
			code, stdout, stderr := run("package", "orders")
			if code != 2 || stdout != "" {
				t.Errorf("exit status %d, stdout %q", code, stdout)
			}
			if diff := cmp.Diff(test.want, stderr); diff != "" {
				t.Errorf("stderr (-want +got):\n%s", diff)
			}
		})
	}
}
