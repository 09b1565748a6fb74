package dynamodb

import (
	"encoding/json"
	"errors"

	"github.com/sfngen/sfngen/runtime/coordination"
)

// The requests of a store, and its answers, for a program that has a client of AWS of its
// own. A table is only named in them.

// PoolQuery is the request (API Reference, Query) for what all callers share.
func PoolQuery(table string) []byte {
	return encodeJSON(query{
		TableName: table, KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: attributes{":pk": text(coordination.Partition)},
	})
}

// PoolItems reads its answer. The error says that it is none about a pool.
func PoolItems(body []byte) (coordination.Items, error) {
	var a answer
	if json.Unmarshal(body, &a) != nil {
		return nil, errors.New("DynamoDB answered with something else than JSON")
	}
	items := coordination.Items{}
	for _, each := range a.Items {
		of, err := coordination.IdentityAt(each["pk"].text(), each["sk"].text())
		if err != nil {
			continue // of a newer runtime
		}
		if items[of], err = decode(each); err != nil {
			return nil, err
		}
	}
	return items, nil
}

// ChangeRequest is the request (API Reference, UpdateItem) that makes a change.
func ChangeRequest(table string, c coordination.Change) []byte {
	return encodeJSON((&store{table: table}).update(c))
}
