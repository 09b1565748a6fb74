package main

import (
	"encoding/json"
	"go/ast"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/runtime/contract"
)

// probeFields are the fields of the line about a probe, which the source names.
func probeFields(t *testing.T) wordSet {
	t.Helper()
	fields := alwaysLogged()
	for _, file := range runtimeSources(t, "egress") {
		inFile, logs := wordSet{}, false
		eachNode([]*ast.File{file}, func(call *ast.CallExpr) {
			f, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return
			}
			if of, ok := f.X.(*ast.Ident); ok && of.Name == "slog" && len(call.Args) == 2 {
				inFile[literalText(call.Args[0])] = true
			}
			logs = logs || f.Sel.Name == "LogAttrs" && literalText(call.Args[2]) == "probe"
		})
		if logs {
			maps.Copy(fields, inFile)
		}
	}
	return fields
}

func alwaysLogged() wordSet { return wordSet{"timestamp": true, "level": true, "msg": true} }

// lineFields are the fields of a line about an execution in which each is set.
func lineFields(attrs func(contract.LogLine) []slog.Attr) wordSet {
	var line contract.LogLine
	value := reflect.ValueOf(&line).Elem()
	for i := range value.NumField() {
		field := value.Field(i)
		switch field.Kind() {
		case reflect.String:
			field.SetString("x")
		case reflect.Int, reflect.Int64:
			field.SetInt(1)
		case reflect.Bool:
			field.SetBool(true)
		case reflect.Slice:
			field.Set(reflect.MakeSlice(field.Type(), 1, 1))
		case reflect.Pointer:
			field.Set(reflect.New(field.Type().Elem()))
		}
	}
	fields := alwaysLogged()
	for _, attr := range attrs(line) {
		fields[attr.Key] = true
	}
	return fields
}

func TestOperationsNamesEveryLogLineAndField(t *testing.T) {
	for heading, fields := range map[string]wordSet{
		"## Lines of an egress: `attempt`":        lineFields(contract.LogLine.AttemptAttrs),
		"## Lines of an egress: `probe`":          probeFields(t),
		"## Lines of the orchestrator: `request`": lineFields(contract.LogLine.RequestAttrs),
	} {
		page := firstColumn(t, heading)
		for _, level := range []string{"INFO", "WARN", "ERROR"} {
			delete(page, level)
		}
		compareWords(t, heading, fields, page)
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
