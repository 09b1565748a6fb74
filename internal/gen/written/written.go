// Package written keeps the memory in which texts are written for the next ones: a build
// of many specs writes thousands, and to let a buffer grow for each was a third of all
// memory that it took.
package written

import (
	"bytes"
	"sync"
)

var free = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// By gives what write puts into an empty buffer, which it may not keep.
func By(write func(to *bytes.Buffer)) []byte {
	b := free.Get().(*bytes.Buffer)
	b.Reset()
	write(b)
	text := bytes.Clone(b.Bytes())
	free.Put(b)
	return text
}
