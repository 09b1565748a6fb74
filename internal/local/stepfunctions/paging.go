package stepfunctions

import (
	"cmp"
	"encoding/base64"
	"strconv"
	"strings"
)

// pageSize is maxResults; 0 is AWS's default.
func pageSize(maxResults int) int { return cmp.Or(maxResults, 100) }

// tokenAt is a nextToken: where the next page begins, and which request it
// continues, because the arguments must not change.
func tokenAt(position, request string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(request + "\n" + position))
}

// positionOf decodes a nextToken; "" without one.
func positionOf(token *string, request string) (string, error) {
	if token == nil {
		return "", nil
	}
	text, err := base64.RawURLEncoding.DecodeString(*token)
	position, ours := strings.CutPrefix(string(text), request+"\n")
	if err != nil || !ours {
		return "", invalidToken(*token)
	}
	return position, nil
}

// numberAt is positionOf for numeric positions: absent without a token.
func numberAt(token *string, request string, absent int64) (int64, error) {
	position, err := positionOf(token, request)
	if err != nil || token == nil {
		return absent, err
	}
	n, err := strconv.ParseInt(position, 10, 64)
	if err != nil || n < 0 {
		return 0, invalidToken(*token)
	}
	return n, nil
}
