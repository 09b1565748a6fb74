package cloud

import (
	"context"
	"encoding/xml"
	"net/http"
	"net/url"

	"github.com/aws/smithy-go"
)

// QueryCall is a JSONCall of a service that speaks the Query protocol of EC2: a form, and
// an answer in XML (EC2 API Reference, "Making API requests").
type QueryCall struct {
	ServiceID string // the SDK's name: "EC2"
	Service   string // in signatures and host names: "ec2"
	Operation string
	Version   string // of the API: "2016-11-15"
}

// Query sends it once. out is the XML of the API Reference. An error is as the SDK's own
// are: Explain says what to do.
func (c *Cloud) Query(ctx context.Context, call QueryCall, parameters url.Values, out any) error {
	if err := c.query(ctx, call, parameters, out); err != nil {
		return &smithy.OperationError{ServiceID: call.ServiceID, OperationName: call.Operation, Err: err}
	}
	return nil
}

func (c *Cloud) query(ctx context.Context, call QueryCall, parameters url.Values, out any) error {
	form := url.Values{"Action": {call.Operation}, "Version": {call.Version}}
	for name, values := range parameters {
		form[name] = values
	}
	response, answer, err := c.post(ctx, target{call.ServiceID, call.Service, c.Region}, []byte(form.Encode()),
		http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=utf-8"}})
	switch {
	case err != nil:
		return err
	case response.StatusCode != http.StatusOK:
		return answeredXML(response, answer)
	}
	if err := xml.Unmarshal(answer, out); err != nil {
		return answeredXML(response, nil)
	}
	return nil
}

// answeredXML is answered for the errors of EC2.
func answeredXML(response *http.Response, body []byte) error {
	var said struct {
		Code    string `xml:"Errors>Error>Code"`
		Message string `xml:"Errors>Error>Message"`
		Request string `xml:"RequestID"`
	}
	_ = xml.Unmarshal(body, &said) // what is no XML has no code
	return failed(response, said.Request, said.Code, said.Message)
}
