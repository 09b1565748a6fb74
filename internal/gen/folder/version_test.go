package folder_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// by is the stack as another version of sfngen gives it.
func by(s *stack.Stack, v manifest.Version) *stack.Stack {
	other := *s
	other.Manifest.Version = v
	other.Files = append([]stack.File{}, s.Files...)
	for i, f := range other.Files {
		if f.Path == manifest.Name {
			other.Files[i].Content = other.Manifest.Text()
		}
	}
	return &other
}

// release is this sfngen as if it had that tag.
func release(tag string) manifest.Version {
	v := manifest.Own()
	v.Release = tag
	return v
}

func beyond(change func(*manifest.Version)) manifest.Version {
	v := manifest.Own()
	change(&v)
	return v
}

func TestWriteAfterAnotherVersion(t *testing.T) {
	older, newer := load(t, smallSpec), load(t, strings.Replace(smallSpec, "maxAttempts: 2", "maxAttempts: 3", 1))
	tests := []struct {
		name   string
		theirs manifest.Version
		mine   manifest.Version
		want   string // of the error; "" where the folder becomes mine
	}{
		{"an older release", release("v0.3.0"), release("v0.4.0"), ""},
		{"the same release", release("v0.4.0"), release("v0.4.0"), ""},
		{"a newer release", release("v0.10.0"), release("v0.9.0"), "nothing was written: DIR was written by a newer sfngen: it is of sfngen " +
			"v0.10.0, and this is v0.9.0, which would take back what the newer one has written: install v0.10.0 or newer " +
			"('go install github.com/sfngen/sfngen/cmd/sfngen@v0.10.0'); docs/upgrading.md says how to go back to an older one"},
		{"an older commit, before there is a release", release("v0.0.0-20261130000000-f05173f8a1b2"),
			release("v0.0.0-20261201170945-e05173f8a1b2"), ""},
		{"another commit of the same second", release("v0.0.0-20261201170945-f05173f8a1b2"), release("v0.0.0-20261201170945-e05173f8a1b2"), ""},
		{"a newer commit, before there is a release", release("v0.0.0-20261201170945-e05173f8a1b2"),
			release("v0.0.0-20261130000000-f05173f8a1b2"), "nothing was written: DIR was written by a newer sfngen: it is of sfngen " +
				"v0.0.0-20261201170945-e05173f8a1b2, and this is v0.0.0-20261130000000-f05173f8a1b2, which would take back what the newer " +
				"one has written: install v0.0.0-20261201170945-e05173f8a1b2 or newer " +
				"('go install github.com/sfngen/sfngen/cmd/sfngen@v0.0.0-20261201170945-e05173f8a1b2'); docs/upgrading.md says how to go back " +
				"to an older one"},
		{"a release, by a commit after it", release("v0.4.0"), release("v0.4.1-0.20261201170945-e05173f8a1b2"), ""},
		{"a commit after the release, by the release", release("v0.4.1-0.20261201170945-e05173f8a1b2"), release("v0.4.0"),
			"nothing was written: DIR was written by a newer sfngen: it is of sfngen v0.4.1-0.20261201170945-e05173f8a1b2, and this is v0.4.0, " +
				"which would take back what the newer one has written: install v0.4.1-0.20261201170945-e05173f8a1b2 or newer " +
				"('go install github.com/sfngen/sfngen/cmd/sfngen@v0.4.1-0.20261201170945-e05173f8a1b2'); docs/upgrading.md says how to go back " +
				"to an older one"},
		{"a release, by a build without one", release("v0.10.0"), release(""), ""},
		{"a build without a release, by a release", release(""), release("v0.10.0"), ""},
		{"before there were versions", manifest.Version{Layout: 1, Contract: 1}, release(""), ""},
		{"a newer contract", beyond(func(v *manifest.Version) { v.Contract = 99 }), release(""),
			"nothing was written: DIR was written by a newer sfngen: its contract has version 99, and this sfngen (a development build) " +
				"knows up to 5: install the newest ('go install github.com/sfngen/sfngen/cmd/sfngen@latest'); docs/upgrading.md says how to go " +
				"back to an older one"},
		{"a newer layout", manifest.Version{Release: "v9.0.0", Layout: 99, Contract: 2}, release(""),
			"nothing was written: DIR was written by a newer sfngen: its layout has version 99, and this sfngen (a development build) " +
				"knows up to 3: install v9.0.0 or newer ('go install github.com/sfngen/sfngen/cmd/sfngen@v9.0.0'); docs/upgrading.md says how " +
				"to go back to an older one"},
	}
	for _, test := range tests {
		for _, force := range []bool{false, true} {
			t.Run(test.name, func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "small")
				theirs, mine := by(older, test.theirs), by(newer, test.mine)
				mustWrite(t, theirs, dir)
				_, err := write(mine, dir, force)
				want := contents(mine)
				if test.mine.Release == "" { // what is known stays
					want = contents(by(newer, release(test.theirs.Release)))
				}
				if test.want != "" {
					want = contents(theirs)
					if err == nil || strings.ReplaceAll(err.Error(), dir, "DIR") != test.want || !errors.Is(err, manifest.ErrNewer) {
						t.Errorf("error %v\n want %s", err, test.want)
					}
				} else if err != nil {
					t.Error(err)
				}
				wantTree(t, dir, want)
			})
		}
	}
}

