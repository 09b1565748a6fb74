package revision_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/revision"
)

// git runs git in a folder, as nobody's user.
func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git here")
	}
	c := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=n", "-c", "user.email=e@example.com"}, args...)...)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

// repository has one commit, of two stacks below infra, and a working tree in which one of
// them is gone.
func repository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	git(t, dir, "init", "-q", "-b", "main")
	write(t, filepath.Join(dir, "infra/stacks/a/x y.txt"), "one\r\ntwo\x00")
	write(t, filepath.Join(dir, "infra/stacks/a/sub/empty"), "")
	write(t, filepath.Join(dir, "infra/stacks/b/ü.txt"), "b")
	write(t, filepath.Join(dir, "infra/a.yaml"), "name: a\n")
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-q", "-m", "first")
	if err := os.RemoveAll(filepath.Join(dir, "infra/stacks")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestFilesOfACommit(t *testing.T) {
	dir := repository(t)
	rev, err := revision.Of("HEAD")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, workDir, path string
		want                map[string]string
	}{
		{"a folder that is gone", dir, "infra/stacks/a", map[string]string{"x y.txt": "one\r\ntwo\x00", "sub/empty": ""}},
		{"from below the root", filepath.Join(dir, "infra"), "stacks/b", map[string]string{"ü.txt": "b"}},
		{"from elsewhere", os.TempDir(), filepath.Join(dir, "infra/stacks/b"), map[string]string{"ü.txt": "b"}},
		{"a folder that never was", dir, "infra/stacks/c", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Chdir(test.workDir)
			files, err := rev.Files(t.Context(), test.path)
			if err != nil {
				t.Fatal(err)
			}
			var got map[string]string
			for path, content := range files {
				if got == nil {
					got = map[string]string{}
				}
				got[path] = string(content)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOneFileOfACommit(t *testing.T) {
	t.Chdir(repository(t))
	rev, _ := revision.Of("HEAD")
	for path, want := range map[string]string{"infra/a.yaml": "name: a\n", "infra/b.yaml": "", "elsewhere/c.yaml": ""} {
		if got, err := rev.File(t.Context(), path); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v, want %q", path, got, err, want)
		}
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	for _, name := range []string{"", "--output=x", "HEAD:spec.yaml", "a b"} {
		if _, err := revision.Of(name); err == nil || !strings.Contains(err.Error(), "a branch, a tag or a hash") {
			t.Errorf("%q: %v", name, err)
		}
	}
	dir := repository(t)
	t.Chdir(dir)
	unknown, _ := revision.Of("origin/main")
	if _, err := unknown.Files(t.Context(), "infra"); err == nil || !strings.Contains(err.Error(),
		"there is no commit origin/main here: fetch it") {
		t.Errorf("an unknown commit: %v", err)
	}
	head, _ := revision.Of("HEAD")
	if _, err := head.Files(t.Context(), filepath.Join(t.TempDir(), "stacks/a")); err == nil ||
		!strings.Contains(err.Error(), "is in no git repository") {
		t.Errorf("outside of a repository: %v", err)
	}
	t.Setenv("PATH", "")
	if _, err := head.Files(t.Context(), "infra"); !errors.Is(err, revision.ErrNoGit) {
		t.Errorf("without git: %v", err)
	}
}

func TestNamesOfARepository(t *testing.T) {
	dir := repository(t)
	git(t, dir, "tag", "v1.0.0")
	git(t, dir, "branch", "review/a")
	want := []string{"main", "review/a", "v1.0.0"}
	if diff := cmp.Diff(want, revision.Names(t.Context(), filepath.Join(dir, "infra"))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := revision.Names(t.Context(), t.TempDir()); got != nil {
		t.Errorf("outside of a repository: %q", got)
	}
}
