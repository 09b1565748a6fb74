package curl

import "errors"

// Habit is a flag of curl that this program does not have.
type Habit struct {
	Name, Short string
	Hint        string
}

// Habits are the known ones, with what to write instead. Usage is the command's,
// such as "sfngen run SPEC", elsewhere how its URL is chosen.
func Habits(usage, elsewhere string) []Habit {
	return []Habit{
		{"request", "X", "METHOD is the second argument: " + usage + " POST /path"},
		{"output", "o", "the answer goes to stdout: write > file"},
		{"url", "", "PATH is the third argument, " + elsewhere},
	}
}

// ErrJSON reports a value for --json: curl's flag takes one, ours does not.
var ErrJSON = errors.New("--json prints the record here and takes no value; " +
	"to send JSON, write -H 'content-type: application/json' -d DATA")
