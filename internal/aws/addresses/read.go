package addresses

import (
	"context"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
)

// Read is what is known of a deployed stack.
func Read(_ context.Context, c *cloud.Cloud, s *live.Stack) (Report, error) {
	return OfOutputs(c, s), nil
}
