package deploy

import (
	"errors"
	"fmt"

	"github.com/aws/smithy-go"

	"github.com/sfngen/sfngen/internal/deployed"
)

// errGarbled is a success that is not in CloudFormation's form, such as the page of
// a proxy that wants somebody to log in.
var errGarbled = errors.New("what answers does not speak as CloudFormation does; is that AWS? look at the proxy (HTTPS_PROXY) and at AWS_ENDPOINT_URL")

// heard tells an answer from what some proxies and gateways make of it: empty is
// one without what CloudFormation always says.
func heard(doing string, err error, empty bool) error {
	switch {
	case errors.As(err, new(*smithy.DeserializationError)):
		return fmt.Errorf("%s: %w", doing, errGarbled)
	case err != nil:
		return fmt.Errorf("%s: %w", doing, err)
	case empty:
		return fmt.Errorf("%s: %w", doing, deployed.ErrNoAnswer)
	}
	return nil
}

// isNoAnswer is for what heard has found to be none.
func isNoAnswer(err error) bool {
	return errors.Is(err, errGarbled) || errors.Is(err, deployed.ErrNoAnswer)
}
