package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

// The page for who is on call is held against the code of the runtime: what the
// one has, the other has.

// repositoryRoot is found before a test changes the folder.
var repositoryRoot, _ = filepath.Abs("../..")

type wordSet map[string]bool

func (n wordSet) list() []string { return slices.Sorted(maps.Keys(n)) }

func operationsPage(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(repositoryRoot, "docs", "operations.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// sectionOf is the text below a heading, up to the next one.
func sectionOf(t *testing.T, heading string) string {
	t.Helper()
	_, after, found := strings.Cut(operationsPage(t), "\n"+heading+"\n")
	if !found {
		t.Fatalf("the page has no heading %q", heading)
	}
	section, _, _ := strings.Cut(after, "\n#")
	return section
}

var backquoted = regexp.MustCompile("`([^`]+)`")

// firstColumn is what stands in backquotes in the first column of the tables below
// a heading.
func firstColumn(t *testing.T, heading string) wordSet {
	t.Helper()
	found := wordSet{}
	for line := range strings.SplitSeq(sectionOf(t, heading), "\n") {
		if cells := strings.Split(line, "|"); len(cells) > 2 {
			for _, match := range backquoted.FindAllStringSubmatch(cells[1], -1) {
				found[match[1]] = true
			}
		}
	}
	return found
}

func compareWords(t *testing.T, what string, code, page wordSet) {
	t.Helper()
	if diff := cmp.Diff(code.list(), page.list()); diff != "" {
		t.Errorf("%s (-the code has +the page has):\n%s", what, diff)
	}
}

// runtimeSources are the files of a package of the runtime, without tests.
func runtimeSources(t *testing.T, name string) []*ast.File {
	t.Helper()
	paths, _ := filepath.Glob(filepath.Join(repositoryRoot, "runtime", name, "*.go"))
	var files []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

func eachNode[N ast.Node](files []*ast.File, do func(N)) {
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			if node, ok := n.(N); ok {
				do(node)
			}
			return true
		})
	}
}

func literalText(e ast.Expr) string {
	literal, ok := e.(*ast.BasicLit)
	if !ok {
		return ""
	}
	value, _ := strconv.Unquote(literal.Value)
	return value
}

// constantsOf are the values of those that are declared with a type.
func constantsOf(files []*ast.File, of string) wordSet {
	found := wordSet{}
	eachNode(files, func(spec *ast.ValueSpec) {
		if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == of {
			found[literalText(spec.Values[0])] = true
		}
	})
	return found
}

// membersOf are the strings, or the keys, of a variable that holds a list or a map.
func membersOf(files []*ast.File, variable string) wordSet {
	found := wordSet{}
	eachNode(files, func(spec *ast.ValueSpec) {
		if spec.Names[0].Name != variable {
			return
		}
		for _, element := range spec.Values[0].(*ast.CompositeLit).Elts {
			if pair, ok := element.(*ast.KeyValueExpr); ok {
				element = pair.Key
			}
			found[literalText(element)] = true
		}
	})
	return found
}

func TestOperationsNamesEveryFault(t *testing.T) {
	compareWords(t, "faults", constantsOf(runtimeSources(t, "contract"), "Fault"), firstColumn(t, "## Faults"))
}

