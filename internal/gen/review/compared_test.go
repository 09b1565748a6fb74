package review_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/review"
	"github.com/sfngen/sfngen/internal/gen/revision"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

func git(t *testing.T, args ...string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip(err)
	}
	out, err := exec.Command("git", append([]string{"-c", "user.name=n", "-c", "user.email=e@example.com"}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

// target writes the spec as orders.yaml, and loads its stack.
func target(t *testing.T, src string) folder.Target {
	t.Helper()
	if err := os.WriteFile("orders.yaml", []byte(src), 0o666); err != nil {
		t.Fatal(err)
	}
	return folder.Targets([]*stack.Stack{load(t, src)}, "stacks", nil)[0]
}

// created counts the files that are new.
func created(d folder.Difference) (n int) {
	for _, c := range d.Changes {
		if c.Kind == folder.Create {
			n++
		}
	}
	return n
}

// A stack that was renamed is compared with what it was: in a summary of its folder, and in
// a commit, where the spec says the name.
func TestComparedUnderTheEarlierName(t *testing.T) {
	t.Chdir(t.TempDir())
	git(t, "init", "-q")
	old := target(t, base)
	if _, err := folder.Write(t.Context(), []folder.Target{old}, false); err != nil {
		t.Fatal(err)
	}
	git(t, "add", "-A")
	git(t, "commit", "-qm", "orders")
	rev, err := revision.Of("HEAD")
	if err != nil {
		t.Fatal(err)
	}
	if d, err := review.WithCommit(t.Context(), old, rev); err != nil || !d.None() {
		t.Errorf("the commit itself: %v, %v", d, err)
	}
	parcels := target(t, strings.Replace(base, "name: orders", "name: parcels", 1))
	all := len(parcels.Stack.Files)
	for name, test := range map[string]struct {
		with func() (folder.Difference, error)
		want int // files that are created
	}{
		"the folder":                {func() (folder.Difference, error) { return review.WithFolder(parcels, false) }, all},
		"the folder, for a summary": {func() (folder.Difference, error) { return review.WithFolder(parcels, true) }, 0},
		"a commit":                  {func() (folder.Difference, error) { return review.WithCommit(t.Context(), parcels, rev) }, 0},
	} {
		d, err := test.with()
		if n := created(d); err != nil || n != test.want || d.None() {
			t.Errorf("%s: %d files are created, want %d; %v", name, n, test.want, err)
		}
	}
}
