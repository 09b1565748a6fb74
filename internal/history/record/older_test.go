package record_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/record"
	"github.com/sfngen/sfngen/internal/history/timeline"
)

// What earlier versions have recorded is read, and told as what it was.
func TestOlderRecordsAreRead(t *testing.T) {
	names, err := filepath.Glob("../../testdata/older/*/*/record.json")
	if err != nil || len(names) < 2 {
		t.Fatalf("%d records, %v", len(names), err)
	}
	for _, name := range names {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		r, err := record.Read(name, file)
		if err != nil {
			t.Error(err)
			continue
		}
		var told timeline.Timeline
		for _, e := range r.History {
			told.Add(e)
		}
		got := []any{r.Stack, r.Response.StatusCode, r.Execution.Transitions, len(r.Attempts)}
		for _, a := range told.Attempts {
			got = append(got, a.StatusCode, a.Reason)
		}
		want := []any{"weather-one-egress", 200, 4, 2, 429, "429 Too Many Requests", 200, ""}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if wait := told.Attempts[0].Wait.Duration().Seconds(); wait < 3 || wait > 4 {
			t.Errorf("%s: a wait of %g s, want 3", name, wait)
		}
	}
}
