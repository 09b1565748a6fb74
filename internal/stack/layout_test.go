package stack_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const module = "github.com/sfngen/sfngen/"

// mayImport is the architecture as CONTRIBUTING.md has it: a package of sfngen,
// and which others of sfngen it may know.
func mayImport(t *testing.T) map[string]string {
	t.Helper()
	page, err := os.ReadFile("../../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	table := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z0-9/]+)` \\| [^|]+ \\| ?([^|]*)\\|$").FindAllStringSubmatch(string(page), -1) {
		table[row[1]] = strings.ReplaceAll(row[2], "`", "")
	}
	return table
}

// outside is what the runtime may bring into a Lambda.
var outside = map[string]string{
	"runtime/contract":     "",
	"runtime/egress":       "github.com/aws/aws-lambda-go",
	"runtime/orchestrator": "github.com/aws/aws-lambda-go github.com/aws/aws-sdk-go-v2 github.com/aws/smithy-go",
}

func TestArrowsPointOneWay(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	table := mayImport(t)
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		path, imports, _ := strings.Cut(line, " ")
		name := strings.TrimPrefix(path, module)
		allowed, known := table[name]
		if !known {
			t.Errorf("%s is not in the table of CONTRIBUTING.md", name)
		}
		for _, imported := range strings.Fields(imports) {
			checkImport(t, name, imported, allowed)
		}
	}
}

func checkImport(t *testing.T, name, imported, allowed string) {
	t.Helper()
	if ours, ok := strings.CutPrefix(imported, module); ok {
		if !contains(allowed, ours) {
			t.Errorf("%s must not import %s", name, ours)
		}
		return
	}
	limits, limited := outside[name]
	if !limited || !strings.Contains(imported, ".") {
		return
	}
	for _, prefix := range strings.Fields(limits) {
		if strings.HasPrefix(imported, prefix) {
			return
		}
	}
	t.Errorf("%s must stay lean, but imports %s", name, imported)
}

func contains(list, word string) bool {
	for _, w := range strings.Fields(list) {
		if w == word {
			return true
		}
	}
	return false
}

// origin.md lists twelve faults of the hand-made version; each has a test by name.
func TestEveryOriginFaultHasATest(t *testing.T) {
	names := map[string]bool{}
	for _, pattern := range []string{"../../*/*_test.go", "../../*/*/*_test.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, match := range regexp.MustCompile(`func TestOriginFault(\d\d)_`).FindAllSubmatch(src, -1) {
				names[string(match[1])] = true
			}
		}
	}
	for n := 1; n <= 12; n++ {
		if !names[fmt.Sprintf("%02d", n)] {
			t.Errorf("no TestOriginFault%02d_…", n)
		}
	}
}
