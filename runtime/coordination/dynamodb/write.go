package dynamodb

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/runtime/awscall"
	"github.com/sfngen/sfngen/runtime/coordination"
)

// The requests (API Reference, UpdateItem and TransactWriteItems).
type (
	update struct {
		TableName                           string
		Key                                 attributes
		UpdateExpression                    string
		ConditionExpression                 string
		ExpressionAttributeNames            map[string]string
		ExpressionAttributeValues           attributes
		ReturnValuesOnConditionCheckFailure string
	}
	action      struct{ Update update }
	transaction struct {
		ClientRequestToken string // makes that a second try is not a second booking
		TransactItems      []action
	}
)

// conditionFailed is the reason of a write that was not made.
const conditionFailed = "ConditionalCheckFailed"

// Write implements coordination.Store.
func (s *store) Write(ctx context.Context, changes []coordination.Change) error {
	var err error
	switch len(changes) {
	case 0:
	case 1:
		_, err = s.call(ctx, "UpdateItem", encodeJSON(s.update(changes[0])))
	default:
		all := transaction{ClientRequestToken: rand.Text()}
		for _, c := range changes {
			all.TransactItems = append(all.TransactItems, action{s.update(c)})
		}
		_, err = s.call(ctx, "TransactWriteItems", encodeJSON(all))
	}
	var changed *conflict
	if errors.As(err, &changed) {
		return s.conflict(changed, changes)
	}
	return err
}

// update is a change as a request. Names have placeholders, as some (until, rule) are words
// that DynamoDB keeps for itself.
func (s *store) update(c coordination.Change) update {
	u := update{
		TableName: s.table, Key: keyOf(c.Of),
		ExpressionAttributeNames: map[string]string{"#version": "version"}, ExpressionAttributeValues: attributes{},
		ReturnValuesOnConditionCheckFailure: "ALL_OLD",
	}
	u.ConditionExpression = "attribute_not_exists(#version)"
	if c.From.Version > 0 {
		u.ConditionExpression = "#version = :read"
		u.ExpressionAttributeValues[":read"] = number(c.From.Version)
	}
	c.To.Version = c.From.Version + 1
	to := encode(c.To)
	var sets, removals []string
	for _, name := range slices.Sorted(maps.Keys(to)) {
		sets = append(sets, "#"+name+" = :"+name)
		u.ExpressionAttributeNames["#"+name], u.ExpressionAttributeValues[":"+name] = name, to[name]
	}
	for _, name := range slices.Sorted(maps.Keys(encode(c.From))) {
		if _, stays := to[name]; !stays {
			removals = append(removals, "#"+name)
			u.ExpressionAttributeNames["#"+name] = name
		}
	}
	u.UpdateExpression = "SET " + strings.Join(sets, ", ")
	if len(removals) > 0 {
		u.UpdateExpression += " REMOVE " + strings.Join(removals, ", ")
	}
	return u
}

// cancellation is what is in the answer of a failed condition (API Reference,
// ConditionalCheckFailedException and TransactionCanceledException).
type cancellation struct {
	Item                attributes
	CancellationReasons []struct {
		Code string
		Item attributes
	}
}

// conflict says how the items are now that others have changed. Of those that a transaction
// of others holds (TransactionConflict) nobody knows.
func (s *store) conflict(of *conflict, changes []coordination.Change) error {
	var c cancellation
	_ = json.Unmarshal(of.answer.Body, &c) // it has told its code
	found := found{items: coordination.Items{}}
	other := ""
	switch {
	case of.code == conditionFailed+"Exception":
		found.now(s, changes[0].Of, c.Item)
	case len(c.CancellationReasons) == len(changes):
		for i, reason := range c.CancellationReasons {
			switch reason.Code {
			case conditionFailed:
				found.now(s, changes[i].Of, reason.Item)
			case "None", "TransactionConflict":
			default:
				other = reason.Code
			}
		}
	}
	switch {
	case found.err != nil:
		return found.err
	case other != "" && len(found.items) == 0:
		return s.failed("%s: refused by DynamoDB", short(other))
	}
	return &coordination.Conflict{Items: found.items}
}

// now notes how an item is; without attributes it is gone.
func (f *found) now(s *store, of coordination.Identity, a attributes) {
	if len(a) == 0 {
		f.items[of] = coordination.Item{}
		return
	}
	f.add(s, of, a)
}

// isThrottled reports whether a transaction was canceled because too much is asked. One of
// which an item has changed too is a conflict all the same.
func isThrottled(a awscall.Answer) bool {
	var c cancellation
	_ = json.Unmarshal(a.Body, &c) // what is no JSON has no reasons
	throttled := false
	for _, reason := range c.CancellationReasons {
		if reason.Code == conditionFailed {
			return false
		}
		throttled = throttled || awscall.IsThrottle(reason.Code+"Exception", 0)
	}
	return throttled
}
