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
