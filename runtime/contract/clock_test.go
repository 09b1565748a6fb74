package contract_test

import (
	"context"
	"testing"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// TestSystemClock: what a Lambda really runs on ends with its context.
func TestSystemClock(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := (contract.SystemClock{}).Sleep(ctx, time.Hour); err != context.Canceled {
		t.Errorf("Sleep in a cancelled context: %v", err)
	}
	if err := (contract.SystemClock{}).Sleep(t.Context(), 0); err != nil {
		t.Errorf("Sleep(0): %v", err)
	}
	past, cancel := contract.SystemClock{}.WithDeadline(t.Context(), contract.SystemClock{}.Now())
	defer cancel()
	if past.Err() != context.DeadlineExceeded {
		t.Errorf("a deadline that has passed: %v", past.Err())
	}
}
