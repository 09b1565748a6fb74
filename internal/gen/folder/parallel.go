package folder

import (
	"errors"

	"github.com/sfngen/sfngen/internal/gen/parallel"
)

// forEach calls do for every item, as many at a time as there are processors,
// and joins the errors in the order of the items. It waits for all of them: one that
// fails stops no other.
func forEach[T any](items []T, do func(T) error) error {
	failed := make([]error, len(items))
	parallel.Each(len(items), func(i int) { failed[i] = do(items[i]) })
	return errors.Join(failed...)
}
