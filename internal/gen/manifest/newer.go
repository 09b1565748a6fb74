package manifest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// NewerError is an ErrNewer about one folder or several.
type NewerError struct {
	Dirs   []string
	Theirs Version
	Own    Version
	by     difference
}

// difference is what of a version is newer.
type difference int

const (
	byRelease difference = iota
	byLayout
	byContract
)

// Unwrap returns ErrNewer.
func (e *NewerError) Unwrap() error { return ErrNewer }

func (e *NewerError) Error() string {
	install := cmp.Or(e.Theirs.Release, "the newest")
	if e.Theirs.Release != "" {
		install += " or newer"
	}
	return fmt.Sprintf("%s %v: %s: install %s ('go install github.com/sfngen/sfngen/cmd/sfngen@%s'); "+
		"docs/upgrading.md says how to go back to an older one",
		e.were(), ErrNewer, e.why(), install, cmp.Or(e.Theirs.Release, "latest"))
}

// were names a few of the folders.
func (e *NewerError) were() string {
	const most = 3
	if len(e.Dirs) == 1 {
		return e.Dirs[0] + " was"
	}
	names := strings.Join(e.Dirs[:min(len(e.Dirs), most)], ", ")
	if len(e.Dirs) > most {
		names += ", …"
	}
	return fmt.Sprintf("%d stacks (%s) were", len(e.Dirs), names)
}

func (e *NewerError) why() string {
	are, their := "it is", "its"
	if len(e.Dirs) > 1 {
		are, their = "they are", "their"
	}
	knows := func(what string, theirs, own int) string {
		return fmt.Sprintf("%s %s has version %d, and this sfngen (%s) knows up to %d", their, what, theirs, e.Own.Name(), own)
	}
	switch e.by {
	case byLayout:
		return knows("layout", e.Theirs.Layout, e.Own.Layout)
	case byContract:
		return knows("contract", e.Theirs.Contract, e.Own.Contract)
	}
	return fmt.Sprintf("%s of sfngen %s, and this is %s, which would take back what the newer one has written",
		are, e.Theirs.Release, e.Own.Release)
}

// Join is errors.Join, but what is a NewerError in the same way for several folders is
// said once, in the place of the first, and so is a MergeError. Those are what errors wrap,
// or are.
func Join(all []error) error {
	var joined []error
	for _, err := range all {
		if !joinsNewer(joined, err) && !joinsMerge(joined, err) {
			joined = append(joined, apart(err))
		}
	}
	return errors.Join(joined...)
}

// apart is the error with a list of folders of its own, to which more may be added.
func apart(err error) error {
	var newer *NewerError
	var merge *MergeError
	switch {
	case errors.As(err, &newer):
		return &NewerError{slices.Clone(newer.Dirs), newer.Theirs, newer.Own, newer.by}
	case errors.As(err, &merge):
		return &MergeError{slices.Clone(merge.Dirs)}
	}
	return err
}

func joinsNewer(joined []error, err error) bool {
	var newer *NewerError
	if !errors.As(err, &newer) {
		return false
	}
	i := slices.IndexFunc(joined, newer.isLike)
	if i >= 0 {
		first := joined[i].(*NewerError)
		first.Dirs = append(first.Dirs, newer.Dirs...)
	}
	return i >= 0
}

func joinsMerge(joined []error, err error) bool {
	var merge *MergeError
	if !errors.As(err, &merge) {
		return false
	}
	for _, known := range joined {
		if first, ok := known.(*MergeError); ok {
			first.Dirs = append(first.Dirs, merge.Dirs...)
			return true
		}
	}
	return false
}

func (e *NewerError) isLike(err error) bool {
	other, ok := err.(*NewerError)
	return ok && other.Theirs == e.Theirs && other.Own == e.Own && other.by == e.by
}
