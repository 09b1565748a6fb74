package tableapi

import (
	"bytes"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/local/awsapi"
)

const (
	// mostActions are in a transaction at most (API Reference, TransactWriteItems).
	mostActions = 100
	// tokenTime is how long a ClientRequestToken is known; as above.
	tokenTime = 10 * time.Minute
)

// doneTransaction is one that may be asked for again.
type doneTransaction struct {
	body []byte
	at   time.Time
}

// canceledTransaction is TransactionCanceledException.
type canceledTransaction struct {
	reasons []reason
}

// reason is why an action canceled a transaction; Code None for one that did not.
type reason struct {
	Code    string
	Message string `json:",omitempty"`
	Item    Item   `json:",omitempty"`
}

func (c *canceledTransaction) Error() string { return c.text() }

func (c *canceledTransaction) text() string {
	var codes []string
	for _, r := range c.reasons {
		codes = append(codes, r.Code)
	}
	return "Transaction cancelled, please refer cancellation reasons for specific reasons [" + strings.Join(codes, ", ") + "]"
}

// action is one of a transaction: an update, or a condition alone.
type action struct {
	Update *struct {
		guarded
		UpdateExpression *string
	}
	ConditionCheck *guarded
}

func (s *Server) transactWriteItems(body []byte) (any, error) {
	var in struct {
		TransactItems      []action
		ClientRequestToken string
		capacity
	}
	if err := decode(body, &in); err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	if len(in.TransactItems) == 0 || len(in.TransactItems) > mostActions {
		return nil, invalid("TransactItems: a transaction has 1 to 100 actions")
	}
	done, err := s.isDone(in.ClientRequestToken, body)
	if err != nil || done {
		return map[string]any{}, err
	}
	writes, err := s.prepareAll(in.TransactItems)
	if err != nil {
		return nil, err
	}
	if err := commit(writes); err != nil {
		return nil, err
	}
	if in.ClientRequestToken != "" {
		s.tokens[in.ClientRequestToken] = doneTransaction{body, s.options.Now()}
	}
	return map[string]any{}, nil
}

// isDone reports whether the same was asked before, with the same token.
func (s *Server) isDone(token string, body []byte) (bool, error) {
	for name, done := range s.tokens {
		if s.options.Now().Sub(done.at) > tokenTime {
			delete(s.tokens, name)
		}
	}
	done, known := s.tokens[token]
	if known && !bytes.Equal(done.body, body) {
		return false, awsapi.Invalid("IdempotentParameterMismatchException", "another transaction had this ClientRequestToken")
	}
	return known, nil
}

func (s *Server) prepareAll(actions []action) ([]write, error) {
	type place struct {
		*table
		key
	}
	places := map[place]bool{}
	var writes []write
	for _, a := range actions {
		var w write
		var err error
		switch {
		case a.Update != nil && a.ConditionCheck == nil && a.Update.UpdateExpression != nil:
			w, err = s.prepare(a.Update.guarded, a.Update.UpdateExpression)
		case a.ConditionCheck != nil && a.Update == nil && a.ConditionCheck.ConditionExpression != nil:
			w, err = s.prepare(*a.ConditionCheck, nil)
		default:
			err = invalid("an action of a transaction is one Update, with its expression, or one ConditionCheck, with its own")
		}
		if err != nil {
			return nil, err
		}
		if places[place{w.table, w.key}] {
			return nil, invalid("Transaction request cannot include multiple operations on one item")
		}
		places[place{w.table, w.key}] = true
		writes = append(writes, w)
	}
	return writes, nil
}

// commit makes all writes, or none.
func commit(writes []write) error {
	canceled := false
	reasons := make([]reason, len(writes))
	items := make([]Item, len(writes))
	for i, w := range writes {
		reasons[i].Code = "None"
		if !w.holds {
			canceled = true
			reasons[i] = reason{"ConditionalCheckFailed", failedText, w.failure().item}
			continue
		}
		var err error
		if items[i], err = w.changed(); err != nil {
			canceled = true
			reasons[i] = reason{Code: "ValidationError", Message: awsapi.ErrorOf(err, "").Text}
		}
	}
	if canceled {
		return &canceledTransaction{reasons}
	}
	for i, w := range writes {
		if w.changes != nil {
			w.table.items[w.key] = items[i]
		}
	}
	return nil
}
