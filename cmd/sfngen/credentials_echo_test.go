package main

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// echoOf is what an API can make of a request that it repeats: each value as it is, and
// encoded in the ways that servers and their logs encode.
func echoOf(in *http.Request, body []byte) string {
	var values []string
	for _, name := range []string{"Authorization", "X-Api-Key", "X-Basic"} {
		values = append(values, in.Header.Values(name)...)
	}
	values = append(values, in.URL.RawQuery, in.URL.Query().Get("api_key"), string(body))
	var out strings.Builder
	for _, value := range values {
		quoted, _ := json.Marshal(value)          // a text
		nested, _ := json.Marshal(string(quoted)) // as above
		fmt.Fprintln(&out, value, url.QueryEscape(value), url.PathEscape(value), url.QueryEscape(url.QueryEscape(value)),
			html.EscapeString(value), string(quoted), string(nested),
			base64.StdEncoding.EncodeToString([]byte(value)), base64.URLEncoding.EncodeToString([]byte("x"+value)),
			base64.RawStdEncoding.EncodeToString([]byte("user:"+value)))
	}
	return out.String()
}

// echoing is an API that repeats what it sees in every place that an answer has. Its path
// says how it answers.
func echoing(t *testing.T) (address string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		body, err := io.ReadAll(in.Body)
		if err != nil {
			t.Error(err)
		}
		seen := echoOf(in, body)
		way, argument, _ := strings.Cut(strings.TrimPrefix(in.URL.Path, "/"), "/")
		code, _ := strconv.Atoi(argument)
		switch way {
		case "status", "redirect", "gzip", "long":
			answerWith(out, way, code, seen)
		case "token":
			out.Header().Set("Content-Type", "application/json")
			out.WriteHeader(code)
			fmt.Fprintf(out, `{"access_token": %q, "token_type": "Bearer", "expires_in": 3600, "error": "invalid_client", "error_description": %q}`,
				echoToken, seen)
		default:
			breakWith(t, out, way, seen)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// answerWith is a whole answer.
func answerWith(out http.ResponseWriter, way string, code int, seen string) {
	line := strings.ReplaceAll(strings.TrimSpace(seen), "\n", " ")
	for _, name := range []string{"X-Echo", "Retry-After", "X-Ratelimit-Reset", "X-Request-Id", "Www-Authenticate", "Set-Cookie", "Link"} {
		out.Header().Set(name, line[:min(len(line), 6000)])
	}
	if way == "redirect" {
		first, _, _ := strings.Cut(line, "\"") // as far as a path may go
		out.Header().Set("Location", "/elsewhere/"+url.PathEscape(first)+"?seen="+line[:min(len(line), 6000)])
	}
	text := []byte(seen)
	switch way {
	case "gzip":
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		_, _ = w.Write(text) // into memory
		_ = w.Close()
		text = packed.Bytes()
		out.Header().Set("Content-Encoding", "gzip")
	case "long": // values lie across every place where somebody may cut
		text = bytes.Repeat([]byte("xxxxxxxx"+seen), 200_000/len(seen))
	}
	out.WriteHeader(code)
	_, _ = out.Write(text) // the client's affair
}

// breakWith breaks the connection in the way that the path says, with what was seen in
// what net/http then quotes.
func breakWith(t *testing.T, out http.ResponseWriter, way, seen string) {
	connection, _, err := out.(http.Hijacker).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	defer connection.Close()
	first, _, _ := strings.Cut(seen, "\n")
	texts := map[string]string{
		"garbage":    first + "\r\n\r\n",
		"statusline": "HTTP/1.1 503 " + first + "\r\nContent-Length: 0\r\n\r\n",
		"badstatus":  "HTTP/1.1 " + first + " x\r\n\r\n",
		"badheader":  "HTTP/1.1 503 x\r\n" + first + "\r\n\r\n",
		"badlength":  "HTTP/1.1 503 x\r\nContent-Length: " + first + "\r\n\r\n",
		"badchunk":   "HTTP/1.1 503 x\r\nTransfer-Encoding: chunked\r\n\r\n" + first + "\r\n",
		"half":       "HTTP/1.1 503 x\r\nContent-Length: 99999\r\n\r\n" + first,
		"encoding":   "HTTP/1.1 503 x\r\nTransfer-Encoding: " + first + "\r\n\r\n",
		"badgzip":    "HTTP/1.1 503 x\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n" + first[:9],
		"packed":     "HTTP/1.1 503 x\r\nContent-Encoding: " + first + "\r\nContent-Length: 1\r\n\r\nx",
	}
	_, _ = io.WriteString(connection, texts[way]) // the client's affair
}
