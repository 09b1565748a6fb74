package local_test

import (
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/local"
)

// Variables that name no table are an error before anything runs: later each process would
// go on as without one.
func TestTableOfVariables(t *testing.T) {
	for _, tt := range []struct{ table, endpoint, problem string }{
		{"", "", ""},
		{"orders-pool", "http://127.0.0.1:8000", ""},
		{"orders-pool", "", "AWS_ENDPOINT_URL_DYNAMODB"},
		{"orders-pool", "127.0.0.1:8000", "AWS_ENDPOINT_URL_DYNAMODB: must be a URL"},
		{"t", "http://127.0.0.1:8000", `SFNGEN_TABLE: must be the name of a table`},
		{"orders pool", "http://127.0.0.1:8000", `got "orders pool"`},
	} {
		values := map[string]string{"SFNGEN_TABLE": tt.table, "AWS_ENDPOINT_URL_DYNAMODB": tt.endpoint}
		_, err := local.TableOf(func(name string) string { return values[name] })
		if (err == nil) != (tt.problem == "") || err != nil && !strings.Contains(err.Error(), tt.problem) {
			t.Errorf("%q at %q: %v, want %q", tt.table, tt.endpoint, err, tt.problem)
		}
	}
}
