package mockapi

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Range is a random duration between two, inclusive; the zero value is 0.
type Range struct{ Least, Most time.Duration }

// ParseRange reads a duration, 50ms, or two, 50ms..200ms.
func ParseRange(text string) (Range, error) {
	least, most, two := strings.Cut(text, "..")
	if !two {
		most = least
	}
	from, err := time.ParseDuration(least)
	to, err2 := time.ParseDuration(most)
	if err != nil || err2 != nil {
		return Range{}, fmt.Errorf("must be a duration such as 50ms, or two such as 50ms..200ms, got %q", text)
	}
	r := Range{from, to}
	return r, r.validate()
}

// String is what ParseRange reads.
func (r Range) String() string {
	if r.Least == r.Most {
		return short(r.Least)
	}
	return short(r.Least) + ".." + short(r.Most)
}

func (r Range) validate() error {
	if r.Least < 0 || r.Most > maxLatency {
		return fmt.Errorf("must be between 0s and %s, got %s", short(maxLatency), r)
	}
	if r.Least > r.Most {
		return fmt.Errorf("must go from the shorter to the longer time, got %s", r)
	}
	return nil
}

func (r Range) draw(random func() float64) time.Duration {
	if r.Least == r.Most {
		return r.Least
	}
	return r.Least + time.Duration(random()*float64(r.Most-r.Least))
}

// ParseShare reads a share, such as 5% or 0.05.
func ParseShare(text string) (float64, error) {
	number, percent := strings.CutSuffix(text, "%")
	share, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsInf(share, 0) {
		return 0, fmt.Errorf("must be a share such as 5%% or 0.05, got %q", text)
	}
	if percent {
		share /= 100
	}
	if validateShare(share) != nil {
		return 0, fmt.Errorf("must be between 0%% and 100%%, got %q", text)
	}
	return share, nil
}
