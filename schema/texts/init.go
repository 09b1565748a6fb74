package texts

import (
	"cmp"
	"fmt"
	"strings"
)

const initHead = `# yaml-language-server: $schema=./sfngen.schema.json
#
# A retry spec for sfngen. What is commented out shows the default, or an example where there is none.
#   sfngen validate NAME.yaml    is it right?
#   sfngen plan NAME.yaml        attempts, waits, worst case, cost
#   sfngen build NAME.yaml       writes stacks/NAME/
`

// Init is the spec that sfngen init writes: what is required, and all the rest
// commented out. NAME stands for the stack's name.
func Init() string { return initSpec(Fields()) }

func initSpec(fields []*Field) string {
	text := initHead
	inSection := false
	for _, f := range fields {
		if f.Form == Section || inSection {
			text += "\n"
		}
		inSection = f.Form == Section
		for _, line := range initLines(f) {
			text += aligned(line) + "\n"
		}
	}
	return text
}

// aligned puts the comments of neighbouring lines below each other.
func aligned(line string) string {
	value, comment, ok := strings.Cut(line, "\t")
	if !ok {
		return line
	}
	return fmt.Sprintf("%-33s # %s", value, comment)
}

func initLines(f *Field) []string {
	switch {
	case f.Required && f.Form == Section:
		return below(f.Name+":", openLines(f.Fields))
	case f.Required:
		return []string{commented(f)}
	}
	var lines []string
	for _, line := range offeredLines(f) {
		lines = append(lines, "# "+line)
	}
	return lines
}

func openLines(fields []*Field) []string {
	var lines []string
	for _, f := range fields {
		lines = append(lines, initLines(f)...)
	}
	return lines
}

// offeredLines are the field's lines, as they are behind a #.
func offeredLines(f *Field) []string {
	switch {
	case f.Form == Section:
		var lines []string
		for _, inner := range f.Fields {
			lines = append(lines, offeredLines(inner)...)
		}
		return below(f.Name+":", lines)
	case f.Form == List:
		return below(f.Name+":", []string{"- " + Flow(first(f.example(0)))})
	}
	return []string{commented(f)}
}

// commented is the field's line, a tab, and its comment.
func commented(f *Field) string {
	value := Flow(f.example(0))
	switch {
	case f.Path == "name":
		value = "NAME"
	case !isEmpty(f.Default):
		value = Flow(f.Default)
	}
	mark := ""
	if f.WithType != nil { // right with another type alone
		mark = "# "
	}
	return mark + f.Name + ": " + value + "\t" + cmp.Or(f.Comment, strings.Join(f.Choices(), " | "))
}
