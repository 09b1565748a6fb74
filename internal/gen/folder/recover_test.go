package folder

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// Two stacks of one name that differ in every way a change can: a file changed,
// one gone, one new, one in a folder that is new, one in a folder that empties.
var (
	before = stack.Assemble("s",
		[]stack.File{{Path: "changed", Content: []byte("1")}, {Path: "same", Content: []byte("same")}, {Path: "gone/x", Content: []byte("x")}})
	after = stack.Assemble("s",
		[]stack.File{{Path: "changed", Content: []byte("2")}, {Path: "same", Content: []byte("same")}, {Path: "new/y", Content: []byte("y")},
			{Path: "z", Content: []byte("z")}})
)

func folder(t *testing.T, s *stack.Stack) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "s")
	put(t, s, dir)
	if err := os.WriteFile(filepath.Join(dir, "mine"), []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

func put(t *testing.T, s *stack.Stack, dir string) {
	t.Helper()
	if _, err := Write(context.Background(), []Target{{s, dir}}, false); err != nil {
		t.Fatal(err)
	}
}

func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	m := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		path, _ := filepath.Rel(dir, name)
		if entry.IsDir() {
			m[path+"/"] = ""
			return nil
		}
		content, err := os.ReadFile(name)
		m[path] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// staged begins the change from before to after, up to the point where files move.
func staged(t *testing.T, dir string) *transaction {
	t.Helper()
	tr := &transaction{target: Target{after, dir}}
	if err := tr.begin(false); err != nil {
		t.Fatal(err)
	}
	if err := tr.stage(context.Background()); err != nil {
		t.Fatal(err)
	}
	return tr
}

// A build that dies after any number of moves leaves a folder that the next build
// puts right, whichever stack that one is for.
func TestADeadBuildIsUndone(t *testing.T) {
	moves := len(staged(t, folder(t, before)).changes)
	for n := range moves + 1 {
		for name, next := range map[string]*stack.Stack{"the same stack again": before, "the new stack": after} {
			t.Run(fmt.Sprintf("after %d of %d moves, %s", n, moves, name), func(t *testing.T) {
				dir := folder(t, before)
				tr := staged(t, dir)
				if err := writeJournal(dir, tr.changes); err != nil {
					t.Fatal(err)
				}
				for _, c := range tr.changes[:n] {
					if err := move(dir, c); err != nil {
						t.Fatal(err)
					}
				}
				put(t, next, dir)
				if diff := cmp.Diff(tree(t, folder(t, next)), tree(t, dir)); diff != "" {
					t.Errorf("folder (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// Between keeping the old file and placing the new one there is a moment, too.
func TestADeadBuildBetweenTwoRenames(t *testing.T) {
	dir := folder(t, before)
	want := tree(t, dir)
	tr := staged(t, dir)
	if err := writeJournal(dir, tr.changes); err != nil {
		t.Fatal(err)
	}
	if err := moveTo(filepath.Join(dir, "changed"), stagingPath(dir, "old", "changed")); err != nil {
		t.Fatal(err)
	}
	put(t, before, dir)
	if diff := cmp.Diff(want, tree(t, dir)); diff != "" {
		t.Errorf("folder (-want +got):\n%s", diff)
	}
}

// A move that fails puts back those before it: here a folder has appeared where
// the last file belongs.
func TestAFailedCommitIsUndone(t *testing.T) {
	dir := folder(t, before)
	tr := staged(t, dir)
	if err := os.MkdirAll(filepath.Join(dir, "z", "in the way"), 0o777); err != nil {
		t.Fatal(err)
	}
	want := tree(t, dir)
	err := tr.commit()
	if err == nil {
		t.Fatal("the commit went through")
	}
	if err := tr.close(); err != nil {
		t.Fatal(err)
	}
	delete(want, ".sfngen-staging/")
	for path := range want {
		if len(path) > len(stagingDir) && path[:len(stagingDir)] == stagingDir {
			delete(want, path)
		}
	}
	if diff := cmp.Diff(want, tree(t, dir)); diff != "" {
		t.Errorf("folder (-want +got):\n%s", diff)
	}
}

// died leaves a folder as a build leaves it that dies after its last move.
func died(t *testing.T) (dir string) {
	t.Helper()
	dir = folder(t, before)
	tr := staged(t, dir)
	if err := writeJournal(dir, tr.changes); err != nil {
		t.Fatal(err)
	}
	for _, c := range tr.changes {
		if err := move(dir, c); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// What a person wrote after a build had died is not undone with the build.
func TestAHandEditAfterADeadBuildIsKept(t *testing.T) {
	for _, name := range []string{"changed", "z"} { // one updated, one created
		t.Run(name, func(t *testing.T) {
			dir := died(t)
			if err := os.WriteFile(filepath.Join(dir, name), []byte("by hand"), 0o666); err != nil {
				t.Fatal(err)
			}
			want := tree(t, dir)
			_, err := Write(context.Background(), []Target{{before, dir}}, false)
			text := "nothing was written: DIR/" + name + " was changed by hand after a build was interrupted; what it was before is in " +
				"DIR/.sfngen-staging/old: keep your change elsewhere, or overwrite it with --force"
			if !errors.Is(err, ErrConflict) || replaceAll(err.Error(), dir) != text {
				t.Errorf("got %v, want %s", err, text)
			}
			if diff := cmp.Diff(want, tree(t, dir)); diff != "" {
				t.Errorf("folder (-want +got):\n%s", diff)
			}
			if _, err := Write(context.Background(), []Target{{before, dir}}, true); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tree(t, folder(t, before)), tree(t, dir)); diff != "" {
				t.Errorf("with force (-want +got):\n%s", diff)
			}
		})
	}
}

// A journal that came with a clone must not reach out of the stack.
func TestRecoveryFollowsNoLinks(t *testing.T) {
	elsewhere := t.TempDir()
	if err := os.WriteFile(filepath.Join(elsewhere, "file"), []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, journal := range []string{
		`[{"kind":"create","path":"link/file"}]`,
		`[{"kind":"update","path":"link/file"}]`,
		`[{"kind":"update","path":"kept/file"}]`,
	} {
		dir := folder(t, before)
		for _, made := range []string{stagingPath(dir, "old", "link"), stagingPath(dir, "new")} {
			if err := os.MkdirAll(made, 0o777); err != nil {
				t.Fatal(err)
			}
		}
		for to, name := range map[string]string{
			"x":       stagingPath(dir, journalFile),
			"old":     stagingPath(dir, "old", "link", "file"),
			elsewhere: filepath.Join(dir, "link"),
		} {
			var err error
			if to == elsewhere {
				err = errors.Join(os.Symlink(to, name), os.Symlink(to, stagingPath(dir, "old", "kept")))
			} else if err = os.WriteFile(name, []byte(to), 0o666); to == "x" {
				err = os.WriteFile(name, []byte(journal), 0o666)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if _, err := Write(context.Background(), []Target{{before, dir}}, true); err == nil ||
			!strings.Contains(err.Error(), "is a symbolic link") {
			t.Errorf("%s: got %v", journal, err)
		}
		if diff := cmp.Diff(map[string]string{"./": "", "file": "mine"}, tree(t, elsewhere)); diff != "" {
			t.Errorf("%s: outside (-want +got):\n%s", journal, diff)
		}
	}
}

// A first build that died beside the place of a folder that has come since
// leaves nothing.
func TestLeftoversOfADeadFirstBuildGo(t *testing.T) {
	dir := folder(t, before)
	if err := os.MkdirAll(filepath.Join(besidePath(dir), "cmd"), 0o777); err != nil {
		t.Fatal(err)
	}
	put(t, before, dir)
	if there, err := exists(besidePath(dir)); there || err != nil {
		t.Errorf("%s is still there (%v)", besidePath(dir), err)
	}
}

// One folder by two names is one folder.
func TestTheLockIsTheFolders(t *testing.T) {
	target := t.TempDir()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	first, err := takePlace([]Target{{before, filepath.Join(target, "s")}})
	if err != nil {
		t.Fatal(err)
	}
	second := make(chan *place)
	go func() {
		p, err := takePlace([]Target{{before, filepath.Join(link, "s")}})
		if err != nil {
			t.Error(err)
		}
		second <- p
	}()
	select {
	case <-second:
		t.Fatal("two builds have the folder at once")
	case <-time.After(100 * time.Millisecond): // a lock that failed to hold would be had by now
	}
	first.leave()
	(<-second).leave()
}

// A file keeps its permissions when it gets new content.
func TestPermissionsStay(t *testing.T) {
	dir := folder(t, before)
	name := filepath.Join(dir, "changed")
	if err := os.Chmod(name, 0o600); err != nil {
		t.Fatal(err)
	}
	put(t, after, dir)
	info, err := os.Stat(name)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// What a dead build kept of an older change is not what this one has to put back.
func TestAFailedCommitDoesNotTakeWhatAnOlderOneKept(t *testing.T) {
	dir := folder(t, before)
	want := tree(t, dir)
	stale := stagingPath(dir, "old", manifest.Name)
	if err := os.MkdirAll(filepath.Dir(stale), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(stale, []byte("stale"), 0o666); err != nil {
		t.Fatal(err)
	}
	tr := staged(t, dir)
	if err := os.WriteFile(filepath.Join(dir, "new"), []byte("in the way"), 0o666); err != nil { // before the manifest's turn
		t.Fatal(err)
	}
	if err := tr.commit(); err == nil {
		t.Fatal("the commit went through")
	}
	if err := tr.close(); err != nil {
		t.Fatal(err)
	}
	want["new"] = "in the way"
	if diff := cmp.Diff(want, tree(t, dir)); diff != "" {
		t.Errorf("folder (-want +got):\n%s", diff)
	}
}

// When the second of two folders fails, the first is put back as well, whether it
// was there before or not.
func TestCommitAllOrNothing(t *testing.T) {
	for name, first := range map[string]func(*testing.T) string{
		"an existing folder": func(t *testing.T) string { return folder(t, before) },
		"a new folder":       func(t *testing.T) string { return filepath.Join(t.TempDir(), "s") },
	} {
		t.Run(name, func(t *testing.T) {
			one, two := first(t), folder(t, before)
			want := tree(t, filepath.Dir(one))
			good, bad := staged(t, one), staged(t, two)
			if err := os.MkdirAll(filepath.Join(two, "z", "in the way"), 0o777); err != nil {
				t.Fatal(err)
			}
			if _, err := commitAll([]*transaction{good, bad}); err == nil {
				t.Fatal("both went through")
			}
			for _, tr := range []*transaction{good, bad} {
				if err := tr.close(); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(want, tree(t, filepath.Dir(one))); diff != "" {
				t.Errorf("folder (-want +got):\n%s", diff)
			}
		})
	}
}

// A new stack that could not be written whole leaves nothing, not even its parent's
// hidden folder.
func TestAFailedNewStackLeavesNothing(t *testing.T) {
	out := t.TempDir()
	broken := stack.Assemble("s",
		[]stack.File{{Path: "a", Content: []byte("a")}, {Path: "a/b", Content: []byte("b")}}) // a file and a folder at once
	if _, err := Write(context.Background(), []Target{{broken, filepath.Join(out, "s")}}, false); err == nil {
		t.Fatal("it was written")
	}
	if diff := cmp.Diff(map[string]string{"./": ""}, tree(t, out)); diff != "" {
		t.Errorf("folder (-want +got):\n%s", diff)
	}
}

func TestAJournalThatCannotBeRead(t *testing.T) {
	for name, test := range map[string]struct{ journal, want string }{
		"not JSON": {"{", "DIR/.sfngen-staging/journal.json: unexpected end of JSON input: the files of an interrupted build are in " +
			"DIR/.sfngen-staging; restore the stack from version control and remove that folder"},
		"a path elsewhere": {`[{"kind":"create","path":"../x"}]`, `DIR/.sfngen-staging/journal.json names "../x", which is not in the ` +
			`stack: remove DIR/.sfngen-staging`},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, before)
			if err := os.Mkdir(stagingPath(dir), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(stagingPath(dir, journalFile), []byte(test.journal), 0o666); err != nil {
				t.Fatal(err)
			}
			want := tree(t, dir)
			_, err := Write(context.Background(), []Target{{after, dir}}, true)
			if err == nil || replaceAll(err.Error(), dir) != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
			if diff := cmp.Diff(want, tree(t, dir)); diff != "" {
				t.Errorf("folder (-want +got):\n%s", diff)
			}
		})
	}
}

func replaceAll(text, dir string) string { return strings.ReplaceAll(text, dir, "DIR") }
