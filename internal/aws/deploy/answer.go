package deploy

import (
	"errors"
	"fmt"

	"github.com/aws/smithy-go"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
)

// checkAnswer says what was being done, and tells an answer from what some proxies
// and gateways make of it: empty is one without what CloudFormation always says.
func checkAnswer(doing string, err error, empty bool) error {
	if err == nil && empty {
		err = live.ErrNoAnswer
	}
	if err != nil {
		return fmt.Errorf("%s: %w", doing, cloud.Explain(err))
	}
	return nil
}

// isNoAnswer is for a success that says nothing, or not in CloudFormation's form,
// such as the page of a proxy that wants somebody to log in.
func isNoAnswer(err error) bool {
	return errors.As(err, new(*smithy.DeserializationError)) || errors.Is(err, live.ErrNoAnswer)
}
