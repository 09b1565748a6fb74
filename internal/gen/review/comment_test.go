package review_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/review"
)

// changed are reviews of stacks, each with a danger and a field of so many characters.
func changed(stacks, characters int) []review.Review {
	var list []review.Review
	for i := range stacks {
		list = append(list, review.Review{
			Folder: fmt.Sprintf("stacks/s%d", i), State: review.Changed, Deploys: []string{"workflow"},
			Dangers: []review.Danger{{Kind: review.KindUpstream, Text: fmt.Sprintf("calls go to %d", i)}},
			Fields:  []review.Field{{Name: strings.Repeat("x", characters), Change: review.Change{From: "1", To: "2"}}},
		})
	}
	return list
}

// TestCommentNamesStacksTogether: an update of sfngen is one section, not one for each.
func TestCommentNamesStacksTogether(t *testing.T) {
	list := []review.Review{}
	for _, folder := range []string{"a", "b_1", "other", "c"} {
		r := changed(1, 3)[0]
		r.Folder = folder
		if folder == "other" {
			r.Dangers = nil
		}
		list = append(list, r)
	}
	want := review.MarkdownMark + `

### a, b\_1 and c: changes

> [!WARNING]
> - **other-upstream**: calls go to 0

- ` + "`xxx`: `1` -> `2`" + `
- cost of a million requests: the same
- IAM: nothing
- replaced: nothing
- needs a new deployment of: workflow

### other: changes

- ` + "`xxx`: `1` -> `2`" + `
- cost of a million requests: the same
- IAM: nothing
- replaced: nothing
- needs a new deployment of: workflow
`
	if diff := cmp.Diff(want, review.Markdown(list, nil)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	want = "a, b_1 and c: changes\n  ! other-upstream: calls go to 0\n  xxx: 1 -> 2\n"
	if got := review.Text(list, false); !strings.HasPrefix(got, want) || strings.Count(got, ": changes\n") != 2 {
		t.Errorf("the text for people is\n%s", got)
	}
	for i := range 7 {
		list = append([]review.Review{{Folder: fmt.Sprintf("same%d", i), State: review.Same, Files: review.Files{Total: 11}}}, list...)
	}
	last := "\nsame6, same5, same4, same3 and 3 more: no difference (11 files compared)\n"
	if got := review.Text(list, false); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, last) {
		t.Errorf("with stacks that do not change it is\n%s", got)
	}
	list = nil
	for i := range 30 {
		r := changed(1, 3)[0]
		r.Folder = fmt.Sprintf("stacks/s%d", i)
		list = append(list, r)
	}
	got := review.Markdown(list, nil)
	if n := strings.Count(got, "###"); n != 1 || !strings.Contains(got, "\n### 30 stacks: changes\n\nstacks/s0, stacks/s1, ") {
		t.Errorf("%d sections:\n%s", n, got)
	}
}

// TestCommentFits: GitHub refuses a comment of more than 65,536 characters, and then
// nobody would see the dangers.
func TestCommentFits(t *testing.T) {
	gone := []review.Left{{Folder: "stacks/gone"}}
	for _, c := range []struct {
		name               string
		stacks, characters int
		// what is there: of "all", "some" or "none" of the stacks
		headings, dangers, lines string
	}{
		{"it fits", 30, 1000, "all", "all", "all"},
		{"the last ones lose their lines", 30, 3000, "all", "all", "some"},
		{"lines, then dangers", 1000, 100, "all", "some", "none"},
		{"lines, dangers, then all", 3000, 10, "some", "none", "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := review.Markdown(changed(c.stacks, c.characters), gone)
			if len(got) > 60_000 {
				t.Errorf("it has %d bytes", len(got))
			}
			if cut := c.lines != "all"; strings.Contains(got, "too long for a comment") != cut {
				t.Errorf("it says that it is too long: %t", !cut)
			}
			seen := []string{}
			for _, words := range []string{"\n### stacks/s", "calls go to", "needs a new deployment"} {
				n := strings.Count(got, words)
				seen = append(seen, howMany(n, c.stacks))
			}
			if diff := cmp.Diff([]string{c.headings, c.dangers, c.lines}, seen); diff != "" {
				t.Errorf("headings, dangers, lines (-want +got)\n%s", diff)
			}
			if !strings.Contains(got, "stacks/gone: no spec gives this stack") {
				t.Error("the stack without a spec is not named")
			}
		})
	}
}

func howMany(n, all int) string {
	switch n {
	case 0:
		return "none"
	case all:
		return "all"
	}
	return "some"
}
