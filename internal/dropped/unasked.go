package dropped

import (
	"net/http"
	"slices"
	"strings"
)

// unasked are the fields that clients, proxies and AWS's front end send on their own, in
// lower case: that they do not pass surprises nobody.
var unasked = []string{
	"user-agent", "accept-encoding", "content-length", "host", "connection", "keep-alive", "te", "expect", "transfer-encoding",
	"proxy-connection", "upgrade", "http2-settings", "origin", "referer", "dnt", "upgrade-insecure-requests", "priority", "purpose",
	"postman-token", "forwarded", "via", "x-real-ip", "x-amzn-trace-id",
}

// ofBrowsers are those that a browser sends on its own, and other clients on purpose.
var ofBrowsers = []string{"accept", "accept-language", "cache-control", "pragma", "if-none-match", "if-modified-since"}

// isUnasked reports whether a request's field says nothing that somebody has chosen.
func isUnasked(name string, header http.Header) bool {
	value := strings.ToLower(header.Get(name))
	switch {
	case slices.Contains(unasked, name), strings.HasPrefix(name, "sec-"), strings.HasPrefix(name, "x-forwarded-"):
		return true
	case slices.Contains(ofBrowsers, name) && isBrowser(header):
		return true
	}
	switch name {
	case "accept":
		return strings.Contains(value, "*/*") // also of libraries, after what they like best
	case "accept-language":
		return value == "*"
	case "cache-control", "pragma":
		return value == "no-cache" || value == "max-age=0"
	case "prefer": // the function URL reads it (RFC 7240)
		return strings.Contains(value, "respond-async") || strings.Contains(value, "wait=")
	}
	return false
}

// isSignature reports whether a field is of AWS's signature of the request.
func isSignature(name string, header http.Header) bool {
	switch name {
	case "authorization":
		return strings.HasPrefix(header.Get(name), "AWS4-")
	case "x-amz-date", "x-amz-security-token", "x-amz-content-sha256":
		return true
	}
	return false
}

// isBrowser goes by what all current ones send (Fetch Metadata), or by their name.
func isBrowser(header http.Header) bool {
	return header.Get("Sec-Fetch-Mode") != "" || strings.HasPrefix(header.Get("User-Agent"), "Mozilla/")
}
