package cloud_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/fakeaws"
)

// explains holds the words of an error against want.
func explains(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil {
		t.Fatal("there is no error")
	}
	got := cloud.Explain(err)
	if diff := cmp.Diff(want, got.Error()); diff != "" {
		t.Errorf("words (-want +got):\n%s\nof: %v", diff, err)
	}
	if again := cloud.Explain(got); again.Error() != got.Error() {
		t.Errorf("explained twice it is %q", again)
	}
}

// open asks AWS who it is, as most commands do first.
func open(t *testing.T) error {
	t.Helper()
	_, err := cloud.Open(context.Background(), cloud.Options{})
	return err
}

// answering is an AWS that says the same to every call.
func answering(t *testing.T, status int, header map[string]string, body string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for name, value := range header {
			w.Header().Set(name, value)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	fakeaws.Environment(t, server.URL)
}

// queryError is an error of the services that answer in XML.
func queryError(t *testing.T, status int, code, message string) {
	t.Helper()
	answering(t, status, map[string]string{"x-amzn-RequestId": "1111-2222"},
		`<ErrorResponse><Error><Type>Sender</Type><Code>`+code+`</Code><Message>`+message+
			`</Message></Error><RequestId>1111-2222</RequestId></ErrorResponse>`)
}

// jsonError is one of those that answer in JSON.
func jsonError(t *testing.T, status int, code, message string) {
	t.Helper()
	answering(t, status, map[string]string{"x-amzn-RequestId": "1111-2222", "X-Amzn-ErrorType": code,
		"Content-Type": "application/x-amz-json-1.0"},
		fmt.Sprintf(`{"__type":%q,"message":%q}`, code, message))
}

func loaded(t *testing.T) *cloud.Cloud {
	t.Helper()
	c, err := cloud.Load(context.Background(), cloud.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &cloud.Cloud{Config: c, Region: c.Region, Partition: "aws", Account: fakeaws.Account, Caller: fakeaws.Caller}
}

// The calls of the tests, one of each protocol.
func createChangeSet(c *cloud.Cloud) error {
	_, err := c.CloudFormation().CreateChangeSet(context.Background(),
		&cloudformation.CreateChangeSetInput{StackName: aws.String("acme"), ChangeSetName: aws.String("c")})
	return err
}

func headObject(c *cloud.Cloud) error {
	_, err := c.S3().HeadObject(context.Background(), &s3.HeadObjectInput{Bucket: aws.String("box"), Key: aws.String("a/b")})
	return err
}

func invoke(c *cloud.Cloud) error {
	_, err := c.Lambda().Invoke(context.Background(), &lambda.InvokeInput{FunctionName: aws.String("f")})
	return err
}

func validate(c *cloud.Cloud) error {
	_, err := c.StepFunctions().ValidateStateMachineDefinition(context.Background(),
		&sfn.ValidateStateMachineDefinitionInput{Definition: aws.String("{}")})
	return err
}

func TestOtherErrorsStayAsTheyAre(t *testing.T) {
	if err := cloud.Explain(nil); err != nil {
		t.Errorf("nil became %v", err)
	}
	for _, err := range []error{errors.New("boom"), fmt.Errorf("reading: %w", io.EOF), context.Canceled, cloud.ErrNoRegion} {
		if got := cloud.Explain(err); got != err {
			t.Errorf("%v became %v", err, got)
		}
	}
}

// TestWhatStandsAroundStays: the words of the caller, and what can be asked of
// the error.
func TestWhatStandsAroundStays(t *testing.T) {
	jsonError(t, 400, "ValidationException", "1 validation error detected")
	c := loaded(t)
	own := errors.New("own")
	err := fmt.Errorf("checking acme: %w; %w", cloud.Explain(validate(c)), errors.Join(own, cloud.Explain(headObject(c))))
	explains(t, err, "checking acme: Step Functions ValidateStateMachineDefinition: ValidationException: 1 validation error detected "+
		"(request 1111-2222); "+
		"own\nS3 HeadObject: BadRequest: Bad Request")
}

func TestErrorsCanStillBeAsked(t *testing.T) {
	queryError(t, 400, "ValidationError", "Stack [acme] does not exist")
	got := cloud.Explain(fmt.Errorf("looking: %w", createChangeSet(loaded(t))))
	var api smithy.APIError
	if !errors.As(got, &api) || api.ErrorCode() != "ValidationError" {
		t.Errorf("the code of %v is lost", got)
	}
}

// The SDK's own text says neither why nor what to do, so it is never shown, even
// where the place that wrapped it forgot to explain it.
func TestTheTextOfTheSDKIsNotShown(t *testing.T) {
	jsonError(t, 400, "ValidationException", "1 validation error detected")
	c := loaded(t)
	const why = "Step Functions ValidateStateMachineDefinition: ValidationException: 1 validation error detected (request 1111-2222)"
	explains(t, fmt.Errorf("checking acme: %w", validate(c)), why)
	explains(t, errors.Join(validate(c), validate(c)), why+"\n"+why)
	if own := (&covering{validate(c)}); cloud.Explain(own) != error(own) {
		t.Errorf("an error with words of its own became %v", cloud.Explain(own))
	}
}

// covering is an error that shows nothing of what is below it.
type covering struct{ err error }

func (*covering) Error() string   { return "own words" }
func (e *covering) Unwrap() error { return e.err }

func TestMessage(t *testing.T) {
	for _, c := range []struct {
		message cloud.Message
		want    string
	}{
		{cloud.Message{What: "it failed"}, "it failed"},
		{cloud.Message{What: "it failed", Why: "no disk"}, "it failed: no disk"},
		{cloud.Message{What: "it failed", Do: "buy one"}, "it failed: buy one"},
		{cloud.Message{What: "it failed", Why: "no disk", Do: "buy one"}, "it failed: no disk; buy one"},
		{cloud.Message{What: "a\x1b[2J", Why: "b\nsfngen: fine", Do: "c\u202e\u009b1A"}, "a [2J: b sfngen: fine; c  1A"},
	} {
		if got := c.message.String(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
