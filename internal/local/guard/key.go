package guard

import (
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"strings"
)

// Key is made for one run and known to nobody else. It reaches a child process by its
// environment alone: arguments are seen by every user of the machine.
type Key struct{ secret string }

// NewKey makes one: 130 random bits, as letters and digits.
func NewKey() Key { return Key{rand.Text()} }

// Secret is what a request must carry. It is for requests and environments, never for
// a line that somebody reads.
func (k Key) Secret() string { return k.secret }

// String and GoString keep a key that is printed by mistake from being seen.
func (k Key) String() string   { return "key of this run" }
func (k Key) GoString() string { return k.String() }

func (k Key) isZero() bool { return k.secret == "" }

// is compares in constant time.
func (k Key) is(text string) bool {
	return subtle.ConstantTimeCompare([]byte(k.secret), []byte(text)) == 1
}

// Carrier takes the key, or what stands in its place, out of a request.
type Carrier func(in *http.Request) (key string)

// InHeader is for a key in a header field.
func InHeader(name string) Carrier {
	return func(in *http.Request) string {
		defer in.Header.Del(name)
		return in.Header.Get(name)
	}
}

// InQuery is for a key that is a parameter of the query, and stays there.
func InQuery(name string) Carrier {
	return func(in *http.Request) string { return in.URL.Query().Get(name) }
}

// InPath is for a key that is the first segment of the path: a client that takes a
// host and a port, or a base URL, takes that too.
func InPath(in *http.Request) string {
	key, rest, _ := strings.Cut(strings.TrimPrefix(in.URL.Path, "/"), "/")
	in.URL.Path, in.URL.RawPath = "/"+rest, strings.TrimPrefix(in.URL.RawPath, "/"+key) // a key has no escapes
	in.RequestURI = in.URL.RequestURI()
	return key
}
