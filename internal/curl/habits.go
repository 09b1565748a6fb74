package curl

import "errors"

// Habit is a flag that curl's users type and that this program has no use for.
type Habit struct {
	Name, Short string
	Hint        string
}

// Habits are those that are met, with what to write instead.
var Habits = []Habit{
	{"request", "X", "METHOD is the second argument: sfngen run SPEC POST /path"},
	{"output", "o", "the answer goes to stdout: write > file"},
	{"url", "", "PATH is the third argument, --upstream URL names another API"},
}

// ErrJSON is for who gives --json a value, as curl's takes one.
var ErrJSON = errors.New("--json prints the record here and takes no value; to send JSON, write -H 'content-type: application/json' -d DATA")