func TestOperationsNamesEveryErrorAndOutcome(t *testing.T) {
	code := wordSet{"success": true, contract.ErrRateLimited: true, contract.ErrTransient: true, contract.ErrRejected: true,
		contract.ErrAllLimited: true, contract.ErrSkipped: true}
	maps.Copy(code, membersOf(runtimeSources(t, "orchestrator"), "crashProblems"))
	maps.Copy(code, membersOf(runtimeSources(t, "egress"), "neverRan"))
	definition, err := os.ReadFile(filepath.Join(repositoryRoot, "golden", "acme-orders", "statemachine.asl.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range regexp.MustCompile(`"((?:Lambda|States)\.[A-Za-z0-9]+)"`).FindAllStringSubmatch(string(definition), -1) {
		if match[1] != "States.ALL" {
			code[match[1]] = true
		}
	}
	compareWords(t, "errors", code, firstColumn(t, "## Outcomes and errors"))
}

func TestOperationsNamesEveryStatusAndCause(t *testing.T) {
	orchestrator := runtimeSources(t, "orchestrator")
	statuses := wordSet{}
	for _, status := range types.ExecutionStatus("").Values() {
		statuses[string(status)] = true
	}
	compareWords(t, "statuses", statuses, firstColumn(t, "## Statuses of an execution"))
	compareWords(t, "causes", membersOf(orchestrator, "hints"), firstColumn(t, "## Causes in the orchestrator's log"))
}

// Every status of a problem is in the table of status codes.
func TestOperationsNamesEveryStatusCode(t *testing.T) {
	table := sectionOf(t, "## Status codes")
	codes := wordSet{}
	eachNode(runtimeSources(t, "orchestrator"), func(selector *ast.SelectorExpr) {
		if strings.HasPrefix(selector.Sel.Name, "Status") && len(selector.Sel.Name) > len("Status") {
			codes[selector.Sel.Name] = true
		}
	})
	for code := 100; code < 600; code++ {
		name := "Status" + strings.NewReplacer(" ", "", "-", "").Replace(http.StatusText(code))
		ours := code != http.StatusNoContent && code != http.StatusNotModified && codes[name]
		if ours && !strings.Contains(table, "\n| "+strconv.Itoa(code)+" | ") {
			t.Errorf("the orchestrator answers %d, and the page has no line for it", code)
		}
	}
}

var (
	specField = regexp.MustCompile("`((?:upstream|retry|egress|workflow|triggers)\\.[A-Za-z.]+)")
	pageLink  = regexp.MustCompile(`\]\(([a-z-]*(?:\.md)?)(#[a-z0-9-]+)?\)`)
	pageTitle = regexp.MustCompile(`(?m)^#+ (.+)$`)
	notInLink = regexp.MustCompile(`[^a-z0-9 -]`)
)

// titlesOf are the headings of a page as links have them.
func titlesOf(t *testing.T, name string) wordSet {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(repositoryRoot, "docs", name))
	if err != nil {
		t.Errorf("a link leads to %s: %v", name, err)
	}
	found := wordSet{}
	for _, match := range pageTitle.FindAllStringSubmatch(string(page), -1) {
		found[strings.ReplaceAll(notInLink.ReplaceAllString(strings.ToLower(match[1]), ""), " ", "-")] = true
	}
	return found
}

func TestOperationsLeadsSomewhere(t *testing.T) {
	page := operationsPage(t)
	for _, match := range pageLink.FindAllStringSubmatch(page, -1) {
		name, title := match[1], strings.TrimPrefix(match[2], "#")
		if name == "" {
			name = "operations.md"
		}
		if titles := titlesOf(t, name); title != "" && !titles[title] {
			t.Errorf("%s leads nowhere", match[0])
		}
	}
	fields := titlesOf(t, "spec.md")
	for _, match := range specField.FindAllStringSubmatch(page, -1) {
		if field := strings.ToLower(strings.ReplaceAll(match[1], ".", "")); !fields[field] {
			t.Errorf("the spec has no field %s", match[1])
		}
	}
}

// Every command of sfngen's on the page is one, with its flags.
func TestOperationsShowsCommandsThatAre(t *testing.T) {
	isCommand(t, regexp.MustCompile("(?m)(?:^|`|&& )sfngen ([^\n`#&]+)").FindAllStringSubmatch(operationsPage(t), -1))
}

// So is every command in the text of an alarm, which is read at night.
func TestAlarmsNameCommandsThatAre(t *testing.T) {
	command := regexp.MustCompile(`sfngen ([a-z]+ [a-z0-9-]+(?: --[a-z-]+(?: [a-z0-9][a-z0-9-]*)?)*)`)
	for _, name := range []string{"bank-statements", "payments-platform"} {
		template, err := os.ReadFile(filepath.Join(repositoryRoot, "golden", name, "template.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		named := 0
		for _, line := range regexp.MustCompile(`(?m)^ +(?:Look|Do): .*$`).FindAllString(string(template), -1) {
			found := command.FindAllStringSubmatch(line, -1)
			isCommand(t, found)
			named += len(found)
		}
		if named < 5 {
			t.Errorf("the alarms of %s name %d commands", name, named)
		}
	}
}

// isCommand: of each match the first group is what follows the name of the program.
func isCommand(t *testing.T, matches [][]string) {
	t.Helper()
	for _, match := range matches {
		c, rest, err := newRoot().Find(strings.Fields(match[1]))
		if err == nil {
			err = c.ParseFlags(rest)
		}
		if err != nil {
			t.Errorf("sfngen %s: %v", match[1], err)
		}
	}
}
