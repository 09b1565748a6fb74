package awsstore

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/sfngen/sfngen/runtime/credentials"
)

// service is one of the two that are called.
type service struct {
	title    string // as AWS writes it
	name     string // in host names and signatures
	target   string // X-Amz-Target of the one operation
	variable string // of its endpoint
	action   string // that a policy has to allow
}

var (
	secretsManager = service{
		"Secrets Manager", "secretsmanager", "secretsmanager.GetSecretValue", "AWS_ENDPOINT_URL_SECRETS_MANAGER",
		"secretsmanager:GetSecretValue",
	}
	parameterStore = service{
		"Parameter Store", "ssm", "AmazonSSM.GetParameter", "AWS_ENDPOINT_URL_SSM",
		"ssm:GetParameter",
	}
)

func serviceOf(r credentials.Reference) service {
	if r.Parameter != "" {
		return parameterStore
	}
	return secretsManager
}

// request is that of GetSecretValue or GetParameter, in the JSON 1.1 protocol of AWS.
func (s *store) request(ctx context.Context, of service, r credentials.Reference) (*http.Request, error) {
	keys := aws.Credentials{
		AccessKeyID:     s.getenv("AWS_ACCESS_KEY_ID"),
		SecretAccessKey: s.getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken:    s.getenv("AWS_SESSION_TOKEN"),
	}
	if keys.AccessKeyID == "" || keys.SecretAccessKey == "" {
		return nil, errors.New("environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set to ask AWS for it")
	}
	region := regionOf(r, s.getenv("AWS_REGION"))
	if region == "" {
		return nil, errors.New("environment variable AWS_REGION must be set to ask AWS for it")
	}
	endpoint, err := s.endpoint(of, region)
	if err != nil {
		return nil, err
	}
	body := bodyOf(r)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", of.target)
	sum := sha256.Sum256(body)
	return req, s.signer.SignHTTP(ctx, keys, req, hex.EncodeToString(sum[:]), of.name, region, s.now())
}

func bodyOf(r credentials.Reference) []byte {
	var in any = map[string]any{"SecretId": r.Secret}
	if r.Parameter != "" {
		in = map[string]any{"Name": r.Parameter, "WithDecryption": true}
	}
	body, err := json.Marshal(in)
	if err != nil {
		panic(err) // texts
	}
	return body
}

// regionOf is that of an ARN (arn:PARTITION:SERVICE:REGION:…); else the Lambda's.
func regionOf(r credentials.Reference, own string) string {
	parts := strings.SplitN(cmp.Or(r.Parameter, r.Secret), ":", 5)
	if len(parts) == 5 && parts[0] == "arn" && parts[3] != "" {
		return parts[3]
	}
	return own
}

// endpoint is the one that the variables name, or AWS's own.
func (s *store) endpoint(of service, region string) (string, error) {
	variable := of.variable
	if s.getenv(variable) == "" {
		variable = "AWS_ENDPOINT_URL"
	}
	text := s.getenv(variable)
	if text == "" {
		return "https://" + of.name + "." + region + "." + suffixOf(region, s.getenv("AWS_USE_DUALSTACK_ENDPOINT") == "true") + "/", nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return "", fmt.Errorf("environment variable %s must be an absolute http or https URL without user info", variable)
	}
	return strings.TrimSuffix(u.Scheme+"://"+u.Host+u.Path, "/") + "/", nil
}

// suffixes are those of the partitions that are not like aws, by how the names of their
// regions begin; dual is for IPv6 and IPv4 (botocore's endpoints and partitions).
var suffixes = []struct{ region, plain, dual string }{
	{"cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
	{"eusc-", "amazonaws.eu", "api.amazonwebservices.eu"},
	{"us-iso-", "c2s.ic.gov", "api.aws.ic.gov"},
	{"us-isob-", "sc2s.sgov.gov", "api.aws.scloud"},
	{"eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
	{"us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
	{"", "amazonaws.com", "api.aws"},
}

func suffixOf(region string, dual bool) string {
	for _, s := range suffixes {
		if strings.HasPrefix(region, s.region) {
			if dual {
				return s.dual
			}
			return s.plain
		}
	}
	return ""
}

// bodyMost is more than a secret of 64 KiB has when JSON escapes every character.
const bodyMost = 1 << 20

func (s *store) send(req *http.Request) (status int, header http.Header, body []byte, err error) {
	resp, err := s.client.Do(req)
	if err != nil {
		return 0, nil, nil, err
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(io.LimitReader(resp.Body, bodyMost))
	return resp.StatusCode, resp.Header, body, err
}
