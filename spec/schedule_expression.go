package spec

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// expressionProblem checks a schedule expression against the three forms of
// EventBridge Scheduler ("Schedule types"); "" when it is one of them.
func expressionProblem(expression string) (problem, hint string) {
	name, rest, _ := strings.Cut(expression, "(")
	argument := strings.TrimSuffix(rest, ")")
	switch name {
	case "rate":
		return rateProblem(argument)
	case "cron":
		return cronProblem(argument)
	}
	const layout = "2006-01-02T15:04:05" // of which time.Parse takes variants: fractions of a second, an hour of one digit
	if _, err := time.Parse(layout, argument); err != nil || len(argument) != len(layout) {
		return "at() takes a date and a time, got " + argument, "write it as in at(2030-01-31T08:00:00)"
	}
	return "", ""
}

var ratePattern = lazyregexp.New(`^([1-9][0-9]{0,5}) (minute|hour|day)(s?)$`)

func rateProblem(argument string) (problem, hint string) {
	match := ratePattern.FindStringSubmatch(argument)
	if match == nil {
		return "rate() takes a whole number and minutes, hours or days, got " + argument, "write it as in rate(5 minutes)"
	}
	count, unit, plural := match[1], match[2], match[3] != ""
	switch {
	case count == "1" && plural:
		return "one " + unit + " is singular", fmt.Sprintf("write rate(1 %s)", unit)
	case count != "1" && !plural:
		return count + " " + unit + " is plural", fmt.Sprintf("write rate(%s %ss)", count, unit)
	}
	return "", ""
}

// cronField is one of the six fields: its range, the words that stand for
// numbers from the range's beginning, and the wildcards beside , - * and /.
type cronField struct {
	name     string
	from, to int
	words    []string
	extra    string
}

var cronFields = []cronField{
	{"minutes", 0, 59, nil, ""},
	{"hours", 0, 23, nil, ""},
	{"day of month", 1, 31, nil, "?LW"},
	{"month", 1, 12, []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}, ""},
	{"day of week", 1, 7, []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}, "?L#"},
	{"year", 1970, 2199, nil, ""},
}

const dayOfMonth, dayOfWeek = 2, 4

func cronProblem(argument string) (problem, hint string) {
	values := strings.Fields(argument)
	if len(values) != len(cronFields) {
		return fmt.Sprintf("cron() takes six fields (minutes, hours, day of month, month, day of week, year), got %d", len(values)),
			"write it as in cron(0 3 * * ? *)"
	}
	for i, field := range cronFields {
		for part := range strings.SplitSeq(values[i], ",") {
			if !field.takes(part) {
				return fmt.Sprintf("%q does not fit the field %s, from %d to %d", part, field.name, field.from, field.to), ""
			}
		}
	}
	if (values[dayOfMonth] == "?") == (values[dayOfWeek] == "?") {
		return "either the day of month or the day of week must be ?", "write it as in cron(0 3 * * ? *)"
	}
	return "", ""
}

// takes reads one part of a field's list: a value, a range or a wildcard, with
// a step behind it.
func (c cronField) takes(part string) bool {
	part, step, hasStep := strings.Cut(part, "/")
	if hasStep {
		if count, ok := digits(step); !ok || count < 1 {
			return false
		}
	}
	switch {
	case part == "*":
		return true
	case c.extra != "" && !hasStep && c.takesExtra(part):
		return true
	}
	first, last, isRange := strings.Cut(part, "-")
	from, ok := c.number(first)
	if !isRange {
		return ok
	}
	to, okTo := c.number(last)
	return ok && okTo && (from <= to || c.words != nil)
}

// takesExtra reads the wildcards of days: ?, L (last), 15W (the weekday next to
// the 15th), 6L (the last Friday), 3#2 (the second Tuesday).
func (c cronField) takesExtra(part string) bool {
	if part == "?" || part == "L" || part == "LW" && strings.Contains(c.extra, "W") {
		return true
	}
	if day, nth, ok := strings.Cut(part, "#"); ok && strings.Contains(c.extra, "#") {
		_, known := c.number(day)
		return known && len(nth) == 1 && nth >= "1" && nth <= "5"
	}
	for _, mark := range []string{"L", "W"} {
		if day, ok := strings.CutSuffix(part, mark); ok && strings.Contains(c.extra, mark) && (mark == "W" || c.words != nil) {
			_, known := c.number(day)
			return known
		}
	}
	return false
}

func (c cronField) number(text string) (int, bool) {
	for i, word := range c.words {
		if strings.EqualFold(word, text) {
			return c.from + i, true
		}
	}
	number, ok := digits(text)
	return number, ok && number >= c.from && number <= c.to
}

// digits reads a number that has no sign, as AWS's crons do.
func digits(text string) (int, bool) {
	number, err := strconv.ParseUint(text, 10, 31)
	return int(number), err == nil
}
