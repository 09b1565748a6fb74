package execution_test

import (
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/history/execution"
)

func TestARecordWithoutAnExecution(t *testing.T) {
	for _, test := range []struct{ name, response, want string }{
		{"refused", `{"statusCode": 405}`, "r.json has no execution: the request was refused with 405 before one was started"},
		{"interrupted", "null", "r.json has no execution: the run was interrupted before one was started"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := `{"stack": "orders", "upstream": "https://a.example", "response": ` + test.response + `, "execution": null, "history": null}`
			if _, err := execution.FromRecord("r.json", strings.NewReader(text)); err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}
