// Package tableapi is DynamoDB, as far as a pool needs it: tables in memory, behind the
// JSON 1.0 protocol, for requests that are signed with the credentials of a Lambda. What it
// does not know it refuses, in words.
package tableapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sfngen/sfngen/internal/local/awsapi"
	"github.com/sfngen/sfngen/internal/uuid"
)

// Credentials are those that a request has to be signed with.
type Credentials = awsapi.Credentials

// Error is an answer of DynamoDB that is no success.
type Error = awsapi.Error

// Options configure a server.
type Options struct {
	Credentials Credentials
	// Allows says of a session token other than that of Credentials whether it is right too:
	// several roles use a table. nil: none is.
	Allows func(sessionToken string) bool
	Now    func() time.Time // nil: time.Now; the Date of answers is its
	// Partition, Region and Account are those of ARNs.
	Partition, Region, Account string
	// Fault says what goes wrong with a request; nil, or what gives nil: nothing does.
	Fault func(operation string) *Fault
}

// Fault is what goes wrong with one request.
type Fault struct {
	// Lost: what is asked happens, but the connection breaks before the answer.
	Lost bool
	// Hang: nothing happens, and no answer comes until the client goes.
	Hang bool
	// Err is answered, and nothing happens.
	Err *Error
	// Text is answered with status 200, and nothing happens.
	Text string
}

// Server has tables. It is safe for concurrent use; each request happens at one moment.
type Server struct {
	options Options
	mutex   sync.Mutex
	tables  map[string]*table
	tokens  map[string]doneTransaction
}

// New gives a server without tables.
func New(o Options) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Server{options: o, tables: map[string]*table{}, tokens: map[string]doneTransaction{}}
}

// Create makes a table with the keys of a pool, unless it is there.
func (s *Server) Create(name string) { s.CreateWith(name, "pk", "sk") }

// CreateWith makes a table whose items have these attributes as their key, unless it is
// there; sort may be "".
func (s *Server) CreateWith(name, hash, sort string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.tables[name] == nil {
		s.tables[name] = &table{name: name, hash: hash, sort: sort, created: s.options.Now(), items: map[key]Item{}}
	}
}

// Delete makes that there is no such table.
func (s *Server) Delete(name string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.tables, name)
}

// Items are those of a table, in the order of their keys.
func (s *Server) Items(name string) []Item {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.tables[name] == nil {
		return nil
	}
	return s.tables[name].all()
}

const (
	// mostRequest bounds the body of a request; DynamoDB takes 16 MB.
	mostRequest = 1 << 20
	// targets are what all operations begin with.
	targets = "DynamoDB_20120810."
)

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	out.Header().Set("X-Amzn-RequestId", uuid.New())
	out.Header().Set("Content-Type", "application/x-amz-json-1.0")
	out.Header().Set("Date", s.options.Now().UTC().Format(http.TimeFormat))
	operation, body, err := s.read(in)
	if err != nil {
		send(out, nil, err)
		return
	}
	var fault *Fault
	if s.options.Fault != nil {
		fault = s.options.Fault(operation)
	}
	if fault == nil {
		answer, err := s.do(operation, body)
		send(out, answer, err)
		return
	}
	s.fail(out, in, *fault, func() { _, _ = s.do(operation, body) })
}

func (s *Server) fail(out http.ResponseWriter, in *http.Request, fault Fault, do func()) {
	switch {
	case fault.Hang:
		<-in.Context().Done()
		panic(http.ErrAbortHandler)
	case fault.Lost:
		do()
		panic(http.ErrAbortHandler)
	case fault.Err != nil:
		send(out, nil, fault.Err)
	default:
		_, _ = io.WriteString(out, fault.Text) // a client that went away
	}
}

// read gives a request whose signature is right.
func (s *Server) read(in *http.Request) (operation string, body []byte, err error) {
	body, err = awsapi.Read(in, mostRequest)
	if err != nil {
		return "", nil, err
	}
	operation, isOurs := strings.CutPrefix(in.Header.Get("X-Amz-Target"), targets)
	if !isOurs || operations[operation] == nil {
		return "", nil, awsapi.Invalid("UnknownOperationException",
			fmt.Sprintf("%q is no call that the tables of this machine know", in.Header.Get("X-Amz-Target")))
	}
	return operation, body, s.credentialsOf(in).Check(in, body, "dynamodb")
}

// credentialsOf are those that the request has to be signed with.
func (s *Server) credentialsOf(in *http.Request) Credentials {
	c := s.options.Credentials
	if token := in.Header.Get("X-Amz-Security-Token"); s.options.Allows != nil && s.options.Allows(token) {
		c.SessionToken = token
	}
	return c
}

// operations are those that there are; each is called with the tables locked.
var operations = map[string]func(*Server, []byte) (any, error){
	"CreateTable": (*Server).createTable, "DescribeTable": (*Server).describeTable, "DeleteTable": (*Server).deleteTable,
	"Query": (*Server).query, "Scan": (*Server).scan, "GetItem": (*Server).getItem,
	"UpdateItem": (*Server).updateItem, "DeleteItem": (*Server).deleteItem, "TransactWriteItems": (*Server).transactWriteItems,
}

func (s *Server) do(operation string, body []byte) (any, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return operations[operation](s, body)
}

// spaces are the namespaces of codes that are not DynamoDB's own.
var spaces = map[string]string{
	"ValidationException":         "com.amazon.coral.validate#",
	"SerializationException":      "com.amazon.coral.service#",
	"UnknownOperationException":   "com.amazon.coral.service#",
	"AccessDeniedException":       "com.amazon.coral.service#",
	"UnrecognizedClientException": "com.amazon.coral.service#",
	"InvalidSignatureException":   "com.amazon.coral.service#",
	"ThrottlingException":         "com.amazon.coral.availability#",
}

func send(out http.ResponseWriter, answer any, err error) {
	status := http.StatusOK
	if err != nil {
		status, answer = refusal(err)
	}
	body, err := json.Marshal(answer)
	if err != nil {
		panic(err) // texts and numbers
	}
	out.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
	out.WriteHeader(status)
	_, _ = out.Write(body) // a client that went away
}

// refusal is the status and the body of an error.
func refusal(err error) (status int, body map[string]any) {
	var failed *failedCondition
	var canceled *canceledTransaction
	body = map[string]any{}
	switch {
	case errors.As(err, &failed):
		if failed.item != nil {
			body["Item"] = failed.item
		}
		err = awsapi.Invalid("ConditionalCheckFailedException", failedText)
	case errors.As(err, &canceled):
		body["CancellationReasons"] = canceled.reasons
		err = awsapi.Invalid("TransactionCanceledException", canceled.text())
	}
	answer := awsapi.ErrorOf(err, "InternalServerError")
	space, isOther := spaces[answer.Code]
	if !isOther {
		space = "com.amazonaws.dynamodb.v20120810#"
	}
	body["__type"], body["message"] = space+answer.Code, answer.Text
	return answer.Status, body
}

func invalid(text string) *Error { return awsapi.Invalid("ValidationException", text) }
