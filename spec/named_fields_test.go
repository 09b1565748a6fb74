package spec

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// fieldInPage is a field of the spec as the pages quote it.
var fieldInPage = regexp.MustCompile("`((?:upstream|retry|egress|workflow|triggers)\\.[A-Za-z]+(?:\\.[A-Za-z]+)*)[`:]")

// TestPagesNameFieldsThatExist: who follows a page's advice finds the field. Log lines
// and files have names with a dot too.
func TestPagesNameFieldsThatExist(t *testing.T) {
	pages, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, page := range append(pages, "../README.md", "../CHANGELOG.md", "../SECURITY.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range fieldInPage.FindAllStringSubmatch(string(text), -1) {
			field := match[1]
			count++
			if rootShape().at(field).schema == nil && !strings.HasSuffix(field, ".zip") && !strings.HasSuffix(field, ".go") {
				t.Errorf("%s names %s, which no spec has", page, field)
			}
		}
	}
	if count < 100 {
		t.Errorf("only %d fields found in the pages", count)
	}
}
