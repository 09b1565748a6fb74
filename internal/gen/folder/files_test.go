package folder_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func writeFile(t testing.TB, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

// readTree is every regular file below dir, by slash-separated path. What is not
// a regular file shows as its type.
func readTree(t testing.TB, dir string) map[string]string {
	t.Helper()
	m := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		path, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		if !entry.Type().IsRegular() {
			m[filepath.ToSlash(path)] = entry.Type().String()
			return nil
		}
		content, err := os.ReadFile(name)
		m[filepath.ToSlash(path)] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}
