// Package uuid makes UUIDs: random ones of version 4, and of version 5 those of a name.
package uuid

import (
	"crypto/rand"
	"crypto/sha1"
	"fmt"
)

// New returns a random UUID.
func New() string {
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails (package crypto/rand)
	return Of(random)
}

// Of returns the UUID with these random bytes (RFC 9562 5.4): six bits of them
// become its version and variant.
func Of(random [16]byte) string {
	id := random
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}

// Named returns the UUID of a name in a namespace (RFC 9562 5.5, version 5): always the
// same one for the same name.
func Named(namespace [16]byte, name string) string {
	sum := sha1.Sum(append(namespace[:], name...))
	id := sum[:16]
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}
