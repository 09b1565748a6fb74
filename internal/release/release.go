// Package release says which sfngen this is, as the go command has stamped it into the
// binary, and which of two releases is newer.
package release

import (
	"cmp"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// Build is one binary.
type Build struct {
	// Version is the module's: a tag such as v0.4.0, a pseudo-version, with +dirty where
	// files were changed (Go Modules Reference, "Pseudo-versions"), or "(devel)".
	Version  string
	Commit   string // in full, or as a pseudo-version shortens it; "" where it is not known
	Date     string // of the commit, RFC 3339 in UTC; "" where it is not known
	Modified bool   // files were changed since the commit
	Go       string // that built it, such as go1.26.8
	Platform string // GOOS/GOARCH
}

// Current is this binary. The go command states commit and date where it builds from a
// checkout; of a pseudo-version both are known.
var Current = sync.OnceValue(func() Build {
	info, _ := debug.ReadBuildInfo()
	return of(info)
})

func of(info *debug.BuildInfo) Build {
	b := Build{Version: "(devel)", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if info == nil {
		return b
	}
	b.Version = cmp.Or(info.Main.Version, b.Version)
	if m := pseudo.FindStringSubmatch(b.Version); m != nil {
		t, _ := time.Parse("20060102150405", m[3])
		b.Date, b.Commit = t.Format(time.RFC3339), m[4]
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.time":
			b.Date = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

var (
	// pseudo is vX.0.0-TIME-COMMIT, vX.Y.Z-PRE.0.TIME-COMMIT or vX.Y.(Z+1)-0.TIME-COMMIT.
	pseudo = lazyregexp.New(`^(v\d+\.\d+\.\d+)(-(?:.*\.)?0\.|-)(\d{14})-([0-9a-f]{12})(?:\+\S*)?$`)
	// tag is a version of Semantic Versioning, whose build metadata does not count.
	tag = lazyregexp.New(`^v(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+\S*)?$`)
)

// Release is what a stack's folder says of the build that wrote it: the tag of a release,
// or the build's own pseudo-version, so that Newer knows which of two commits between the
// same releases is the later one. "" where neither is known.
func (b Build) Release() string {
	version, _, _ := strings.Cut(b.Version, "+") // changes that are not committed do not count
	if !tag.MatchString(version) {
		return ""
	}
	return version
}

// LastRelease is the last release that the build comes after, or is: v0.4.0 for v0.4.0
// and for each commit up to the next tag. Before the first tag there is none to come
// after: it is the build's own pseudo-version. "" where it is not known.
func (b Build) LastRelease() string {
	version := b.Release()
	m := pseudo.FindStringSubmatch(version)
	switch {
	case m == nil, m[2] == "-": // a release, or no tag before it
		return version
	case m[2] != "-0.": // after a pre-release
		return m[1] + strings.TrimSuffix(m[2], ".0.")
	}
	dot := strings.LastIndex(m[1], ".") + 1
	patch, _ := strconv.Atoi(m[1][dot:]) // digits
	return m[1][:dot] + strconv.Itoa(patch-1)
}
