package dynamodb

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/sfngen/sfngen/runtime/awscall"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

// query and getItem are requests, answer what comes (API Reference, Query and GetItem).
type (
	query struct {
		TableName                 string
		KeyConditionExpression    string
		ExpressionAttributeValues attributes
	}
	getItem struct {
		TableName string
		Key       attributes
	}
	answer struct {
		Items            []attributes
		Item             attributes
		LastEvaluatedKey attributes
	}
)

// found is what one request has read.
type found struct {
	items coordination.Items
	date  time.Time
	err   error
}

// Read implements coordination.Store.
func (s *store) Read(ctx context.Context, credential string) (coordination.Items, time.Time, error) {
	own := make(chan found, 1)
	if credential == "" {
		own <- found{}
	} else {
		go func() { own <- s.readCaller(ctx, credential) }()
	}
	all, caller := s.readPool(ctx), <-own
	for _, f := range []found{all, caller} {
		if f.err != nil {
			return nil, time.Time{}, f.err
		}
	}
	for of, item := range caller.items {
		all.items[of] = item
	}
	return all.items, all.date, nil
}

// readPool reads what all callers share.
func (s *store) readPool(ctx context.Context) found {
	answer, f := s.read(ctx, "Query", query{
		TableName: s.table, KeyConditionExpression: "pk = :pk",
		ExpressionAttributeValues: attributes{":pk": text(coordination.Partition)},
	})
	if f.err == nil && answer.LastEvaluatedKey != nil {
		f.err = s.failed("it has more items than a pool: it belongs to another stack")
	}
	for _, a := range answer.Items {
		of, err := coordination.IdentityAt(a["pk"].text(), a["sk"].text())
		if err != nil {
			continue // of a newer runtime
		}
		f.add(s, of, a)
	}
	return f
}

// readCaller reads what is known of the credential of one caller.
func (s *store) readCaller(ctx context.Context, credential string) found {
	of := coordination.Identity{Scope: contract.ScopeCredential, Credential: credential}
	answer, f := s.read(ctx, "GetItem", getItem{s.table, keyOf(of)})
	if answer.Item != nil {
		f.add(s, of, answer.Item)
	}
	return f
}

func (f *found) add(s *store, of coordination.Identity, a attributes) {
	item, err := decode(a)
	if err != nil {
		f.err = s.failed("%v: the table belongs to another stack", err)
		return
	}
	f.items[of] = item
}

func (s *store) read(ctx context.Context, operation string, request any) (answer, found) {
	sent, err := s.call(ctx, operation, encodeJSON(request))
	if err != nil {
		return answer{}, found{err: err}
	}
	var a answer
	if json.Unmarshal(sent.Body, &a) != nil {
		return answer{}, found{err: s.failed("DynamoDB answered with something else than JSON")}
	}
	return a, found{coordination.Items{}, dateOf(sent), nil}
}

func dateOf(a awscall.Answer) time.Time {
	date, err := http.ParseTime(a.Header.Get("Date"))
	if err != nil {
		return time.Time{}
	}
	return date
}

func encodeJSON(request any) []byte {
	body, err := json.Marshal(request)
	if err != nil {
		panic(err) // texts
	}
	return body
}
