package demo_test

import (
	"context"
	"testing"

	"github.com/sfngen/sfngen/internal/local/demo"
)

// stopper interrupts at the first write.
type stopper struct{ stop context.CancelFunc }

func (s stopper) Write(p []byte) (int, error) { s.stop(); return len(p), nil }

func TestAnInterruptedDemoSaysSo(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	if err := demo.Run(ctx, stopper{stop}); err == nil || err.Error() != "interrupted" {
		t.Errorf("got %v, want interrupted", err)
	}
}
