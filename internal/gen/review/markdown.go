package review

import (
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// markdownDangers are a warning of GitHub's with the dangers; "" without any.
func (r Review) markdownDangers() string {
	if len(r.Dangers) == 0 {
		return ""
	}
	var out strings.Builder
	out.WriteString("> [!WARNING]\n")
	for _, d := range r.Dangers {
		fmt.Fprintf(&out, "> - **%s**: %s\n", d.Kind, escaped(d.Text))
	}
	return out.String() + "\n"
}

func (r Review) markdownLines() string {
	var out strings.Builder
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
