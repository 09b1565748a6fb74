package manifest

import (
	"cmp"
	"errors"

	"github.com/sfngen/sfngen/internal/release"
	"github.com/sfngen/sfngen/runtime/contract"
)

// layout is raised when an older sfngen could not read the manifest, or would take a
// stack's files for something else.
//
//	1  the manifest states neither release nor contract
//	2  it states them
//	3  the stacks of a folder share a runtime beside them (runtime.go)
const (
	layout       = 3
	sharedLayout = 3
)

// Version is what wrote a stack's folder.
type Version struct {
	// Release is the writer's, or the pseudo-version of its commit: see release.Build. ""
	// where it is not known.
	Release string
	// Layout is of the folder, the manifest included; from 1.
	Layout int
	// Contract is what the stack's Lambdas serve: contract.Version, from 1.
	Contract int
}

// Own is the version of what this sfngen writes.
func Own() Version {
	return Version{Release: release.Current().Release(), Layout: layout, Contract: contract.Version}
}

// ErrNewer says that a newer sfngen has written a folder. It is a NewerError.
var ErrNewer = errors.New("written by a newer sfngen")

// Unknown is an ErrNewer where this sfngen cannot know what is in the folder dir, of
// that version; nil where it can.
func (v Version) Unknown(dir string) error {
	own := Own()
	switch {
	case v.Layout > own.Layout:
		return &NewerError{[]string{dir}, v, own, byLayout}
	case v.Contract > own.Contract:
		return &NewerError{[]string{dir}, v, own, byContract}
	}
	return nil
}

// NewerThan is an ErrNewer where what own writes would take back what a newer sfngen has
// written into the folder dir, of version v; nil where it would not. Of two builds
// whose releases are not both known, layout and contract decide.
func (v Version) NewerThan(own Version, dir string) error {
	if release.Newer(v.Release, own.Release) {
		return &NewerError{[]string{dir}, v, own, byRelease}
	}
	return v.Unknown(dir)
}

// Name is the release in words.
func (v Version) Name() string { return cmp.Or(v.Release, "a development build") }
