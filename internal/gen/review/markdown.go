package review

import (
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// MarkdownMark is in the first line of a comment: whoever posts the next one finds the
// one before by it, and writes over it.
const MarkdownMark = "<!-- sfngen diff --summary -->"

// Markdown is the reviews as a comment for a pull request. What differs is shown, and
// how many stacks do not. Texts from specs cannot become markup.
func Markdown(reviews []Review) string {
	var out strings.Builder
	out.WriteString(MarkdownMark + "\n")
	unchanged := 0
	for _, r := range reviews {
		if r.State == Same {
			unchanged++
			continue
		}
		out.WriteString(r.markdown())
	}
	if unchanged > 0 {
		fmt.Fprintf(&out, "\n%s without a difference.\n", count.Of(unchanged, "stack"))
	}
	return out.String()
}

// MarkdownWithoutSpec goes on with the folder of a stack that no spec gives.
func MarkdownWithoutSpec(dir string) string {
	return fmt.Sprintf("\n### %s: no spec gives this stack any more\n\n> [!WARNING]\n> `sfngen destroy` deletes it in AWS, and "+
		"`sfngen build --prune` removes its folder then.\n", escaped(dir))
}

// MarkdownCopy goes on with a copy of the folder of a stack whose spec gives another one.
func MarkdownCopy(dir, stack string) string {
	return fmt.Sprintf("\n### %s: a copy of the stack %s\n\nIts spec gives it in another folder: move this one away, or remove it.\n",
		escaped(dir), escaped(stack))
}

func (r Review) markdown() string {
	var out strings.Builder
	fmt.Fprintf(&out, "\n### %s: %s\n\n", escaped(r.Folder), escaped(r.head()))
	if len(r.Dangers) > 0 {
		out.WriteString("> [!WARNING]\n")
		for _, d := range r.Dangers {
			fmt.Fprintf(&out, "> - **%s**: %s\n", d.Kind, escaped(d.Text))
		}
		out.WriteString("\n")
	}
	for _, l := range r.lines() {
		out.WriteString("- " + l.markdown() + "\n")
	}
	return out.String()
}

func (l line) markdown() string {
	var out strings.Builder
	for _, p := range l {
		if p.value {
			out.WriteString(codeSpan(p.text))
		} else {
			out.WriteString(escaped(p.text))
		}
	}
	return out.String()
}

// codeSpan shows a text as it is (CommonMark 6.1): the fence is longer than any in it.
func codeSpan(text string) string {
	text = printable.Line(text)
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + text + fence
}

var markup = lazyregexp.New("[\\\\`*_{}\\[\\]<#|~&]")

// escaped is text without markup (CommonMark 2.4). A backslash does not keep GitHub from
// mentioning somebody: a comment behind the @ does.
func escaped(text string) string {
	return strings.ReplaceAll(markup.ReplaceAllString(printable.Line(text), `\$0`), "@", "@<!-- -->")
}
