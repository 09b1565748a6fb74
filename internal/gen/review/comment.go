package review

import (
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/internal/term/count"
)

// MarkdownMark is in the first line of a comment: whoever posts the next one finds the
// one before by it, and writes over it.
const MarkdownMark = "<!-- sfngen diff --summary -->"

// longestComment is how many bytes a comment has at most. GitHub takes 65,536
// characters, and whoever posts it may add to it.
const longestComment = 60_000

// Markdown is the reviews as a comment for a pull request, and the folders of stacks that
// no spec gives. What differs is shown, stacks with the same words together, and how many
// do not. Texts from specs cannot become markup. A comment that would be too long for
// GitHub loses words from its end, the dangers last, and says so.
func Markdown(reviews []Review, withoutSpec []Left) string {
	var sections []section
	unchanged := 0
	for _, r := range reviews {
		if r.State == Same {
			unchanged++
		} else {
			sections = addSection(sections, r)
		}
	}
	end := ""
	for _, l := range withoutSpec {
		end += l.markdown()
	}
	if unchanged > 0 {
		end += fmt.Sprintf("\n%s without a difference.\n", count.Of(unchanged, "stack"))
	}
	return MarkdownMark + "\n" + fitting(sections, longestComment-len(MarkdownMark)-len(end)) + end
}

// section is what a comment says of stacks that change in the same way.
type section struct {
	folders              []string
	head, dangers, lines string
}

// addSection adds a review to the section with the same words, or as one of its own.
func addSection(list []section, r Review) []section {
	s := section{[]string{r.Folder}, r.head(), r.markdownDangers(), r.markdownLines()}
	for i, known := range list {
		if known.head == s.head && known.dangers == s.dangers && known.lines == s.lines {
			list[i].folders = append(list[i].folders, r.Folder)
			return list
		}
	}
	return append(list, s)
}

const tooLong = "\n> [!NOTE]\n> This is too long for a comment: what is missing here, `sfngen diff --summary` says.\n"

// fitting are the sections in at most so many bytes: what does not fit loses its lines,
// and then its dangers, from the last section on.
func fitting(list []section, bytes int) string {
	all := make([]string, len(list))
	total := 0
	for i, s := range list {
		all[i] = s.heading() + s.dangers + s.lines
		total += len(all[i])
	}
	if total <= bytes {
		return strings.Join(all, "")
	}
	for _, short := range []func(section) string{
		func(s section) string { return s.heading() + s.dangers },
		section.heading,
		func(section) string { return "" },
	} {
		for i := len(list) - 1; i >= 0 && total+len(tooLong) > bytes; i-- {
			shorter := short(list[i])
			total += len(shorter) - len(all[i])
			all[i] = shorter
		}
	}
	return tooLong + strings.Join(all, "")
}

// heading names a few folders, and of many their number: then they follow.
func (s section) heading() string {
	var names []string
	for _, folder := range s.folders {
		names = append(names, escaped(folder))
	}
	if len(names) <= mostNamed {
		return fmt.Sprintf("\n### %s: %s\n\n", count.And(names...), escaped(s.head))
	}
	return fmt.Sprintf("\n### %s: %s\n\n%s\n\n", count.Of(len(names), "stack"), escaped(s.head), strings.Join(names, ", "))
}
