package internal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestArchitecturePageNamesWhatExists: a walk through the code that leads to a file which is
// gone is worse than none.
func TestArchitecturePageNamesWhatExists(t *testing.T) {
	page, err := os.ReadFile("../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`((?:cmd|internal|runtime|spec|schema|templates)(?:/[\\w.*-]+)*)`").FindAllStringSubmatch(string(page), -1)
	if len(named) < 40 {
		t.Fatalf("only %d files and folders are named", len(named))
	}
	for _, match := range named {
		found, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(match[1])))
		if err != nil || len(found) == 0 {
			t.Errorf("docs/architecture.md names %s, which does not exist", match[1])
		}
	}
	for _, wing := range []string{"gen", "aws", "local", "history", "term", "fakeaws"} {
		if !strings.Contains(string(page), "internal/"+wing) {
			t.Errorf("docs/architecture.md does not name internal/%s", wing)
		}
	}
}
