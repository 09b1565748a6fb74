package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// Step Functions counts in whole seconds (ASL, Wait State and TimeoutSeconds),
// and so does every duration of a spec.

// inspectDuration checks that a duration is whole seconds and within its bounds.
func (r *reader) inspectDuration(n *node, at shape) {
	wording := at.wording()
	if wording.Range == "" || !r.sound(n.path) {
		return
	}
	d, err := time.ParseDuration(n.text)
	switch {
	case err != nil || d < wording.Minimum || d > wording.Maximum:
		r.reject(r.shape.ruleOf(n.path), n.path, n.begin, "must be "+wording.Range+", got "+n.text, "")
	case d%time.Second != 0:
		r.reject(r.shape.ruleOf(n.path), n.path, n.begin, "must be a whole number of seconds, got "+n.text, wholeSecondsHint(d, wording.Minimum))
	}
}

func wholeSecondsHint(d, minimum time.Duration) string {
	below, above := d.Truncate(time.Second), d.Truncate(time.Second)+time.Second
	if below < minimum {
		return fmt.Sprintf("Step Functions counts in whole seconds: write %ds", above/time.Second)
	}
	return fmt.Sprintf("Step Functions counts in whole seconds: write %ds or %ds", below/time.Second, above/time.Second)
}

var wordyDuration = lazyregexp.New(`^([0-9]{1,6})\s*([a-zA-Z]*)$`)

// wordyUnits are the ways in which people write the units of a Go duration, and
// those that it does not have, as so many hours.
var wordyUnits = []struct {
	words []string
	count int
	unit  string
}{
	{[]string{"", "s", "sec", "secs", "second", "seconds"}, 1, "s"},
	{[]string{"m", "min", "mins", "minute", "minutes"}, 1, "m"},
	{[]string{"h", "hr", "hrs", "hour", "hours"}, 1, "h"},
	{[]string{"d", "day", "days"}, 24, "h"},
	{[]string{"w", "week", "weeks"}, 7 * 24, "h"},
}

// durationHint gives a Go duration for the ways in which people write one, or the
// bound of the field where it does not take as much or as little.
func durationHint(n *node, minimum, maximum time.Duration) string {
	match := wordyDuration.FindStringSubmatch(n.text)
	if match == nil || n.kind != isText && n.kind != isNumber {
		return ""
	}
	count, _ := strconv.Atoi(match[1])
	for _, u := range wordyUnits {
		if slices.Contains(u.words, strings.ToLower(match[2])) {
			return "write " + within(fmt.Sprintf("%d%s", count*u.count, u.unit), minimum, maximum)
		}
	}
	return ""
}

// within is text, a Go duration, or the bound that it is beyond.
func within(text string, minimum, maximum time.Duration) string {
	switch d, err := time.ParseDuration(text); {
	case err != nil || d > maximum: // 290 years and more are an error
		return Short(maximum) + ", the longest that there is"
	case d < minimum:
		return Short(minimum) + ", the shortest that there is"
	}
	return text
}

// Short writes a duration as a person would in a spec: 2m, not 2m0s.
func Short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
