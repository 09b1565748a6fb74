package cloud

import (
	"errors"
	"iter"
)

var errEndless = errors.New("AWS's list does not end: the same page comes again; is it AWS that answers? " +
	"look at the proxy and at AWS_ENDPOINT_URL")

// Pages are the pages of a list, in order, until there is no token for another, or an
// error, which is last. ask gets the token, nil at first; next finds in a page the token
// of the next one.
//
// The SDK's own paginators take the client as an interface, so the linker keeps all of
// the client's operations: 7 MB of the command for what it never calls.
func Pages[O any](ask func(token *string) (*O, error), next func(*O) *string) iter.Seq2[*O, error] {
	return func(yield func(*O, error) bool) {
		var token *string
		for {
			page, err := ask(token)
			if !yield(page, err) || err != nil {
				return
			}
			following := next(page)
			switch {
			case following == nil || *following == "":
				return
			case token != nil && *following == *token:
				yield(page, errEndless)
				return
			}
			token = following
		}
	}
}
