package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/sfngen/sfngen/internal/release"
	"github.com/sfngen/sfngen/internal/term/count"
)

// ErrMerge says that a manifest is one of two branches, with the marks that git leaves
// where both have changed a line. It is a MergeError.
var ErrMerge = errors.New("the manifest has the marks of a merge in it")

// MergeError is an ErrMerge about one folder or several.
type MergeError struct{ Dirs []string }

// Unwrap returns ErrMerge.
func (e *MergeError) Unwrap() error { return ErrMerge }

func (e *MergeError) Error() string {
	names := e.Dirs
	if n := len(names); n > 3 {
		names = append(names[:3:3], fmt.Sprintf("%d more", n-3))
	}
	return fmt.Sprintf("%s: %v (%s): merge the specs, then write these folders again with 'sfngen build --force'; docs/upgrading.md says how "+
		"two branches are merged", count.And(names...), ErrMerge, Name)
}

// ofMerge is what a manifest with the marks of a merge says on both sides: the newer
// version, and the files of either. ok is false for a text without them, or with others.
func ofMerge(text []byte) (both content, ok bool) {
	sides, ok := sidesOf(string(text))
	if !ok {
		return content{}, false
	}
	var all [2]content
	for i, side := range sides {
		if json.Unmarshal([]byte(side), &all[i]) != nil {
			return content{}, false
		}
	}
	both = all[0]
	if release.Newer(all[1].Release, both.Release) || both.Release == "" {
		both.Release = all[1].Release
	}
	both.Format, both.Contract = max(both.Format, all[1].Format), max(both.Contract, all[1].Contract)
	if all[1].Runtime != "" {
		both.Runtime = all[1].Runtime
	}
	both.Files = maps.Clone(both.Files)
	for path, hash := range all[1].Files {
		if both.Files == nil {
			both.Files = Hashes{}
		}
		both.Files[path] = hash
	}
	return both, true
}

// sidesOf takes a text with git's marks apart (git-merge(1), "How conflicts are
// presented"). The version before both, which some have set git to show, is left out.
func sidesOf(text string) (sides [2]string, marked bool) {
	var ours, theirs strings.Builder
	in := []*strings.Builder{&ours, &theirs}
	for line := range strings.Lines(text) {
		switch markOf(line) {
		case '<':
			in, marked = []*strings.Builder{&ours}, true
		case '|':
			in = nil
		case '=':
			in = []*strings.Builder{&theirs}
		case '>':
			in = []*strings.Builder{&ours, &theirs}
		default:
			for _, side := range in {
				side.WriteString(line)
			}
		}
	}
	return [2]string{ours.String(), theirs.String()}, marked
}

// markOf is the sign that a line repeats as a mark, seven times or, where git has also
// found a file renamed, more often; 0 for another line.
func markOf(line string) byte {
	first, _, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
	if len(first) < 7 || strings.Trim(first, first[:1]) != "" || !strings.Contains("<|=>", first[:1]) {
		return 0
	}
	return first[0]
}
