package review

import (
	"fmt"

	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// Left is the folder of a stack that no spec gives.
type Left struct {
	Folder string
	// Spec is the file whose environments give stacks in its place; "" for none.
	Spec string
}

const leftHead = "no spec gives this stack"

// Text is what becomes of it, for people.
func (l Left) Text(paint color.Painter) string {
	text := paint.Paint(color.Bold, printable.Line(l.Folder)) + ": " + leftHead + "\n  " + paint.Paint(color.Red, "!") +
		" if it is deployed, it stays so, and its triggers go on, until 'sfngen destroy' deletes it; " +
		"'sfngen build --prune' removes its folder then\n"
	if l.Spec != "" {
		text += "  an environment of " + printable.Line(l.Spec) + " can go on with it, under its name: keepName: true\n"
	}
	return text
}

func (l Left) markdown() string {
	text := fmt.Sprintf("\n### %s: %s\n\n> [!WARNING]\n> If it is deployed, it stays so, and its triggers go on, until `sfngen destroy` "+
		"deletes it; `sfngen build --prune` removes its folder then.\n", escaped(l.Folder), leftHead)
	if l.Spec != "" {
		text += "> An environment of " + escaped(l.Spec) + " can go on with it, under its name: `keepName: true`.\n"
	}
	return text
}
