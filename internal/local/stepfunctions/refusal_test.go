package stepfunctions

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
)

// TestRefusals: each error's status, type and sentence, as AWS words it where that
// is recorded. The message may continue with advice.
func TestRefusals(t *testing.T) {
	b := newBench(t, machineFunc(echo))
	ended := *b.ran("run-1", `{}`)
	long := strings.Repeat("a", 81)
	const (
		service   = "com.amazonaws.swf.service.v2.model#"
		validate  = "com.amazon.coral.validate#ValidationException"
		framework = "com.amazon.coral.service#"
		missing   = scope + "stateMachine:missing"
		expressX  = scope + "express:quick:a:b"
		absent    = scope + "execution:orders:absent"
	)
	tests := []struct {
		name, action, body string
		errorType, message string
	}{
		{"not an ARN", "StartExecution", start("not-an-arn", "n", "{}"), service + "InvalidArn",
			"Invalid Arn: 'Invalid ARN prefix: not-an-arn'. "},
		{"another service's ARN", "StartExecution", start("arn:aws:lambda:eu-west-1:123456789012:function:f", "n", "{}"), service + "InvalidArn",
			"Invalid Arn: 'Not an ARN of Step Functions: arn:aws:lambda:eu-west-1:123456789012:function:f'. "},
		{"an execution's ARN to start", "StartExecution", start(absent, "n", "{}"), service + "InvalidArn",
			"Invalid Arn: 'Resource type not valid in this context: execution'"},
		{"no ARN", "StartExecution", `{"name": "n"}`, validate,
			"1 validation error detected: Value null at 'stateMachineArn' failed to satisfy constraint: Member must not be null"},
		{"unknown machine", "StartExecution", start(missing, "n", "{}"), service + "StateMachineDoesNotExist", "State Machine Does Not Exist: '" +
			missing + "'. "},
		{"long name", "StartExecution", start(standardARN, long, "{}"), validate, "1 validation error detected: Value '" + long +
			"' at 'name' failed to satisfy constraint: Member must have length less than or equal to 80"},
		{"empty name", "StartExecution", start(standardARN, "", "{}"), validate,
			"1 validation error detected: Value '' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"constraints before existence, all of them", "StartExecution", `{"name": "` + long + `"}`, validate,
			"2 validation errors detected: Value null at 'stateMachineArn' failed to satisfy constraint: Member must not be null; Value '" + long +
				"' at 'name'"},
		{"existence before name", "StartExecution", start(missing, "a b", "{}"), service + "StateMachineDoesNotExist",
			"State Machine Does Not Exist: '"},
		{"bad name", "StartExecution", start(standardARN, "a b", "{"), service + "InvalidName", "Invalid Name: 'a b'. "},
		{"bad input", "StartExecution", start(standardARN, "n", "{"), service + "InvalidExecutionInput",
			"Invalid State Machine Execution Input: '"},
		{"two inputs", "StartExecution", start(standardARN, "n", "{} {}"), service + "InvalidExecutionInput",
			"Invalid State Machine Execution Input: '"},
		{"empty input", "StartExecution", start(standardARN, "n", ""), service + "InvalidExecutionInput",
			"Invalid State Machine Execution Input: 'Invalid execution input.'"},
		{"large input", "StartExecution", start(standardARN, "n", `'`+strings.Repeat("a", inputLimit-1)+`'`), validate,
			"1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have size less than or equal to 262144 " +
				"bytes in UTF-8 encoding"},
		{"name in use", "StartExecution", start(standardARN, "run-1", "{}"), service + "ExecutionAlreadyExists", "Execution Already Exists: '" +
			ended + "'. "},

		{"standard machine, sync", "StartSyncExecution", start(standardARN, "n", "{}"), service + "StateMachineTypeNotSupported",
			"This operation is not supported by this type of state machine"},
		{"unknown includedData", "StartSyncExecution", `{"stateMachineArn": "` + expressARN + `", "includedData": "x"}`, validate,
			"1 validation error detected: Value 'x' at 'includedData' failed to satisfy constraint: Member must satisfy enum value set: " +
				"[ALL_DATA, METADATA_ONLY]"},

		{"unknown execution", "DescribeExecution", arn(absent), service + "ExecutionDoesNotExist", "Execution Does Not Exist: '" + absent +
			"'. "},
		{"no execution", "DescribeExecution", "{}", validate, "1 validation error detected: Value null at 'executionArn'"},
		{"express, described", "DescribeExecution", arn(expressX), service + "InvalidArn",
			"Invalid Arn: 'Resource type not valid in this context: express'"},
		{"express, its history", "GetExecutionHistory", arn(expressX), service + "InvalidArn",
			"Invalid Arn: 'Resource type not valid in this context: express'"},
		{"express, stopped", "StopExecution", arn(expressX), service + "InvalidArn",
			"Invalid Arn: 'Resource type not valid in this context: express'"},
		{"express, listed", "ListExecutions", `{"stateMachineArn": "` + expressARN + `"}`, service + "StateMachineTypeNotSupported",
			"This operation is not supported by this type of state machine"},
		{"long error", "StopExecution", `{"executionArn": "` + ended + `", "error": "` + strings.Repeat("e", 257) + `"}`, validate,
			"1 validation error detected: Value at 'error' failed to satisfy constraint: Member must have length less than or equal to 256"},

		{"unknown status", "ListExecutions", `{"stateMachineArn": "` + standardARN + `", "statusFilter": "succeeded"}`, validate,
			"1 validation error detected: Value 'succeeded' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: " +
				"[SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]"},
		{"too many results", "ListStateMachines", `{"maxResults": 1001}`, validate,
			"1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal " +
				"to 1000"},
		{"fewer than no results", "ListStateMachines", `{"maxResults": -1}`, validate, "1 validation error detected: Value '-1' at 'maxResults'"},
		{"long token", "ListStateMachines", `{"nextToken": "` + strings.Repeat("t", 1025) + `"}`, validate,
			"1 validation error detected: Value '" + strings.Repeat("t", 1025) +
				"' at 'nextToken' failed to satisfy constraint: Member must have length less than or equal to 1024"},
		{"token of nobody", "ListStateMachines", `{"nextToken": "abc"}`, service + "InvalidToken", "Invalid Token: 'abc'. "},
		{"unknown machine, described", "DescribeStateMachine", `{"stateMachineArn": "` + missing + `"}`, service + "StateMachineDoesNotExist",
			"State Machine Does Not Exist: '"},

		{"not JSON", "StartExecution", `{"name": `, framework + "SerializationException", "The body is not JSON: "},
		{"not an object", "StartExecution", `[]`, framework + "SerializationException", "The body is not a JSON object. "},
		{"nothing", "StartExecution", ``, framework + "SerializationException", "The body is not a JSON object. "},
		{"not UTF-8", "StartExecution", "{\"name\": \"\xff\"}", framework + "SerializationException", "The body is not UTF-8. "},
		{"wrong type", "StartExecution", `{"name": 1}`, framework + "SerializationException", `The field "name" cannot be a JSON number. `},
		{"unknown action", "DeleteStateMachine", "{}", framework + "UnknownOperationException",
			`"POST / AWSStepFunctions.DeleteStateMachine" is not known here. Send POST / with X-Amz-Target: AWSStepFunctions.ACTION, ACTION one ` +
				`of DescribeExecution, `},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			status, body := b.post(targetPrefix+test.action, test.body)
			message, _ := body["message"].(string)
			if status != http.StatusBadRequest || body["__type"] != test.errorType || !strings.HasPrefix(message, test.message) {
				t.Errorf("answered %d %v\nwant 400 %s %s…", status, body, test.errorType, test.message)
			}
		})
	}
}

