package manifest_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/manifest"
)

func TestJoin(t *testing.T) {
	const rest = " was written by a newer sfngen: "
	own := manifest.Version{Release: "v0.0.0-20261201170945-e05173f8a1b2", Layout: 2, Contract: 2}
	newer := own
	newer.Release = "v0.0.0-20261202000000-000000000000"
	var all []error
	for i := range 100 {
		if i == 50 {
			all = append(all, errors.New("another fault"), nil)
		}
		all = append(all, newer.NewerThan(own, fmt.Sprintf("stacks/%d", i)))
	}
	laid := manifest.Version{Layout: 99, Contract: 1}
	for i := range 5 {
		all = append(all, fmt.Errorf("reading: %w", &manifest.MergeError{Dirs: []string{fmt.Sprintf("stacks/m%d", i)}}))
	}
	all = append(all, laid.Unknown("stacks/x"), laid.Unknown("stacks/y"),
		manifest.Version{Release: "v9.0.0", Layout: 2, Contract: 99}.Unknown("stacks/z"))
	err := manifest.Join(all)
	var said []string
	for line := range strings.SplitSeq(err.Error(), "\n") {
		before, _, _ := strings.Cut(line, ": install ")
		said = append(said, before)
	}
	own = manifest.Own()
	want := []string{
		"100 stacks (stacks/0, stacks/1, stacks/2, …) were written by a newer sfngen: they are of sfngen v0.0.0-20261202000000-000000000000, " +
			"and this is v0.0.0-20261201170945-e05173f8a1b2, which would take back what the newer one has written",
		"another fault",
		"stacks/m0, stacks/m1, stacks/m2 and 2 more: the manifest has the marks of a merge in it (sfngen.manifest.json): merge the specs, then " +
			"write these folders again with 'sfngen build --force'; docs/upgrading.md says how two branches are merged",
		fmt.Sprintf("2 stacks (stacks/x, stacks/y) were written by a newer sfngen: their layout has version 99, and this sfngen (%s) knows "+
			"up to %d", own.Name(), own.Layout),
		fmt.Sprintf("stacks/z%sits contract has version 99, and this sfngen (%s) knows up to %d", rest, own.Name(), own.Contract),
	}
	if diff := cmp.Diff(want, said); diff != "" || !errors.Is(err, manifest.ErrNewer) {
		t.Errorf("is ErrNewer: %v (-want +got):\n%s", errors.Is(err, manifest.ErrNewer), diff)
	}
	if err := manifest.Join([]error{nil, nil}); err != nil {
		t.Error(err)
	}
}
