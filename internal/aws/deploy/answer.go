package deploy

import (
	"errors"
	"fmt"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
)

// checkAnswer says what was being done. Some proxies and gateways answer in AWS's place:
// empty is an answer without what CloudFormation always sends.
func checkAnswer(doing string, err error, empty bool) error {
	if err == nil && empty {
		err = live.ErrNoAnswer
	}
	if err != nil {
		return fmt.Errorf("%s: %w", doing, cloud.Explain(err))
	}
	return nil
}

// isNoAnswer reports a success that says nothing, or not in CloudFormation's form, such
// as the sign-in page of a proxy.
func isNoAnswer(err error) bool {
	return errors.As(err, new(*smithy.DeserializationError)) || errors.Is(err, live.ErrNoAnswer)
}

// wasAnswered reports whether an error came as an answer: the call is no longer in
// progress.
func wasAnswered(err error) bool {
	var answer *smithyhttp.ResponseError
	return errors.As(err, &answer) && answer.HTTPStatusCode() != 0
}

// isRefusal reports whether an error is AWS's answer, and the call has done nothing. Any
// other error leaves open whether it has.
func isRefusal(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && !cloud.IsRetryable(err)
}