func start(arn, name, input string) string {
	return `{"stateMachineArn": "` + arn + `", "name": "` + name + `", "input": "` + strings.ReplaceAll(input, `"`, `\"`) + `"}`
}

func arn(executionARN string) string { return `{"executionArn": "` + executionARN + `"}` }

// TestRecordedSentencesStandAlone: clients are known to compare these whole.
func TestRecordedSentencesStandAlone(t *testing.T) {
	b := newBench(t, machineFunc(echo))
	_, body := b.post(targetPrefix+"DescribeExecution", arn(scope+"express:quick:a:b"))
	if body["message"] != "Invalid Arn: 'Resource type not valid in this context: express'" {
		t.Errorf("DescribeExecution: %v", body)
	}
	_, body = b.post(targetPrefix+"StartSyncExecution", start(standardARN, "n", "{}"))
	if body["message"] != "This operation is not supported by this type of state machine" {
		t.Errorf("StartSyncExecution: %v", body)
	}
}

// TestNames: the limits and characters of Step Functions' quotas page.
func TestNames(t *testing.T) {
	b := newBench(t, machineFunc(echo))
	for _, name := range []string{"a", "a-b_c.d", "Ünïcode-名前", "a(b)'!@+=", strings.Repeat("é", 80)} {
		if _, err := b.tryStart(standardARN, name, "{}"); err != nil {
			t.Errorf("%q: %v, want it taken", name, err)
		}
	}
	for _, bad := range "?*<>{}[]\"#%\\^|~`$&,;:/ \t\n\u00a0\u2003\u0000\u0007\u007f\u0085\ufffe\uffff" {
		_, err := b.Start(standardARN, "a"+string(bad), nil)
		var refusal *Error
		if !errors.As(err, &refusal) || refusal.Code != "InvalidName" {
			t.Errorf("%q: %v, want InvalidName", bad, err)
		}
	}
}

