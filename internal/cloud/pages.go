package cloud

import (
	"errors"
	"iter"
)

var errEndless = errors.New("AWS's list does not end: the same page comes again; is it AWS that answers? look at the proxy and at AWS_ENDPOINT_URL")

// PagesOf are the pages of a list, the first one first, until there is no token for
// another, or an error, which comes as the last. ask gets the token, nil at first;
// next finds in a page the token of the one that follows.
func PagesOf[O any](ask func(token *string) (*O, error), next func(*O) *string) iter.Seq2[*O, error] {
	return Pages(func(token *string) (*O, *string, error) {
		page, err := ask(token)
		if err != nil {
			return nil, nil, err
		}
		return page, next(page), nil
	})
}

// Pages is PagesOf for an ask that finds the next token itself.
//
// The SDK's own paginators take the client as an interface, upon which the linker
// keeps all of the client's operations: 7 MB of the command for what it never calls.
func Pages[T any](ask func(token *string) (page T, next *string, err error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var token *string
		for {
			page, next, err := ask(token)
			if !yield(page, err) || err != nil || next == nil || *next == "" {
				return
			}
			if token != nil && *next == *token {
				yield(page, errEndless)
				return
			}
			token = next
		}
	}
}
