package contract_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

// TestLogger has the lines as Lambda reads them: its keys, its levels' names, a
// time of RFC 3339.
func TestLogger(t *testing.T) {
	at := time.Date(2026, 11, 24, 4, 1, 34, 268874206, time.FixedZone("CET", 3600))
	tests := []struct {
		level slog.Level
		name  string
	}{
		{slog.LevelInfo, "INFO"}, {slog.LevelWarn, "WARN"}, {slog.LevelError, "ERROR"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var b strings.Builder
			r := slog.NewRecord(at, test.level, "attempt", 0)
			r.AddAttrs(slog.Int("egress", 2), slog.Group("of", slog.String("time", "its own")))
			if err := contract.NewLogger(&b).Handler().Handle(context.Background(), r); err != nil {
				t.Fatal(err)
			}
			want := `{"timestamp":"2026-11-24T03:01:34.268874206Z","level":"` + test.name +
				`","msg":"attempt","egress":2,"of":{"time":"its own"}}` + "\n"
			if diff := cmp.Diff(want, b.String()); diff != "" {
				t.Errorf("line (-want +got):\n%s", diff)
			}
		})
	}
}