// TestInputLimit: exactly 256 KiB pass, in bytes and not in characters.
func TestInputLimit(t *testing.T) {
	b := newBench(t, machineFunc(echo))
	fits := `"` + strings.Repeat("é", (inputLimit-2)/2) + `"`
	if len(fits) != inputLimit {
		t.Fatalf("%d bytes", len(fits))
	}
	if _, err := b.tryStart(standardARN, "fits", fits); err != nil {
		t.Errorf("%d bytes: %v", len(fits), err)
	}
	_, err := b.tryStart(standardARN, "over", fits+" ")
	if code := codeOf(err); code != "ValidationException" {
		t.Errorf("%d bytes: %v, want ValidationException", len(fits)+1, err)
	}
}

// TestRequestLimit: 1 MB, whatever is in it.
func TestRequestLimit(t *testing.T) {
	b := newBench(t, machineFunc(echo))
	body := `{"maxResults": 1` + strings.Repeat(" ", requestLimit-17) + `}`
	if status, answer := b.post(targetPrefix+"ListStateMachines", body); status != http.StatusOK {
		t.Errorf("%d bytes: %d %v", len(body), status, answer)
	}
	status, answer := b.post(targetPrefix+"ListStateMachines", body+" ")
	if status != http.StatusRequestEntityTooLarge || answer["__type"] != "com.amazon.coral.service#RequestEntityTooLargeException" {
		t.Errorf("%d bytes: %d %v", len(body)+1, status, answer)
	}
}

