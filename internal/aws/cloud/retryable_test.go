package cloud_test

import (
	"errors"
	"fmt"
	"net/http"
	"syscall"
	"testing"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

func TestWhatPasses(t *testing.T) {
	status := func(code int) error {
		return &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: code}}, Err: errors.New("no")}
	}
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"nothing":             {nil, false},
		"throttling":          {fmt.Errorf("looking: %w", &smithy.GenericAPIError{Code: "Throttling"}), true},
		"an outage":           {status(503), true},
		"a broken connection": {fmt.Errorf("looking: %w", syscall.ECONNRESET), true},
		"a refusal":           {&smithy.GenericAPIError{Code: "AccessDenied"}, false},
		"a bad request":       {status(400), false},
		"no form of AWS's":    {&smithy.DeserializationError{Err: errors.New("no")}, false},
	} {
		if got := cloud.IsRetryable(c.err); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
