package functionurl

import (
	"net/http"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// hopByHop are the fields of a message that end at its connection, in lower case.
// Names that a Lambda sends may be in any case.
func hopByHop(header http.Header) map[string]bool {
	var connection []string
	for key, values := range header {
		if strings.EqualFold(key, "Connection") {
			connection = append(connection, values...)
		}
	}
	return contract.HopByHop(connection...)
}