// TestOtherRequestsAreUnknown: everything but POST / with a target.
func TestOtherRequestsAreUnknown(t *testing.T) {
	b := newBench(t, machineFunc(echo))
	for _, test := range []struct{ method, path, target string }{
		{http.MethodGet, "/", targetPrefix + "ListStateMachines"},
		{http.MethodPost, "/states", targetPrefix + "ListStateMachines"},
		{http.MethodPost, "/", "ListStateMachines"},
		{http.MethodPost, "/", "DynamoDB_20120810.ListTables"},
		{http.MethodPost, "/", ""},
	} {
		request, err := http.NewRequestWithContext(t.Context(), test.method, b.url+test.path, strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set(targetHeader, test.target)
		if status, body := b.do(request); status != http.StatusBadRequest ||
			body["__type"] != "com.amazon.coral.service#UnknownOperationException" {
			t.Errorf("%s %s %q: %d %v", test.method, test.path, test.target, status, body)
		}
	}
}

// TestSDKTypes: the client gives each error as its own Go type.
func TestSDKTypes(t *testing.T) {
	b := newBench(t, machineFunc(echo))
	b.ran("run-1", "{}")
	absent := aws.String(scope + "execution:orders:absent")
	_, exists := b.tryStart(standardARN, "run-1", "{}")
	_, noMachine := b.tryStart(scope+"stateMachine:none", "n", "{}")
	_, badARN := b.tryStart("x", "n", "{}")
	_, badName := b.tryStart(standardARN, "a b", "{}")
	_, badInput := b.tryStart(standardARN, "n", "{")
	_, wrongType := b.client.StartSyncExecution(t.Context(), &sfn.StartSyncExecutionInput{StateMachineArn: aws.String(standardARN)})
	_, noExecution := b.client.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: absent})
	_, badToken := b.client.ListStateMachines(t.Context(), &sfn.ListStateMachinesInput{NextToken: aws.String("abc")})
	_, unknown := b.client.ListActivities(t.Context(), &sfn.ListActivitiesInput{})
	tests := []struct {
		err  error
		into any
		want string
	}{
		{exists, new(*types.ExecutionAlreadyExists), "ExecutionAlreadyExists"},
		{noMachine, new(*types.StateMachineDoesNotExist), "StateMachineDoesNotExist"},
		{badARN, new(*types.InvalidArn), "InvalidArn"},
		{badName, new(*types.InvalidName), "InvalidName"},
		{badInput, new(*types.InvalidExecutionInput), "InvalidExecutionInput"},
		{wrongType, new(*types.StateMachineTypeNotSupported), "StateMachineTypeNotSupported"},
		{noExecution, new(*types.ExecutionDoesNotExist), "ExecutionDoesNotExist"},
		{badToken, new(*types.InvalidToken), "InvalidToken"},
		{unknown, new(*smithy.GenericAPIError), "UnknownOperationException"},
	}
	for _, test := range tests {
		if !errors.As(test.err, test.into) || codeOf(test.err) != test.want {
			t.Errorf("%v, want %s", test.err, test.want)
		}
	}
}

func codeOf(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

func TestThrottle(t *testing.T) {
	b := newBench(t, machineFunc(echo))
	b.Throttle("StartExecution", 2)
	var codes []string
	for _, name := range []string{"1", "2", "3"} {
		_, err := b.tryStart(standardARN, name, "{}")
		codes = append(codes, codeOf(err))
		if _, err := b.client.ListStateMachines(t.Context(), &sfn.ListStateMachinesInput{}); err != nil {
			t.Errorf("another action: %v", err)
		}
	}
	if diff := cmp.Diff([]string{"ThrottlingException", "ThrottlingException", ""}, codes); diff != "" {
		t.Errorf("codes (-want +got):\n%s", diff)
	}
}

func TestThrottleCountsStart(t *testing.T) {
	b := newBench(t, machineFunc(echo))
	b.Throttle("StartExecution", 5)
	_, err := b.Start(standardARN, "", nil)
	var refusal *Error
	if !errors.As(err, &refusal) || refusal.Code != "ThrottlingException" || refusal.Status != http.StatusBadRequest {
		t.Errorf("Start: %v, want ThrottlingException", err)
	}
	b.Throttle("StartExecution", 0)
	if _, err := b.Start(standardARN, "", nil); err != nil {
		t.Errorf("after the end of it: %v", err)
	}
}
