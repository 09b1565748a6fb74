package project

import (
	"fmt"

	"github.com/sfngen/sfngen/internal/release"
	"github.com/sfngen/sfngen/internal/term/shell"
)

// Check fails where this sfngen is not one that the file pins, with how to get one.
func (p *Project) Check(own release.Build) error {
	tag := own.LastRelease()
	if tag == "" || p.Release.Holds(tag) {
		return nil
	}
	this := tag
	if own.Release() != tag {
		this = own.Release() + ", which counts as " + tag
	}
	return fmt.Errorf("%s: sfngen: the project is for sfngen %s, and this is %s: install one of those (go install %s), or change the range",
		p.places["sfngen"], p.Release, this, shell.Quote("github.com/sfngen/sfngen/cmd/sfngen@"+p.Release.Query()))
}

// Unchecked says of a build that is not known to be of any release, such as one from a
// clone without tags, that it was let pass; "" where there is nothing to say.
func (p *Project) Unchecked(own release.Build) string {
	if own.LastRelease() != "" || p.Release.String() == "" {
		return ""
	}
	return fmt.Sprintf("%s is for sfngen %s, and this is a development build, of which no release is known", p.File, p.Release)
}
