package functionurl

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Event is what the front end of a function URL adds to a request.
type Event struct {
	RequestID string
	Now       time.Time
	AccountID string // of the caller; "": "anonymous", as without authentication
	Domain    string // URL-ID.lambda-url.REGION.on.aws; "": the request's own host
}

// payload is format version 2.0, in the order of AWS. aws-lambda-go's
// events.LambdaFunctionURLRequest lacks the route key and the stage.
type payload struct {
	Version               string            `json:"version"`
	RouteKey              string            `json:"routeKey"`
	RawPath               string            `json:"rawPath"`
	RawQueryString        string            `json:"rawQueryString"`
	Cookies               []string          `json:"cookies,omitempty"`
	Headers               map[string]string `json:"headers"`
	QueryStringParameters map[string]string `json:"queryStringParameters,omitempty"`
	RequestContext        requestContext    `json:"requestContext"`
	Body                  string            `json:"body,omitempty"`
	IsBase64Encoded       bool              `json:"isBase64Encoded"`
}

type requestContext struct {
	AccountID    string      `json:"accountId"`
	APIID        string      `json:"apiId"`
	DomainName   string      `json:"domainName"`
	DomainPrefix string      `json:"domainPrefix"`
	HTTP         httpContext `json:"http"`
	RequestID    string      `json:"requestId"`
	RouteKey     string      `json:"routeKey"`
	Stage        string      `json:"stage"`
	Time         string      `json:"time"`
	TimeEpoch    int64       `json:"timeEpoch"` // milliseconds
}

type httpContext struct {
	Method    string `json:"method"`
	Path      string `json:"path"`
	Protocol  string `json:"protocol"`
	SourceIP  string `json:"sourceIp"`
	UserAgent string `json:"userAgent"`
}

const (
	defaultRoute = "$default"
	// commonLogTime is that of the Common Log Format, as AWS writes it.
	commonLogTime = "02/Jan/2006:15:04:05 -0700"
)

// Payload is the event of a request, as JSON. The request is one as a server has
// it: its target is the one that the client has sent.
func (e Event) Payload(r *http.Request, body []byte) []byte {
	path, query := rawTarget(r.RequestURI)
	p := payload{
		Version: "2.0", RouteKey: defaultRoute,
		RawPath: path, RawQueryString: query, QueryStringParameters: parameters(query),
		Cookies: cookies(r.Header), Headers: e.headers(r, len(body)),
		RequestContext: e.context(r, path),
	}
	p.Body, p.IsBase64Encoded = bodyText(r.Header.Get("Content-Type"), body)
	return p.encode()
}

func (e Event) context(r *http.Request, path string) requestContext {
	now := e.Now.UTC()
	domain := cmp.Or(e.Domain, hostname(r.Host))
	prefix, _, _ := strings.Cut(domain, ".")
	return requestContext{
		AccountID: cmp.Or(e.AccountID, "anonymous"), APIID: prefix, DomainName: domain, DomainPrefix: prefix,
		HTTP: httpContext{
			Method: r.Method, Path: path, Protocol: r.Proto, SourceIP: sourceIP(r), UserAgent: contract.FieldText(r.UserAgent()),
		},
		RequestID: e.RequestID, RouteKey: defaultRoute, Stage: defaultRoute,
		Time: now.Format(commonLogTime), TimeEpoch: now.UnixMilli(),
	}
}

// headers are the client's, without hop-by-hop fields and those that AWS moves
// elsewhere, plus those of AWS's front end. How AWS reads bytes that are not UTF-8 is not
// documented: they are text here.
func (e Event) headers(r *http.Request, length int) map[string]string {
	headers := map[string]string{}
	dropped := hopByHop(r.Header)
	for key, values := range r.Header {
		if name := strings.ToLower(key); !dropped[name] && name != "cookie" && name != "expect" {
			headers[name] = contract.FieldText(strings.Join(values, ","))
		}
	}
	delete(headers, "content-length") // a chunked request has none, and the body is complete now
	if length > 0 {
		headers["content-length"] = strconv.Itoa(length)
	}
	headers["host"] = r.Host
	headers["x-forwarded-for"] = strings.Join(append(r.Header.Values("X-Forwarded-For"), sourceIP(r)), ",")
	headers["x-forwarded-port"] = localPort(r)
	headers["x-forwarded-proto"] = "http"
	if r.TLS != nil {
		headers["x-forwarded-proto"] = "https"
	}
	if headers["x-amzn-trace-id"] == "" {
		headers["x-amzn-trace-id"] = e.traceID()
	}
	return headers
}

// traceID is the root of a trace (X-Ray developer guide, "Trace ID format").
func (e Event) traceID() string {
	sum := sha256.Sum256([]byte(e.RequestID))
	return fmt.Sprintf("Root=1-%08x-%x", uint32(e.Now.Unix()), sum[:12])
}

// cookies are split into single ones (RFC 6265 4.2.1).
func cookies(header http.Header) []string {
	var all []string
	for _, line := range header.Values("Cookie") {
		for cookie := range strings.SplitSeq(line, ";") {
			if cookie = strings.TrimSpace(cookie); cookie != "" {
				all = append(all, contract.FieldText(cookie))
			}
		}
	}
	return all
}

// bodyText is a text unchanged, and everything else in base64.
func bodyText(contentType string, body []byte) (text string, isBase64 bool) {
	if len(body) == 0 || isText(contentType) && utf8.Valid(body) {
		return string(body), false
	}
	return base64.StdEncoding.EncodeToString(body), true
}

// isText decides by the Content-Type. A form is not text, and neither is a body
// without a type.
func isText(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil && media == "" {
		return false
	}
	switch media {
	case "application/json", "application/javascript", "application/xml":
		return true
	}
	return strings.HasPrefix(media, "text/") || strings.HasSuffix(media, "+json") || strings.HasSuffix(media, "+xml")
}

func sourceIP(r *http.Request) string {
	address, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return address.Addr().Unmap().WithZone("").String()
}

func localPort(r *http.Request) string {
	if local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); ok {
		return strconv.Itoa(local.Port)
	}
	return "443"
}

func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}

func (p payload) encode() []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(p); err != nil {
		panic(err) // texts, a number and a flag
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}
