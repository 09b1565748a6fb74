package mockapi

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Paths lists the paths that the API answers, for a help text.
const Paths = `  /status/CODE     that status (a 1xx is followed by 200)
  /redirect/CODE   that status with Location: /redirected
  /delay/TIME      after a while, such as /delay/500ms
  /drip/TIME       in ten parts over a while
  /bytes/N         N bytes, up to 100000000; /chunked/N without Content-Length
  /gzip            compressed, whether asked for or not
  /binary          the bytes 0 to 255
  /headers?A=B     the query as header fields of the answer
  /fault/NAME      ` + "reset, empty, hang, half, half-reset, half-hang, drip,\n" +
	`                   malformed, bad-chunk or bad-gzip

Every other path, and those without their own content, answer with JSON that
shows what was received.
`

const maxBytes = 100_000_000

// routes build the reply from what follows their name in the path.
var routes = map[string]func(argument string, query url.Values) (reply, error){
	"status":   statusPath,
	"redirect": redirectPath,
	"delay":    delayPath,
	"drip":     dripPath,
	"bytes":    bytesPath,
	"chunked":  chunkedPath,
	"gzip":     gzipPath,
	"binary":   binaryPath,
	"headers":  headersPath,
	"fault":    faultPath,
}

// fromPath returns the reply that a path asks for.
func fromPath(target *url.URL) reply {
	name, argument, _ := strings.Cut(strings.TrimPrefix(target.Path, "/"), "/")
	route, ok := routes[name]
	if !ok {
		return reply{code: http.StatusOK}
	}
	out, err := route(argument, target.Query())
	if err != nil {
		return reply{code: http.StatusBadRequest, why: fmt.Sprintf("/%s/: %v", name, err)}
	}
	return out
}

func statusPath(argument string, _ url.Values) (reply, error) {
	code, err := strconv.Atoi(argument)
	if err != nil || !sendable(code) {
		return reply{}, fmt.Errorf("must be a status, 100 or 102..999, got %q", argument)
	}
	return reply{code: code}, nil
}

func redirectPath(argument string, _ url.Values) (reply, error) {
	code, err := strconv.Atoi(argument)
	if err != nil || code < 300 || code > 399 {
		return reply{}, fmt.Errorf("must be a status, 300..399, got %q", argument)
	}
	return reply{code: code, header: http.Header{"Location": {"/redirected"}}}, nil
}

func delayPath(argument string, _ url.Values) (reply, error) {
	d, err := time.ParseDuration(argument)
	if err != nil || d < 0 || d > maxLatency {
		return reply{}, fmt.Errorf("must be a duration of %s at most, such as 500ms, got %q", short(maxLatency), argument)
	}
	return reply{code: http.StatusOK, latency: d}, nil
}

func dripPath(argument string, query url.Values) (reply, error) {
	out, err := delayPath(argument, query)
	out.code, out.fault = 0, FaultDrip
	return out, err
}

func bytesPath(argument string, _ url.Values) (reply, error) {
	n, err := strconv.ParseInt(argument, 10, 64)
	if err != nil || n < 0 || n > maxBytes {
		return reply{}, fmt.Errorf("must be a number of bytes, 0..%d, got %q", maxBytes, argument)
	}
	return reply{
		code: http.StatusOK, header: http.Header{"Content-Type": {"application/octet-stream"}},
		content: func([]byte) (io.Reader, int64) { return io.LimitReader(new(alphabet), n), n },
	}, nil
}

func chunkedPath(argument string, query url.Values) (reply, error) {
	out, err := bytesPath(argument, query)
	sized := out.content
	out.content = func(echo []byte) (io.Reader, int64) {
		body, _ := sized(echo)
		return body, -1
	}
	return out, err
}

// alphabet repeats a to z.
type alphabet struct{ at int }

func (a *alphabet) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte('a' + a.at%26)
		a.at++
	}
	return len(p), nil
}

func gzipPath(string, url.Values) (reply, error) {
	return reply{
		code: http.StatusOK, header: http.Header{"Content-Encoding": {"gzip"}},
		content: func(echo []byte) (io.Reader, int64) {
			var packed bytes.Buffer
			w := gzip.NewWriter(&packed)
			w.Write(echo) // into memory: it cannot fail
			w.Close()
			return &packed, int64(packed.Len())
		},
	}, nil
}

func binaryPath(string, url.Values) (reply, error) {
	var all [256]byte
	for i := range all {
		all[i] = byte(i)
	}
	return reply{
		code: http.StatusOK, header: http.Header{"Content-Type": {"application/octet-stream"}},
		content: func([]byte) (io.Reader, int64) { return bytes.NewReader(all[:]), int64(len(all)) },
	}, nil
}

func headersPath(_ string, query url.Values) (reply, error) {
	out := reply{code: http.StatusOK, header: http.Header{}}
	for name, values := range query {
		for _, value := range values {
			if err := (Field{name, value}).validate(); err != nil {
				return reply{}, err
			}
			out.header.Add(name, value)
		}
	}
	return out, nil
}

func faultPath(argument string, _ url.Values) (reply, error) {
	if !slices.Contains(faults, Fault(argument)) {
		return reply{}, fmt.Errorf("must be %s, got %q", either(faults), argument)
	}
	out := reply{fault: Fault(argument)}
	if out.fault == FaultDrip {
		out.latency = dripTime
	}
	return out, nil
}
