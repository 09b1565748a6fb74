package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/release"
)

// Whether files were changed is said only where the build knows.
func TestVersionSaysWhatIsKnownOfChanges(t *testing.T) {
	for name, test := range map[string]struct {
		build release.Build
		want  string // "" for nothing
	}{
		"without VCS information": {release.Build{Version: "(devel)"}, ""},
		"a checkout":              {release.Build{Version: "(devel)", Commit: "e05173f8a1b2"}, `"modified":false`},
		"a changed checkout":      {release.Build{Version: "(devel)", Commit: "e05173f8a1b2", Modified: true}, `"modified":true`},
		"a release":               {release.Build{Version: "v0.4.0"}, `"modified":false`},
	} {
		text, err := json.Marshal(versionRecord(test.build))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), test.want) || strings.Contains(string(text), "modified") != (test.want != "") {
			t.Errorf("%s: %s, want %s", name, text, test.want)
		}
	}
}
