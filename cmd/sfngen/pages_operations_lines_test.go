package main

import (
	"encoding/json"
	"go/ast"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// loggedFields are the messages that a package logs, each with its fields.
func loggedFields(t *testing.T, name string) map[string]wordSet {
	t.Helper()
	found := map[string]wordSet{}
	for _, file := range runtimeSources(t, name) {
		var message string
		fields := wordSet{"timestamp": true, "level": true, "msg": true}
		eachNode([]*ast.File{file}, func(call *ast.CallExpr) {
			switch f := call.Fun.(type) {
			case *ast.SelectorExpr:
				if of, ok := f.X.(*ast.Ident); ok && of.Name == "slog" && len(call.Args) == 2 {
					fields[literalText(call.Args[0])] = true
				} else if f.Sel.Name == "LogAttrs" {
					message = literalText(call.Args[2])
				}
			case *ast.Ident:
				if f.Name == "appendText" {
					fields[literalText(call.Args[1])] = true
				}
			}
		})
		if message != "" {
			delete(fields, "")
			found[message] = fields
		}
	}
	return found
}

func TestOperationsNamesEveryLogLineAndField(t *testing.T) {
	for name, headings := range map[string]map[string]string{
		"egress":       {"attempt": "## Lines of an egress: `attempt`", "probe": "## Lines of an egress: `probe`"},
		"orchestrator": {"request": "## Lines of the orchestrator: `request`"},
	} {
		code := loggedFields(t, name)
		if diff := cmp.Diff(slices.Sorted(maps.Keys(headings)), slices.Sorted(maps.Keys(code))); diff != "" {
			t.Errorf("messages of the %s (-page +code):\n%s", name, diff)
		}
		for message, heading := range headings {
			page := firstColumn(t, heading)
			for _, level := range []string{"INFO", "WARN", "ERROR"} {
				delete(page, level)
			}
			compareWords(t, "fields of "+message, code[message], page)
		}
	}
}

var fieldKey = regexp.MustCompile(`[{,]"([A-Za-z]+)":`)

// lineShapes are the lines of a text that are JSON: level, message and outcome, and
// the fields in their order.
func lineShapes(t *testing.T, text string, into wordSet) {
	t.Helper()
	for line := range strings.SplitSeq(text, "\n") {
		if !strings.HasPrefix(line, `{"timestamp"`) {
			continue
		}
		var known struct{ Level, Msg, Outcome string }
		if err := json.Unmarshal([]byte(line), &known); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		shape := []string{known.Level, known.Msg, known.Outcome + ":"}
		for _, match := range fieldKey.FindAllStringSubmatch(line, -1) {
			shape = append(shape, match[1])
		}
		into[strings.Join(shape, " ")] = true
	}
}

// The lines that the page shows have the fields, in the order, that a stack
// writes when the same happens to it.
func TestOperationsShowsRealLogLines(t *testing.T) {
	inFolder(t)
	calls := 0
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if calls++; calls == 1 {
			w.Header().Set("Retry-After", "30")
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}))
	defer api.Close()
	written := wordSet{}
	for _, upstream := range []string{api.URL, "http://127.0.0.1:1"} {
		_, _, stderr := run("run", "orders.yaml", "GET", "/orders?page=2", "--logs", "--fast", "--upstream", upstream)
		lineShapes(t, stderr, written)
	}
	shown := wordSet{}
	lineShapes(t, operationsPage(t), shown)
	if len(shown) != 5 {
		t.Errorf("the page shows %d kinds of lines, want 5", len(shown))
	}
	for shape := range shown {
		if !written[shape] {
			t.Errorf("no line of a stack is like\n%s\nthere are\n%s", shape, strings.Join(written.list(), "\n"))
		}
	}
}
