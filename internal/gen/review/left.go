package review

import (
	"fmt"
	"path/filepath"

	"github.com/sfngen/sfngen/internal/gen/project"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/spec"
)

// Left is the folder of a stack that no spec gives.
type Left struct {
	Folder string
	// CopyOf is the stack whose folder it is a copy of: a spec gives that one, elsewhere.
	// "" for none.
	CopyOf string
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

	copyHead = "a copy of the stack "
	copyText = ", which its spec gives in another folder"
	copyDo   = "move it away, or remove it yourself"
)

// LeftOf says of each folder without a spec what is known of it: whether it is a copy, or
// whether the spec of one of the stacks, which got environments, had its name before.
func LeftOf(all []project.Leftover, stacks []*stack.Stack) []Left {
	var list []Left
	for _, one := range all {
		l := Left{Folder: one.Dir, Removed: one.Removed}
		if one.IsCopy {
			l.CopyOf = one.Stack
		}
		for _, s := range stacks {
			if e := s.Plan.Environment; e != "" && s.Name == spec.StackName(filepath.Base(one.Dir), e) {
				l.Spec = s.Origin.Name()
			}
		}
		list = append(list, l)
	}
	return list
}

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
	if l.CopyOf != "" {
		return paint.Paint(color.Bold, printable.Line(l.Folder)) + ": " + copyHead + printable.Line(l.CopyOf) + copyText + "\n  " + copyDo + "\n"
	}
	text := paint.Paint(color.Bold, printable.Line(l.Folder)) + ": " + leftHead + "\n  " + paint.Paint(color.Red, "!") + " " +
		l.says(func(command string) string { return "'" + command + "'" }) + "\n"
	if l.Spec != "" {
		text += "  a" + fmt.Sprintf(leftKeeps, printable.Line(l.Spec), "keepName: true") + "\n"
	}
	return text
}

func (l Left) markdown() string {
	if l.CopyOf != "" {
		return fmt.Sprintf("\n### %s: %s%s%s\n\n%s.\n", escaped(l.Folder), copyHead, escaped(l.CopyOf), copyText, copyDo)
	}
	text := fmt.Sprintf("\n### %s: %s\n\n> [!WARNING]\n> I%s.\n", escaped(l.Folder), leftHead, l.says(codeSpan)[1:])
	if l.Spec != "" {
		text += "> A" + fmt.Sprintf(leftKeeps, escaped(l.Spec), codeSpan("keepName: true")) + ".\n"
	}
	return text
}
