// An egress as a stack has it, to be measured.
package main

import (
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sfngen/sfngen/runtime/egress"
)

func main() {
	lambda.Start(egress.Handler(egress.Config{
		Upstream:       "https://api.acme.example/v1",
		Methods:        []string{"GET", "POST"},
		Headers:        map[string]string{"accept": "application/json"},
		ForwardHeaders: []string{"accept", "content-type", "idempotency-key"},
		Timeout:        10 * time.Second,
	}))
}
