package cfn

import (
	"strings"

	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/spec"
)

// credentialStatements let an egress read the secrets and parameters that it shows the
// API, and no others. AWS's own keys decrypt for who may read; one of the user's needs
// kms:Decrypt, here for these services alone (KMS, "kms:ViaService").
func (b *builder) credentialStatements(references []spec.Reference) []statement {
	var secrets, parameters, services document.List
	for _, r := range references {
		if r.Secret != "" {
			for _, arn := range secretARNs(r.Secret) {
				secrets = appendOnce(secrets, arn)
			}
			services = appendOnce(services, serviceIn("secretsmanager", r.Secret))
		} else {
			parameters = appendOnce(parameters, parameterARN(r.Parameter))
			services = appendOnce(services, serviceIn("ssm", r.Parameter))
		}
	}
	var statements []statement
	add := func(action string, resources document.List) {
		if len(resources) > 0 {
			statements = append(statements, statement{actions: []string{action}, resources: resources})
		}
	}
	add("secretsmanager:GetSecretValue", secrets)
	add("ssm:GetParameter", parameters)
	if key := b.plan.CredentialKey(); key != "" && len(services) > 0 {
		statements = append(statements, statement{actions: []string{"kms:Decrypt"}, resources: key,
			condition: document.Map{{Name: "StringEquals", Value: document.Map{{Name: "kms:ViaService", Value: services}}}}})
	}
	return statements
}

// serviceIn is the service that reads what is named so, as KMS sees it: that of the region
// of an ARN, where the egress asks for it, else that of the stack's own.
func serviceIn(service, name string) document.Value {
	region := "${AWS::Region}"
	if parts := strings.SplitN(name, ":", 5); len(parts) == 5 {
		region = parts[3]
	}
	return sub(service + "." + region + ".${AWS::URLSuffix}")
}

func appendOnce(list document.List, value document.Value) document.List {
	for _, known := range list {
		if known == value {
			return list
		}
	}
	return append(list, value)
}

// Secrets Manager puts six characters behind a secret's name (Secrets Manager, "What's in
// a secret": ARN). Without a capital they may as well be a name's own: acme-orders.
var (
	completeARN = lazyregexp.New(`-[A-Za-z0-9]{6}$`)
	doubtfulARN = lazyregexp.New(`-[a-z0-9]{6}$`)
)

// secretARNs match one secret: its name is followed by six random characters, whatever
// they are. A * would match other secrets too, whose names begin so.
func secretARNs(secret string) document.List {
	const random = "-??????"
	switch {
	case !strings.HasPrefix(secret, "arn:"):
		return document.List{arnOf("secretsmanager", "secret:"+secret+random)}
	case doubtfulARN.MatchString(secret):
		return document.List{secret, secret + random}
	case completeARN.MatchString(secret):
		return document.List{secret}
	}
	return document.List{secret + random}
}

// parameterARN has one slash, whether the name begins with one or not (Systems Manager,
// "Restricting access to parameters using IAM policies").
func parameterARN(parameter string) document.Value {
	if strings.HasPrefix(parameter, "arn:") {
		return parameter
	}
	return arnOf("ssm", "parameter/"+strings.TrimPrefix(parameter, "/"))
}
