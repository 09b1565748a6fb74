package functionurl

import (
	"net/http"
	"strings"
)

// connectionHeaders are the fields that end at a connection: the known ones and
// those that Connection names (RFC 9110 7.6.1), in lower case.
func connectionHeaders(header http.Header) map[string]bool {
	names := map[string]bool{
		"connection": true, "keep-alive": true, "proxy-authenticate": true, "proxy-authorization": true,
		"proxy-connection": true, "te": true, "trailer": true, "transfer-encoding": true, "upgrade": true,
	}
	for key, values := range header {
		if strings.EqualFold(key, "Connection") {
			for name := range strings.SplitSeq(strings.Join(values, ","), ",") {
				names[strings.ToLower(strings.TrimSpace(name))] = true
			}
		}
	}
	return names
}

// isFieldName is a token (RFC 9110 5.6.2).
func isFieldName(name string) bool {
	for i := range len(name) {
		c := name[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return name != ""
}

// isFieldValue has no control characters (RFC 9110 5.5).
func isFieldValue(value string) bool {
	for i := range len(value) {
		if c := value[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
