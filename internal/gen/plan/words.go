package plan

import (
	"time"

	"github.com/sfngen/sfngen/spec"
)

// Short is spec.Short, for those who know only the plan.
func Short(d time.Duration) string { return spec.Short(d) }
