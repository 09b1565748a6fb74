package mockapi

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// Request is a request that the API received, and its outcome. It is shared: read
// only.
type Request struct {
	Number     int // from 1, in the order of arrival
	Time       time.Time
	Address    string // the source IP
	Proto      string // HTTP/1.1, HTTP/2.0
	Method     string
	Path       string // as it was sent, with its escapes
	Query      string // without the question mark
	Host       string
	Header     http.Header // without Host
	Credential string      // Authorization, else X-Api-Key
	Body       []byte      // its first 64 KiB
	BodySize   int64       // of the whole body, as far as it was received
	Status     int         // 0 until it is decided, and with a fault that sends none
	Fault      Fault       // sent in place of a whole answer
	Why        string      // as text: which rule made this answer
}

// Line is the request for a log: time of day, source address, method, path,
// answer, reason. It holds neither query, nor header, nor body: no secrets.
func (q Request) Line() string {
	answer := string(q.Fault)
	if answer == "" {
		answer = fmt.Sprint(q.Status)
	}
	line := fmt.Sprintf("%s  %-15s  %s %s  %s", q.Time.Format("15:04:05.000"), q.Address, q.Method, q.Path, answer)
	if q.Why != "" {
		line += "  " + q.Why
	}
	return line
}

// newRequest records the request without its body.
func newRequest(r *http.Request, number int, now time.Time) *Request {
	return &Request{
		Number:     number,
		Time:       now,
		Address:    address(r.RemoteAddr),
		Proto:      r.Proto,
		Method:     r.Method,
		Path:       r.URL.EscapedPath(),
		Query:      r.URL.RawQuery,
		Host:       r.Host,
		Header:     r.Header.Clone(),
		Credential: orElse(r.Header.Get("Authorization"), r.Header.Get("X-Api-Key")),
	}
}

func address(remote string) string {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return remote
	}
	return at.Addr().Unmap().String()
}

// client is the name under which a rule counts the sender.
func (q *Request) client(per Per) string {
	switch per {
	case PerIP:
		return q.Address
	case PerCredential:
		return fingerprint(q.Credential)
	}
	return ""
}

// fingerprint replaces a long credential by a short hash.
func fingerprint(credential string) string {
	if credential == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(credential))
	return string(sum[:])
}

// size is roughly what the request takes in memory.
func (q *Request) size() int {
	size := 512 + len(q.Path) + len(q.Query) + len(q.Host) + len(q.Body)
	for name, values := range q.Header {
		size += len(name) + len(strings.Join(values, "")) + 64
	}
	return size
}
