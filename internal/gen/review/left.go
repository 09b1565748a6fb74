package review

import (
	"fmt"

	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// Left is the folder of a stack that no spec gives.
type Left struct {
	Folder string
	// CopyOf is the stack whose folder it is a copy of: a spec gives that one, elsewhere.
	// "" for none.
	CopyOf string
	// Spec is the file whose environments give stacks in its place; "" for none.
	Spec string
}

const (
	leftHead = "no spec gives this stack"
	copyHead = "a copy of the stack "
	copyText = ", which its spec gives in another folder"
	copyDo   = "move it away, or remove it yourself"
)

// Text is what becomes of it, for people.
func (l Left) Text(paint color.Painter) string {
	if l.CopyOf != "" {
		return paint.Paint(color.Bold, printable.Line(l.Folder)) + ": " + copyHead + printable.Line(l.CopyOf) + copyText + "\n  " + copyDo + "\n"
	}
	text := paint.Paint(color.Bold, printable.Line(l.Folder)) + ": " + leftHead + "\n  " + paint.Paint(color.Red, "!") +
		" if it is deployed, it stays so, and its triggers go on, until 'sfngen destroy' deletes it; " +
		"'sfngen build --prune' removes its folder then\n"
	if l.Spec != "" {
		text += "  an environment of " + printable.Line(l.Spec) + " can go on with it, under its name: keepName: true\n"
	}
	return text
}

func (l Left) markdown() string {
	if l.CopyOf != "" {
		return fmt.Sprintf("\n### %s: %s%s%s\n\n%s.\n", escaped(l.Folder), copyHead, escaped(l.CopyOf), copyText, copyDo)
	}
	text := fmt.Sprintf("\n### %s: %s\n\n> [!WARNING]\n> If it is deployed, it stays so, and its triggers go on, until `sfngen destroy` "+
		"deletes it; `sfngen build --prune` removes its folder then.\n", escaped(l.Folder), leftHead)
	if l.Spec != "" {
		text += "> An environment of " + escaped(l.Spec) + " can go on with it, under its name: `keepName: true`.\n"
	}
	return text
}
