package cfn

import (
	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/runtime/contract"
)

// poolUnits bound what a stack can spend on its table, in read and write units a second:
// its items are under one key, which DynamoDB gives no more than 1,000 writes (DynamoDB,
// "Best practices for designing and using partition keys").
const poolUnits = 1000

// poolTable is what the executions of the stack know of each other: an item for each
// egress, and one for what all share. It needs no backup, and AWS encrypts it with a key of
// its own, or with the spec's (DynamoDB, "Encryption at rest"). What is out of date goes
// some time: who reads it compares times (DynamoDB, "Time to Live").
func (b *builder) poolTable() {
	if !b.plan.Coordinates() {
		return
	}
	table := properties{
		"TableName":            contract.TableName(b.name),
		"KeySchema":            list(keyPart("pk", "HASH"), keyPart("sk", "RANGE")),
		"AttributeDefinitions": list(textAttribute("pk"), textAttribute("sk")),
		"BillingMode":          "PAY_PER_REQUEST",
		"OnDemandThroughput": document.Map{
			{Name: "MaxReadRequestUnits", Value: int64(poolUnits)}, {Name: "MaxWriteRequestUnits", Value: int64(poolUnits)},
		},
		"TimeToLiveSpecification": document.Map{{Name: "AttributeName", Value: "expires"}, {Name: "Enabled", Value: true}},
		"Tags":                    b.tags,
	}
	if key := b.plan.Operations.KMSKey; key != "" {
		table["SSESpecification"] = document.Map{
			{Name: "SSEEnabled", Value: true}, {Name: "SSEType", Value: "KMS"}, {Name: "KMSMasterKeyId", Value: key},
		}
	}
	b.add(poolTableID, table)
}

func keyPart(name, kind string) document.Map {
	return document.Map{{Name: "AttributeName", Value: name}, {Name: "KeyType", Value: kind}}
}

func textAttribute(name string) document.Map {
	return document.Map{{Name: "AttributeName", Value: name}, {Name: "AttributeType", Value: "S"}}
}

// egressTable lets an egress read and write the table. A transaction of updates needs the
// permission for each alone (DynamoDB, "Using IAM with transactions").
func egressTable() statement {
	return onTable("dynamodb:Query", "dynamodb:GetItem", "dynamodb:UpdateItem")
}

// orchestratorTable lets the orchestrator see who may call, and book where there is
// something to book.
func (b *builder) orchestratorTable() statement {
	if b.plan.OrchestratorBooks() {
		return onTable("dynamodb:Query", "dynamodb:UpdateItem")
	}
	return onTable("dynamodb:Query")
}

func onTable(actions ...string) statement {
	return statement{actions: actions, resources: getAtt(poolTableID, "Arn")}
}

// withTable adds the table's name to the variables of a Lambda.
func (b *builder) withTable(variables document.Map) document.Map {
	if b.plan.Coordinates() {
		variables = append(variables, document.Field{Name: contract.EnvTable, Value: ref(poolTableID)})
	}
	return document.Map{{Name: "Variables", Value: variables}}
}
