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

// MarkdownWithoutSpec goes on with the folders of stacks that no spec gives; "" for none.
func MarkdownWithoutSpec(dirs []string) string {
	var out strings.Builder
	for _, dir := range dirs {
		fmt.Fprintf(&out, "\n### %s: no spec gives this stack any more\n\n> [!WARNING]\n> `sfngen destroy` deletes it in AWS, and "+
			"`sfngen build --prune` removes its folder then.\n", escaped(dir))
	}
	return out.String()
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
