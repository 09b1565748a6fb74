//go:build unix

package gobuild_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/sfngen/sfngen/internal/gen/gobuild"
)

// How go has ended stands where its own words do not tell.
func TestHowGoEnded(t *testing.T) {
	for _, test := range []struct{ name, script, want string }{
		{"it says why", "echo words; exit 1", "compiling the egress Lambda:\nwords"},
		{"it says nothing", "exit 3", "compiling the egress Lambda: exit status 3"},
		{"it is killed while it talks", "echo words; kill -9 $$", "compiling the egress Lambda: signal: killed\nwords"},
	} {
		t.Run(test.name, func(t *testing.T) {
			bin := t.TempDir()
			if err := os.WriteFile(filepath.Join(bin, "go"), []byte("#!/bin/sh\n"+test.script+"\n"), 0o777); err != nil {
				t.Fatal(err)
			}
			t.Setenv("PATH", bin)
			err := gobuild.Build(t.Context(), gobuild.Options{Dir: t.TempDir(), Main: "egress", Out: filepath.Join(bin, "out")})
			if err == nil || err.Error() != test.want {
				t.Errorf("error %q, want %q", err, test.want)
			}
		})
	}
}
