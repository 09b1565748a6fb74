// Package width measures text as a terminal shows it: a character of Chinese or an
// emoji takes two columns, a combining mark none.
package width

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"github.com/sfngen/sfngen/internal/term/color"
)

// tabStop is how far apart terminals have their tab stops.
const tabStop = 8

// Of is the number of columns that a line takes from the first column on. Colours
// take none.
func Of(line string) int {
	line = color.Strip(line)
	columns := 0
	for {
		before, after, hasTab := strings.Cut(line, "\t")
		columns += ofText(before)
		if !hasTab {
			return columns
		}
		columns += tabStop - columns%tabStop
		line = after
	}
}

func ofText(text string) int {
	if isASCII(text) {
		return len(text)
	}
	return uniseg.StringWidth(text)
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Cut shortens a line without colours to at most so many columns, and shows that it
// did. It never splits what is seen as one character.
func Cut(line string, most int) string {
	if Of(line) <= most {
		return line
	}
	end, columns, rest, state := 0, 0, line, -1
	for rest != "" {
		var character string
		character, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if columns += Of(character); columns > most-1 {
			break
		}
		end += len(character)
	}
	return line[:end] + "…"
}

// Pad fills a line up to so many columns.
func Pad(line string, columns int) string {
	return line + strings.Repeat(" ", max(0, columns-Of(line)))
}
