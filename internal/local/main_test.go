package local_test

import (
	"context"
	"flag"
	"os"
	"testing"

	awslambda "github.com/aws/aws-lambda-go/lambda"

	"github.com/sfngen/sfngen/internal/local/lambda"
)

// TestMain lets this test binary act as a function that exits while it handles its
// first invocation: it does when there is a Runtime API.
func TestMain(m *testing.M) {
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") == "" {
		_ = flag.Set("test.parallel", "8") // many of these tests wait most of their time; a flag of the caller's counts
		os.Exit(m.Run())
	}
	awslambda.Start(func(context.Context) error {
		os.Exit(3)
		return nil
	})
}

// thisBinary is that function.
func thisBinary() lambda.Code {
	path, err := os.Executable()
	if err != nil {
		panic(err)
	}
	return lambda.Binary(path)
}
