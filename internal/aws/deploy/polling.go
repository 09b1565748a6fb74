package deploy

import (
	"context"
	"fmt"
	"time"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

// How often AWS is called: soon at first, then with longer waits, since
// DescribeStackEvents and similar calls are limited for an account and region as a whole.
const (
	firstWait    = 250 * time.Millisecond
	usualWait    = 3 * time.Second
	longestWait  = 30 * time.Second
	mostFailures = 12 // in a row: about four minutes
)

// poll calls until it is done. While AWS is out of reach, or throttles, it continues for
// a few minutes: the operation continues there.
func (s *Session) poll(ctx context.Context, what string, call func() (done bool, err error)) error {
	failures := 0
	for n := 0; ; n++ {
		done, err := call()
		switch {
		case err == nil && done:
			return nil
		case err == nil:
			failures = 0
		case ctx.Err() != nil || !cloud.IsRetryable(err) || failures+1 >= mostFailures:
			return fmt.Errorf("%s: %w", what, cloud.Explain(err))
		default:
			failures++
			s.warnOfFailures(failures, what, err)
		}
		if err := s.Sleep(ctx, pollWait(n, failures)); err != nil {
			return err
		}
	}
}

// warnOfFailures says once that it takes longer, after failures that are no accident.
func (s *Session) warnOfFailures(failures int, what string, err error) {
	if failures == 3 {
		s.say("%s: AWS does not answer (%v); trying again for a few minutes", what, cloud.Explain(err))
	}
}

// pollWait is the wait before the next call, after n answers and failures in a row.
func pollWait(n, failures int) time.Duration {
	usual := min(usualWait, firstWait<<min(n/2, 8))
	if failures > 0 {
		usual = usualWait << min(failures-1, 6)
	}
	return min(longestWait, usual)
}
