package folder_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// built is stacks/orders, just built.
func built(t *testing.T) (dir string, files int) {
	t.Helper()
	t.Chdir(t.TempDir())
	s, _ := stack.Load("orders.yaml", []byte(searched))
	dir = filepath.Join("stacks", "orders")
	if _, err := folder.Write(t.Context(), []folder.Target{{Stack: s, Dir: dir}}, false); err != nil {
		t.Fatal(err)
	}
	return dir, len(s.Files)
}

func TestDiscardLeavesNothingOfSfngens(t *testing.T) {
	dir, files := built(t)
	put(t, filepath.Join(dir, "dist", "egress.zip"))
	got, err := folder.Discard(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(folder.Removed{Dir: dir, Files: files + 1}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := os.Lstat(dir); err == nil {
		t.Errorf("%s is still there", dir)
	}
}

// What somebody else wrote, or has changed, stays, and the rest goes.
func TestDiscardKeepsWhatIsNotItsOwn(t *testing.T) {
	dir, files := built(t)
	put(t, filepath.Join(dir, "notes", "mine.txt"))
	put(t, filepath.Join(dir, "README.md")) // edited
	if err := os.Remove(filepath.Join(dir, "go.sum")); err != nil {
		t.Fatal(err)
	}
	got, err := folder.Discard(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(folder.Removed{Dir: dir, Files: files - 2, Kept: []string{"README.md", "notes/mine.txt"}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 || manifest.In(dir) {
		t.Errorf("%v (%v)", entries, err)
	}
}

func TestDiscardIsWholeOrNot(t *testing.T) {
	dir, files := built(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := folder.Discard(ctx, dir); err == nil {
		t.Error("removed after an interrupt")
	}
	newer := filepath.Join(dir, manifest.Name)
	text, err := os.ReadFile(newer)
	if err != nil {
		t.Fatal(err)
	}
	put(t, newer)
	if _, err := folder.Discard(t.Context(), dir); err == nil {
		t.Error("removed without a readable manifest")
	}
	if err := os.WriteFile(newer, text, 0o666); err != nil {
		t.Fatal(err)
	}
	s, _ := stack.Load("orders.yaml", []byte(searched))
	if d, err := folder.Compare(s, dir); err != nil || !d.None() || len(s.Files) != files {
		t.Errorf("the folder has changed: %v, %v", d, err)
	}
}
