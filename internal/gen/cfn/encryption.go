package cfn

import (
	"github.com/sfngen/sfngen/internal/gen/document"
)

// dataKeyReuse is for how long SQS uses a data key before it asks KMS again, in seconds:
// a day at most (SQS API, CreateQueue). An hour costs 24 calls a day for each sender, and
// ends soon after the key was disabled.
const dataKeyReuse = 60 * 60

// encrypt names the key of operations.kmsKey, if there is one.
func (b *builder) encrypt(p properties, property string) {
	if key := b.plan.Operations.KMSKey; key != "" {
		p[property] = key
	}
}

// What the key is used for by who writes to a queue (SQS, "Configuring KMS permissions
// for AWS services"), and by who reads and writes a table (DynamoDB, "Authorizing use of
// your customer managed key"; kms:CreateGrant is for who creates the table).
var (
	sendEncrypted  = []string{"kms:Decrypt", "kms:GenerateDataKey"}
	tableEncrypted = []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey",
		"kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"}
)

// withKey lets a role use operations.kmsKey, through one service alone.
func (b *builder) withKey(statements []statement, service string, actions ...string) []statement {
	key := b.plan.Operations.KMSKey
	if key == "" {
		return statements
	}
	return append(statements, statement{actions: actions, resources: key, condition: document.Map{
		{Name: "StringEquals", Value: document.Map{{Name: "kms:ViaService", Value: serviceIn(service, "")}}},
	}})
}

// withFunctionKey is for the role of a Lambda: with it Lambda decrypts the environment when
// the function starts (Lambda, "Securing Lambda environment variables").
func (b *builder) withFunctionKey(statements []statement) []statement {
	statements = b.withKey(statements, "lambda", "kms:Decrypt")
	if b.plan.Coordinates() {
		statements = b.withKey(statements, "dynamodb", tableEncrypted...)
	}
	return statements
}
