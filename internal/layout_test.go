package internal_test

import (
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/sfngen/sfngen/"

// outside is what the runtime may bring into a Lambda.
var outside = map[string]string{
	"runtime/contract":     "",
	"runtime/judge":        "",
	"runtime/egress":       "github.com/aws/aws-lambda-go",
	"runtime/orchestrator": "github.com/aws/aws-lambda-go github.com/aws/aws-sdk-go-v2 github.com/aws/smithy-go",
	// The credentials and the pool of a stack: of AWS's SDK the signer alone.
	"runtime/awscall":               "github.com/aws/aws-sdk-go-v2/aws",
	"runtime/coordination":          "",
	"runtime/coordination/dynamodb": "",
	"runtime/credentials":           "",
	"runtime/credentials/awsstore":  "",
	"runtime/credentials/oauth2":    "golang.org/x/oauth2",
}

// contributing is the page that states the layout.
func contributing(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// tree gives the folders of CONTRIBUTING's tree; two spaces are a level.
func tree(t *testing.T) []string {
	t.Helper()
	_, rest, _ := strings.Cut(contributing(t), "## Where things are")
	_, rest, _ = strings.Cut(rest, "```\n")
	block, _, _ := strings.Cut(rest, "```")
	var folders, above []string
	for line := range strings.Lines(block) {
		name := strings.Fields(line)[0]
		level := (len(line) - len(strings.TrimLeft(line, " "))) / 2
		above = append(above[:level], name)
		folders = append(folders, path.Join(above...))
	}
	return folders
}

// rules gives for each wing what it may import.
func rules(t *testing.T) map[string][]string {
	t.Helper()
	table := map[string][]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| (`[a-z` ]+`) \\| [^|]+\\.? \\| (`[a-z/` "+
		"]+`) \\|$").FindAllStringSubmatch(contributing(t), -1) {
		for _, wing := range strings.Fields(strings.ReplaceAll(row[1], "`", "")) {
			table[wing] = strings.Fields(strings.ReplaceAll(row[2], "`", ""))
		}
	}
	if len(table) < 10 {
		t.Fatalf("CONTRIBUTING.md has no table of wings that can be read: %v", table)
	}
	return table
}

// wings are the folders below internal that a rule names; the others are ground.
func wingOf(folder string, table map[string][]string) string {
	first, rest, _ := strings.Cut(folder, "/")
	if first != "internal" {
		return first
	}
	name, _, _ := strings.Cut(rest, "/")
	if _, isWing := table[name]; isWing {
		return name
	}
	return "ground"
}

func TestEveryFolderIsInTheTree(t *testing.T) {
	told := tree(t)
	for name := range packages(t) {
		if !slices.Contains(told, name) && !strings.Contains(name, "/testdata") {
			t.Errorf("CONTRIBUTING.md's tree lacks %s", name)
		}
	}
	for _, folder := range told {
		if info, err := os.Stat(filepath.Join("..", folder)); err != nil || !info.IsDir() {
			t.Errorf("CONTRIBUTING.md's tree has %s, which is no folder", folder)
		}
	}
}

func TestImportsFollowTheRulesOfTheWings(t *testing.T) {
	table := rules(t)
	for name, imports := range packages(t) {
		for _, imported := range imports {
			checkImport(t, table, name, imported)
		}
	}
}

// packages gives what each package of sfngen imports, tests left out.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		all[strings.TrimPrefix(fields[0], module)] = fields[1:]
	}
	return all
}

func checkImport(t *testing.T, table map[string][]string, name, imported string) {
	t.Helper()
	ours, isOurs := strings.CutPrefix(imported, module)
	if isOurs {
		allowed := table[wingOf(name, table)]
		if !slices.Contains(allowed, wingOf(ours, table)) && !slices.Contains(allowed, ours) &&
			!slices.Contains(allowed, strings.TrimPrefix(ours, "internal/")) {
			t.Errorf("%s must not import %s: %s may import %s", name, ours, wingOf(name, table), strings.Join(allowed, ", "))
		}
		return
	}
	limits, limited := outside[name]
	if !limited || !strings.Contains(imported, ".") {
		return
	}
	for prefix := range strings.FieldsSeq(limits) {
		if strings.HasPrefix(imported, prefix) {
			return
		}
	}
	t.Errorf("%s must stay lean, but imports %s", name, imported)
}

// The published walkthrough that sfngen replaces has twelve faults; each has a
// test by name.
func TestEveryOriginFaultHasATest(t *testing.T) {
	names := map[string]bool{}
	err := filepath.WalkDir("..", func(name string, entry os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "golden" || entry.Name() == ".git"):
			return filepath.SkipDir
		case !strings.HasSuffix(name, "_test.go"):
			return nil
		}
		src, err := os.ReadFile(name)
		for _, match := range regexp.MustCompile(`func TestOriginFault(\d\d)_`).FindAllSubmatch(src, -1) {
			names[string(match[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 12; n++ {
		if !names[fmt.Sprintf("%02d", n)] {
			t.Errorf("no TestOriginFault%02d_…", n)
		}
	}
}
