package plan

import (
	"fmt"
	"strings"
	"time"

	"github.com/sfngen/sfngen/spec"
)

// Short is spec.Short, for those who know only the plan.
func Short(d time.Duration) string { return spec.Short(d) }

// Count writes a number with its noun: "1 attempt", "3 attempts".
func Count(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "s"):
		return fmt.Sprintf("%d %ses", n, noun)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
