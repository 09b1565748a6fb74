package awsstore

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/sfngen/sfngen/runtime/awscall"
	"github.com/sfngen/sfngen/runtime/credentials"
)

// service is one of the two that are called.
type service struct {
	awscall.Service
	target string // X-Amz-Target of the one operation
	action string // that a policy has to allow
}

var (
	secretsManager = service{
		awscall.Service{Title: "Secrets Manager", Name: "secretsmanager", Version: "1.1", Variable: "AWS_ENDPOINT_URL_SECRETS_MANAGER",
			HasBoth: true},
		"secretsmanager.GetSecretValue", "secretsmanager:GetSecretValue",
	}
	parameterStore = service{
		awscall.Service{Title: "Parameter Store", Name: "ssm", Version: "1.1", Variable: "AWS_ENDPOINT_URL_SSM"},
		"AmazonSSM.GetParameter", "ssm:GetParameter",
	}
)

func serviceOf(r credentials.Reference) service {
	if r.Parameter != "" {
		return parameterStore
	}
	return secretsManager
}

// callOf is GetSecretValue or GetParameter.
func callOf(of service, r credentials.Reference) awscall.Call {
	return awscall.Call{Of: of.Service, Target: of.target, Region: regionOf(r), Body: bodyOf(r)}
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

// regionOf is that of an ARN (arn:PARTITION:SERVICE:REGION:…); else "", the Lambda's.
func regionOf(r credentials.Reference) string {
	parts := strings.SplitN(cmp.Or(r.Parameter, r.Secret), ":", 5)
	if len(parts) == 5 && parts[0] == "arn" {
		return parts[3]
	}
	return ""
}
