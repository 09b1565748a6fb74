// Package s3 is S3 on loopback, for tests: buckets with an owner and a region,
// their configuration, and objects, by S3's REST protocol in its path style.
package s3

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Server is an http.Handler for one caller. Use New.
type Server struct {
	mu       sync.Mutex
	account  string
	buckets  map[string]*bucket
	refusals map[string][]Refusal
	calls    []string
}

// Bucket is what a bucket is made of from outside.
type Bucket struct {
	Owner, Region string
	// Shared lets the caller use a bucket of another account.
	Shared bool
}

// Object is one object's content, and its checksum if the upload brought one.
type Object struct {
	Body   []byte
	SHA256 string // base64
	// KMSKey is the ARN of the key that encrypts it, which the caller may not use.
	KMSKey string
}

// Refusal is an error that S3 answers with.
type Refusal struct {
	Status        int
	Code, Message string
}

type bucket struct {
	Bucket
	config  map[string]string
	objects map[string]Object
}

// New makes an S3 whose caller belongs to the account.
func New(account string) *Server {
	return &Server{account: account, buckets: map[string]*bucket{}, refusals: map[string][]Refusal{}}
}

// Add makes a bucket.
func (s *Server) Add(name string, b Bucket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buckets[name] = &bucket{Bucket: b, config: map[string]string{}, objects: map[string]Object{}}
}

// Remove takes a bucket away, with all that is in it.
func (s *Server) Remove(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.buckets, name)
}

// Keys are the keys of a bucket's objects, sorted; none of one that is not there.
func (s *Server) Keys(bucket string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b, ok := s.buckets[bucket]; ok {
		return slices.Sorted(maps.Keys(b.objects))
	}
	return nil
}

// Put makes an object, or replaces it.
func (s *Server) Put(bucket, key string, o Object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buckets[bucket].objects[key] = o
}

// Object is an object as it was uploaded; false when there is none.
func (s *Server) Object(bucket, key string) (Object, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.buckets[bucket]
	if !ok {
		return Object{}, false
	}
	o, ok := b.objects[key]
	return o, ok
}

// Config is a document that a bucket was configured with: publicAccessBlock,
// encryption, versioning, ownershipControls, policy, lifecycle, or create for
// that of CreateBucket, with the object ownership behind it.
func (s *Server) Config(bucket, name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.buckets[bucket]
	if !ok {
		return ""
	}
	return b.config[name]
}

// Configure gives a bucket a document, as somebody else would.
func (s *Server) Configure(bucket, name, document string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buckets[bucket].config[name] = document
}

// Refuse answers the next calls of an operation (PutObject) with these errors,
// one after the other.
func (s *Server) Refuse(operation string, with ...Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusals[operation] = append(s.refusals[operation], with...)
}

// Calls are the operations so far with what they were about, as in
// "PutObject my-bucket/a.zip".
func (s *Server) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("x-amz-request-id", "S3REQUEST")
	c := &call{w: w, r: r, operation: operationOf(r)}
	c.bucket, c.key, _ = strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	s.calls = append(s.calls, strings.TrimSuffix(c.operation+" "+c.bucket+"/"+c.key, "/"))
	if list := s.refusals[c.operation]; len(list) > 0 {
		s.refusals[c.operation] = list[1:]
		c.refuse(list[0])
		return
	}
	if refusal := c.read(); refusal != nil {
		c.refuse(*refusal)
		return
	}
	if refusal := s.answer(c); refusal != nil {
		c.refuse(*refusal)
	}
}

// scope is the region in a request's signature.
var scope = regexp.MustCompile(`Credential=[^/]+/\d{8}/([a-z0-9-]+)/`)

func (s *Server) answer(c *call) *Refusal {
	if c.operation == "CreateBucket" {
		return s.create(c)
	}
	b, ok := s.buckets[c.bucket]
	if !ok {
		return &Refusal{http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist"}
	}
	if refusal := s.admit(c, b); refusal != nil {
		return refusal
	}
	return c.serve(b)
}

// admit checks what S3 checks of every request to a bucket.
func (s *Server) admit(c *call, b *bucket) *Refusal {
	c.w.Header().Set("x-amz-bucket-region", b.Region)
	if c.region() != b.Region {
		return &Refusal{http.StatusMovedPermanently, "PermanentRedirect",
			"The bucket you are attempting to access must be addressed using the specified endpoint."}
	}
	expected := c.r.Header.Get("x-amz-expected-bucket-owner")
	if expected != "" && expected != b.Owner || b.Owner != s.account && !b.Shared {
		return &Refusal{http.StatusForbidden, "AccessDenied", "Access Denied"}
	}
	return nil
}
