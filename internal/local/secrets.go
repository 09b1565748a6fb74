package local

import (
	"context"
	"net/http"
	"time"

	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/local/guard"
	"github.com/sfngen/sfngen/internal/local/lambda"
	"github.com/sfngen/sfngen/internal/local/secrets"
	"github.com/sfngen/sfngen/internal/local/secretsapi"
	"github.com/sfngen/sfngen/runtime/credentials"
)

// secretsAPI is Secrets Manager and Parameter Store for the egresses of one generation,
// which alone have its key. nil is none.
type secretsAPI struct {
	key    guard.Key
	server *guard.Server
}

// Needs are the secrets and parameters that the egresses of a stack read.
func Needs(p *plan.Plan) []secrets.Need {
	c, ok := p.EgressConfig().Credentials.(credentials.Config)
	if !ok {
		return nil
	}
	return secrets.NeedsOf(c)
}

// TokenURL is the token endpoint that the egresses of a stack ask; "" for none.
func TokenURL(p *plan.Plan) string {
	c, ok := p.EgressConfig().Credentials.(credentials.Config)
	if !ok || c.OAuth2 == nil {
		return ""
	}
	return c.OAuth2.TokenURL
}

// openSecrets fails where a value is missing: before an API is called without it.
func (w *Workflow) openSecrets(p *plan.Plan) (*secretsAPI, error) {
	needs := Needs(p)
	if len(needs) == 0 {
		return nil, nil
	}
	values := secrets.New(needs, w.options.Secrets)
	if err := values.Check(); err != nil {
		return nil, err
	}
	s := &secretsAPI{key: guard.NewKey()}
	handler := secretsapi.Handler(secretsapi.Options{
		Get: values.Get, Partition: p.Partition, Region: region(p), Account: account, Now: time.Now,
		Credentials: secretsapi.Credentials{
			AccessKeyID: lambda.AccessKeyID, SecretAccessKey: lambda.SecretAccessKey, SessionToken: s.key.Secret(),
		},
	})
	var err error
	s.server, err = guard.Open("127.0.0.1:0", guard.Door{
		Name: "the secrets of this run", Handler: handler, Key: s.key,
		Carrier: func(in *http.Request) string { return in.Header.Get("X-Amz-Security-Token") }, // it stays: the signature covers it
	})
	return s, err
}

// sessionToken is of the egresses' role, which alone reads the secrets.
func (s *secretsAPI) sessionToken() string {
	if s == nil {
		return ""
	}
	return s.key.Secret()
}

// addVariables are the endpoints as the AWS SDKs read them ("SDKs and Tools",
// service-specific endpoints).
func (s *secretsAPI) addVariables(variables map[string]string) {
	if s == nil {
		return
	}
	url := "http://" + s.server.Address()
	variables["AWS_ENDPOINT_URL_SECRETS_MANAGER"], variables["AWS_ENDPOINT_URL_SSM"] = url, url
}

func (s *secretsAPI) close(ctx context.Context) error {
	if s == nil || s.server == nil {
		return nil
	}
	return s.server.Close(ctx)
}