// What two versions generate alike stays as it is, whichever builds.
func TestAVersionAloneIsNoChange(t *testing.T) {
	s := load(t, smallSpec)
	for _, pair := range [][2]string{{"v0.3.0", "v0.4.0"}, {"v0.4.0", "v0.3.0"}, {"", "v0.4.0"}, {"v0.4.0", ""}} {
		dir := filepath.Join(t.TempDir(), "small")
		theirs, mine := by(s, release(pair[0])), by(s, release(pair[1]))
		mustWrite(t, theirs, dir)
		if d, err := folder.Compare(mine, dir); err != nil || !d.None() {
			t.Errorf("%v: differs in %v, %v", pair, d.Changes, err)
		}
		mustWrite(t, mine, dir)
		wantTree(t, dir, contents(theirs))
	}
	dir := filepath.Join(t.TempDir(), "small")
	mustWrite(t, by(s, manifest.Version{Layout: 1}), dir)
	changes := mustWrite(t, s, dir)
	if len(changes) != 1 || changes[0].Path != manifest.Name {
		t.Errorf("after a folder of the first layout: %v", changes)
	}
}

// Manifests as earlier versions wrote them are read.
func TestOlderManifestsAreRead(t *testing.T) {
	names, err := filepath.Glob("../../testdata/older/*/*/" + manifest.Name)
	if err != nil || len(names) < 2 {
		t.Fatalf("%d manifests, %v", len(names), err)
	}
	for _, name := range names {
		got, err := manifest.Read(filepath.Dir(name))
		if err != nil || got.Layout < 1 || got.Contract < 1 || len(got.Files) < 10 { // of layout 3, without the runtime
			t.Errorf("%s: %+v with %d files, %v", name, got.Version, len(got.Files), err)
		}
		if err := got.NewerThan(manifest.Own(), "the folder"); err != nil {
			t.Error(err)
		}
	}
}

// deploy says which is older, before it compares files.
func TestAnOlderVersionDoesNotCallAFolderStale(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "small")
	s := load(t, smallSpec)
	mustWrite(t, by(s, release("v0.10.0")), dir)
	f, err := folder.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	changed := load(t, strings.Replace(smallSpec, "maxAttempts: 2", "maxAttempts: 3", 1))
	err = f.Matches(by(changed, release("v0.9.0")), "small.yaml")
	if !errors.Is(err, manifest.ErrNewer) || !strings.HasSuffix(err.Error(), "; --stale deploys the folder unchanged") {
		t.Error(err)
	}
	if err := f.Matches(by(s, release("v0.9.0")), "small.yaml"); err != nil {
		t.Error(err)
	}
}

// A refusal is said once, however many stacks it is about.
func TestManyStacksOfANewerVersion(t *testing.T) {
	dir, older := t.TempDir(), load(t, smallSpec)
	newer := load(t, strings.Replace(smallSpec, "maxAttempts: 2", "maxAttempts: 3", 1))
	var theirs, mine []folder.Target
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		theirs = append(theirs, folder.Target{Stack: by(newer, release("v0.10.0")), Dir: filepath.Join(dir, name)})
		mine = append(mine, folder.Target{Stack: by(older, release("v0.9.0")), Dir: filepath.Join(dir, name)})
	}
	if _, err := folder.Write(t.Context(), theirs, false); err != nil {
		t.Fatal(err)
	}
	_, err := folder.Write(t.Context(), mine, false)
	want := "nothing was written: 5 stacks (DIR/a, DIR/b, DIR/c, …) were written by a newer sfngen: they are of sfngen v0.10.0, and this is "
	if said := strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), "DIR/"); !strings.HasPrefix(said, want) ||
		strings.Contains(said, "\n") || !errors.Is(err, manifest.ErrNewer) {
		t.Errorf("error %s\nwant  %s…", said, want)
	}
}
