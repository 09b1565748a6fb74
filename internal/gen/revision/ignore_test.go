package revision_test

import (
	"os"
	"testing"

	"github.com/sfngen/sfngen/internal/gen/revision"
)

// The other lines stay, with the ends that they have; what is there already is not added.
func TestIgnore(t *testing.T) {
	for text, want := range map[string]string{
		"": "values\n", "dist\n": "dist\nvalues\n", "dist": "dist\nvalues\n", "dist\r\n": "dist\r\nvalues\r\n",
		"values\n": "values\n", "dist\r\nvalues\r\n": "dist\r\nvalues\r\n", "values2\n": "values2\nvalues\n",
	} {
		t.Chdir(t.TempDir())
		if text != "" {
			write(t, revision.IgnoreFile, text)
		}
		added, err := revision.Ignore(t.Context(), "values")
		got, readErr := os.ReadFile(revision.IgnoreFile)
		if err != nil || readErr != nil || string(got) != want || added != (want != text) {
			t.Errorf("%q: added %v, %v\n%q, want %q", text, added, err, got, want)
		}
	}
}

func TestIgnoreWhatGitIgnoresElsewhere(t *testing.T) {
	t.Chdir(t.TempDir())
	git(t, ".", "init", "-q")
	write(t, revision.IgnoreFile, "val*\n")
	if added, err := revision.Ignore(t.Context(), "values"); added || err != nil {
		t.Errorf("added %v, %v", added, err)
	}
}
