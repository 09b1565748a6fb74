package review

import (
	"fmt"

	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// Left is the folder of a stack that no spec gives.
type Left struct {
	Folder string
	// Removed is whether the folder is gone, too, since the commit that is compared with.
	Removed bool
	// Spec is the file whose environments give stacks in its place; "" for none.
	Spec string
}

const (
	leftHead   = "no spec gives this stack"
	leftInAWS  = "if it is deployed, it stays so, and its triggers go on, until %s deletes it"
	leftFolder = "; %s removes its folder then"
	leftKeeps  = "n environment of %s can go on with it, under its name: %s"
)

// says is what becomes of it; quoted marks a command.
func (l Left) says(quoted func(string) string) string {
	text := fmt.Sprintf(leftInAWS, quoted("sfngen destroy"))
	if !l.Removed {
		text += fmt.Sprintf(leftFolder, quoted("sfngen build --prune"))
	}
	return text
}

// Text is what becomes of it, for people.
func (l Left) Text(paint color.Painter) string {
	text := paint.Paint(color.Bold, printable.Line(l.Folder)) + ": " + leftHead + "\n  " + paint.Paint(color.Red, "!") + " " +
		l.says(func(command string) string { return "'" + command + "'" }) + "\n"
	if l.Spec != "" {
		text += "  a" + fmt.Sprintf(leftKeeps, printable.Line(l.Spec), "keepName: true") + "\n"
	}
	return text
}

func (l Left) markdown() string {
	text := fmt.Sprintf("\n### %s: %s\n\n> [!WARNING]\n> I%s.\n", escaped(l.Folder), leftHead, l.says(codeSpan)[1:])
	if l.Spec != "" {
		text += "> A" + fmt.Sprintf(leftKeeps, escaped(l.Spec), codeSpan("keepName: true")) + ".\n"
	}
	return text
}
