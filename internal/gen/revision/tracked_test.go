package revision_test

import (
	"path/filepath"
	"testing"

	"github.com/sfngen/sfngen/internal/gen/revision"
)

func TestStandingOf(t *testing.T) {
	dir := t.TempDir()
	git(t, dir, "init", "-q", "-b", "main")
	write(t, filepath.Join(dir, ".gitignore"), "*.key\n")
	write(t, filepath.Join(dir, "specs/tracked"), "a")
	git(t, dir, "add", "-A")
	write(t, filepath.Join(dir, "specs/new"), "a")
	for file, want := range map[string]revision.Standing{
		"specs/tracked": revision.Tracked, "specs/new": revision.Untracked, "specs/a.key": revision.Ignored, "specs/gone": revision.Untracked,
		"specs/-v": revision.Untracked, ".git/config": revision.Outside,
	} {
		if got := revision.StandingOf(t.Context(), filepath.Join(dir, file)); got != want {
			t.Errorf("%s: %d, want %d", file, got, want)
		}
	}
	if got := revision.StandingOf(t.Context(), filepath.Join(t.TempDir(), "a")); got != revision.Outside {
		t.Errorf("outside of a repository: %d", got)
	}
}
