package cloud

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// JSONCall is a call of a service that sfngen has no client of: its client would be a
// dependency for one call. The protocol is JSON (Smithy, AWS JSON 1.0 and 1.1 protocol).
type JSONCall struct {
	ServiceID string // the SDK's name: "Secrets Manager"
	Service   string // in signatures and host names: "secretsmanager"
	Target    string // before the operation in X-Amz-Target: "secretsmanager"
	Operation string
	Version   string // of the protocol; "": 1.1
	Region    string // "": that of the cloud
}

// mostAnswer bounds what is read of an answer.
const mostAnswer = 4 << 20

// Call sends it once. in and out are the JSON of the API Reference. An error is as the
// SDK's own are: Explain says what to do.
func (c *Cloud) Call(ctx context.Context, call JSONCall, in, out any) error {
	if err := c.send(ctx, call, in, out); err != nil {
		return &smithy.OperationError{ServiceID: call.ServiceID, OperationName: call.Operation, Err: err}
	}
	return nil
}

func (c *Cloud) send(ctx context.Context, call JSONCall, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	to := target{id: call.ServiceID, service: call.Service, region: cmp.Or(call.Region, c.Region)}
	response, answer, err := c.post(ctx, to, body, http.Header{
		"Content-Type": {"application/x-amz-json-" + cmp.Or(call.Version, "1.1")},
		"X-Amz-Target": {call.Target + "." + call.Operation},
	})
	switch {
	case err != nil:
		return err
	case response.StatusCode != http.StatusOK:
		return answered(response, answer)
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return answered(response, nil)
	}
	return nil
}

// target is the service of a region.
type target struct {
	id      string // the SDK's name
	service string // in signatures and host names
	region  string
}

// post sends a signed request, and reads the answer.
func (c *Cloud) post(ctx context.Context, to target, body []byte, header http.Header) (*http.Response, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint(ctx, to), bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	request.Header = header
	credentials, err := c.Config.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, nil, err
	}
	sum := sha256.Sum256(body)
	err = v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(sum[:]), to.service, to.region, time.Now())
	if err != nil {
		return nil, nil, err
	}
	response, err := c.Config.HTTPClient.Do(request)
	if err != nil {
		return nil, nil, &smithyhttp.RequestSendError{Err: err}
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, mostAnswer))
	if err != nil {
		return nil, nil, &smithyhttp.RequestSendError{Err: err}
	}
	return response, answer, nil
}

// endpoint is where the environment or the profile sends the calls of a service ("SDKs
// and Tools", service-specific endpoints), or AWS's.
func (c *Cloud) endpoint(ctx context.Context, to target) string {
	url := aws.ToString(c.Config.BaseEndpoint)
	for _, source := range c.Config.ConfigSources {
		ignoring, ok := source.(interface {
			GetIgnoreConfiguredEndpoints(context.Context) (bool, bool, error)
		})
		if ok {
			if ignore, known, err := ignoring.GetIgnoreConfiguredEndpoints(ctx); known && ignore && err == nil {
				url = ""
				break
			}
		}
		own, ok := source.(interface {
			GetServiceBaseEndpoint(context.Context, string) (string, bool, error)
		})
		if !ok {
			continue
		}
		if value, known, err := own.GetServiceBaseEndpoint(ctx, to.id); known && err == nil {
			url = value
			break
		}
	}
	return cmp.Or(strings.TrimSuffix(url, "/"), fmt.Sprintf("https://%s.%s.%s", to.service, to.region, c.Suffix())) + "/"
}

// answered is the error of an answer, as the SDK has it. Without an error of AWS in it, it
// is not AWS's.
func answered(response *http.Response, body []byte) error {
	var said struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
		Long    string `json:"Message"`
	}
	_ = json.Unmarshal(body, &said) // what is no JSON has no code
	code := said.Type[strings.LastIndex(said.Type, "#")+1:]
	return failed(response, response.Header.Get("X-Amzn-Requestid"), code, cmp.Or(said.Message, said.Long))
}

// failed is an answer with an error in it.
func failed(response *http.Response, request, code, message string) error {
	return &awshttp.ResponseError{
		RequestID: request,
		ResponseError: &smithyhttp.ResponseError{
			Response: &smithyhttp.Response{Response: response}, Err: &smithy.GenericAPIError{Code: code, Message: message},
		},
	}
}
