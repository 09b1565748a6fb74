// Package secretsapi is Secrets Manager and Parameter Store, as far as an egress reads
// them: GetSecretValue and GetParameter, in JSON 1.1, of requests that are signed with
// the credentials of its Lambda.
package secretsapi

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sfngen/sfngen/internal/local/awsapi"
	"github.com/sfngen/sfngen/internal/local/secrets"
	"github.com/sfngen/sfngen/internal/uuid"
)

// Options configure the APIs.
type Options struct {
	// Get reads the value of an ID, a name or an ARN. secrets.ErrUnnamed becomes a
	// refusal, as by the policy of the Lambda's role; secrets.Missing becomes AWS's
	// error for what does not exist; an *Error is answered as it is; another error is
	// a failure of the service, with its text.
	Get func(kind secrets.Kind, id string) (string, error)
	// Partition, Region and Account are those of ARNs.
	Partition, Region, Account string
	Credentials                Credentials
	Now                        func() time.Time
}

// Error is an answer of AWS that is no value.
type Error = awsapi.Error

// Credentials are those that a request has to be signed with.
type Credentials = awsapi.Credentials

// mostRequest bounds the body of a request.
const mostRequest = 64 << 10

// Handler answers as both services do at one address.
func Handler(o Options) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		answer, err := o.answer(in)
		out.Header().Set("X-Amzn-RequestId", uuid.New())
		out.Header().Set("Content-Type", "application/x-amz-json-1.1")
		if err != nil {
			refuse(out, err)
			return
		}
		_ = json.NewEncoder(out).Encode(answer) // a client that went away
	})
}

func refuse(out http.ResponseWriter, err error) {
	refusal := awsapi.ErrorOf(err, "InternalServiceError")
	out.WriteHeader(refusal.Status)
	_ = json.NewEncoder(out).Encode(map[string]string{"__type": refusal.Code, "message": refusal.Text}) // as above
}

func (o Options) answer(in *http.Request) (any, error) {
	body, err := awsapi.Read(in, mostRequest)
	if err != nil {
		return nil, err
	}
	target := in.Header.Get("X-Amz-Target")
	act, service := o.action(target)
	if act == nil {
		return nil, awsapi.Invalid("UnknownOperationException", fmt.Sprintf("%q is no call that an egress makes", target))
	}
	if err := o.Credentials.Check(in, body, service); err != nil {
		return nil, err
	}
	return act(body)
}

// action is what a target calls, and the service that its signature is for.
func (o Options) action(target string) (act func([]byte) (any, error), service string) {
	switch target {
	case "secretsmanager.GetSecretValue":
		return o.getSecretValue, "secretsmanager"
	case "AmazonSSM.GetParameter":
		return o.getParameter, "ssm"
	}
	return nil, ""
}

// secretValue is GetSecretValue's answer (API Reference); one of the last two.
type secretValue struct {
	ARN           string
	Name          string
	VersionID     string `json:"VersionId"`
	VersionStages []string
	CreatedDate   int64
	SecretString  *string `json:",omitempty"`
	SecretBinary  []byte  `json:",omitempty"`
}

func (o Options) getSecretValue(body []byte) (any, error) {
	var in struct {
		SecretID     string `json:"SecretId"`
		VersionID    string `json:"VersionId"`
		VersionStage string
	}
	if json.Unmarshal(body, &in) != nil || in.SecretID == "" {
		return nil, awsapi.Invalid("ValidationException", "SecretId: must have a length greater than or equal to 1")
	}
	if in.VersionID != "" || cmp.Or(in.VersionStage, current) != current {
		return nil, awsapi.Invalid("InvalidRequestException", "there is no version but "+current+" on this machine")
	}
	text, err := o.get(secrets.Secret, in.SecretID)
	if err != nil {
		return nil, err
	}
	name := secrets.Need{Kind: secrets.Secret, ID: in.SecretID}.Name()
	value := secretValue{
		ARN: o.arn("secretsmanager", "secret:"+name+"-LOCAL0"), Name: name, VersionID: uuid.New(), VersionStages: []string{current},
		CreatedDate: o.Now().Unix(),
	}
	if utf8.ValidString(text) {
		value.SecretString = &text
	} else {
		value.SecretBinary = []byte(text)
	}
	return value, nil
}

// current is the staging label of the version that counts.
const current = "AWSCURRENT"

// parameterValue is a part of GetParameter's answer (API Reference).
type parameterValue struct {
	ARN, Name, Type, Value, DataType string
	LastModifiedDate                 int64
	Version                          int
}

func (o Options) getParameter(body []byte) (any, error) {
	var in struct {
		Name           string
		WithDecryption bool
	}
	if json.Unmarshal(body, &in) != nil || in.Name == "" {
		return nil, awsapi.Invalid("ValidationException", "Name: must have a length greater than or equal to 1")
	}
	text, err := o.get(secrets.Parameter, in.Name)
	if err != nil {
		return nil, err
	}
	if !in.WithDecryption {
		text = "encrypted" // AWS gives the cipher's text
	}
	name := secrets.Need{Kind: secrets.Parameter, ID: in.Name}.Name()
	return map[string]parameterValue{"Parameter": {
		ARN: o.arn("ssm", "parameter/"+strings.TrimPrefix(name, "/")), Name: name, Type: "SecureString", Value: text, DataType: "text",
		LastModifiedDate: o.Now().Unix(), Version: 1,
	}}, nil
}

// get turns the errors of a value into AWS's.
func (o Options) get(kind secrets.Kind, id string) (string, error) {
	text, err := o.Get(kind, id)
	switch {
	case errors.Is(err, secrets.ErrUnnamed):
		return "", awsapi.Invalid("AccessDeniedException", fmt.Sprintf("the role of this Lambda may not read %s: the spec does not name it", id))
	case errors.As(err, new(secrets.Missing)) && kind == secrets.Parameter:
		return "", awsapi.Invalid("ParameterNotFound", err.Error())
	case errors.As(err, new(secrets.Missing)):
		return "", awsapi.Invalid("ResourceNotFoundException", "Secrets Manager can't find the specified secret: "+err.Error())
	}
	return text, err
}

func (o Options) arn(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", o.Partition, service, o.Region, o.Account, resource)
}
