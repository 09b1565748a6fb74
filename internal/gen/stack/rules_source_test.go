package stack_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rulesInSource are the rules that the code names where it makes a finding, but
// for those of fields.
func rulesInSource(t *testing.T) []string {
	t.Helper()
	found := map[string]bool{}
	for _, folder := range []string{"spec", "internal"} {
		err := filepath.WalkDir("../../../"+folder, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				for _, name := range rulesOf(n) {
					found[name] = true
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var rules []string
	for name := range found {
		if !isFieldRule(name) {
			rules = append(rules, name)
		}
	}
	slices.Sort(rules)
	return rules
}

// ruleArgument is the place of the rule among the arguments of what makes a
// finding.
var ruleArgument = map[string]int{"reject": 0, "fail": 0, "warn": 0, "Error": 0, "Warning": 0, "stop": 1}

// rulesOf are the rules in a call that makes a finding, in a Finding that is
// written out, and in an assignment to a variable or constant of the name rule.
func rulesOf(n ast.Node) []string {
	switch n := n.(type) {
	case *ast.CallExpr:
		method, ok := n.Fun.(*ast.SelectorExpr)
		if !ok {
			return nil
		}
		if i, ok := ruleArgument[method.Sel.Name]; ok && len(n.Args) >= 3 && i < len(n.Args) {
			return ruleName(n.Args[i])
		}
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Rule" {
			return ruleName(n.Value)
		}
	case *ast.AssignStmt:
		return namedRule(n.Lhs, n.Rhs)
	case *ast.ValueSpec:
		var names []ast.Expr
		for _, name := range n.Names {
			names = append(names, name)
		}
		return namedRule(names, n.Values)
	}
	return nil
}

func namedRule(names, values []ast.Expr) []string {
	var rules []string
	for i, name := range names {
		if name, ok := name.(*ast.Ident); ok && name.Name == "rule" && i < len(values) {
			rules = append(rules, ruleName(values[i])...)
		}
	}
	return rules
}

var rulePattern = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

func ruleName(value ast.Expr) []string {
	literal, ok := value.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return nil
	}
	if name, err := strconv.Unquote(literal.Value); err == nil && rulePattern.MatchString(name) {
		return []string{name}
	}
	return nil
}
