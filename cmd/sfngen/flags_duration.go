package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sfngen/sfngen/spec"
)

// durationTo takes the value of a flag that may be days.
func durationTo(d *time.Duration) func(string) error {
	return func(text string) (err error) {
		*d, err = readDuration(text)
		return err
	}
}

// readDuration takes Go's durations, and days.
func readDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if days, isDays := strings.CutSuffix(text, "d"); isDays {
		var n int
		n, err = strconv.Atoi(days)
		d = time.Duration(n) * 24 * time.Hour
		if n > 3650 {
			err = errors.New("more than ten years")
		}
	}
	if err != nil || d <= 0 {
		return 0, errors.New("must be a time such as 90m, 12h or 7d")
	}
	return d, nil
}

// inDays writes a time as the flags take it.
func inDays(d time.Duration) string {
	const day = 24 * time.Hour
	if d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	return spec.Short(d)
}
