package lambda_test

import (
	"context"
	"errors"
	"testing"

	awslambda "github.com/aws/aws-lambda-go/lambda"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/local/lambda"
)

type question struct {
	Text  string            `json:"text"`
	Lists map[string][]int  `json:"lists"`
	Raw   map[string]string `json:"raw"`
}

var errNo = errors.New("no")

func reply(_ context.Context, q question) (any, error) {
	switch q.Text {
	case "fail":
		return q, errNo
	case "function":
		return func() {}, nil
	case "nothing":
		return nil, nil
	}
	return q, nil
}

// TestHandlerOfIsAwsLambdaGos: an answer of the local run is what Lambda would send.
func TestHandlerOfIsAwsLambdaGos(t *testing.T) {
	theirs, ours := awslambda.NewHandler(reply), lambda.HandlerOf(reply)
	for _, payload := range []string{
		`{"text": "<a href='x'>&"}`, `{"text": "\u2028\n", "lists": {"b": [1], "a": []}, "more": 1}`, `{}`, `null`, `{} {}`, `{"text": "a"} x`,
		`{"text": "fail"}`, `{"text": "function"}`, `{"text": "nothing"}`, "", "[]", `{"text": 1}`, `{"text"`, `"a"`,
	} {
		want, wantErr := theirs.Invoke(t.Context(), []byte(payload))
		got, err := ours.Invoke(t.Context(), []byte(payload))
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s (-aws-lambda-go +ours):\n%s", payload, diff)
		}
		if diff := cmp.Diff(said(wantErr), said(err)); diff != "" {
			t.Errorf("%s: error (-aws-lambda-go +ours):\n%s", payload, diff)
		}
	}
}

func said(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
