package stepfunctions

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

// decode reads an action's input. It ignores unknown fields, as AWS does for newer
// clients.
func decode(body []byte, into any) error {
	if !utf8.Valid(body) {
		return unreadable("The body is not UTF-8")
	}
	if !bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("{")) {
		return unreadable("The body is not a JSON object")
	}
	err := json.Unmarshal(body, into)
	var wrongType *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrongType):
		return unreadable(fmt.Sprintf("The field %q cannot be a JSON %s", wrongType.Field, wrongType.Value))
	}
	return unreadable("The body is not JSON: " + err.Error())
}

// encode writes an answer. It does not escape HTML: the escapes would make every <
// in a user's data six bytes long.
func encode(answer any) ([]byte, error) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(answer)
	return body.Bytes(), err
}

// timestamp is a date on the wire: seconds of the Unix epoch with a fraction of
// milliseconds (Smithy, epoch-seconds).
type timestamp time.Time

// MarshalJSON gives 1732404800.123.
func (t timestamp) MarshalJSON() ([]byte, error) {
	ms := time.Time(t).UnixMilli()
	return fmt.Appendf(nil, "%d.%03d", ms/1000, ms%1000), nil
}

// dateOf is an absent field for the zero time.
func dateOf(t time.Time) *timestamp {
	if t.IsZero() {
		return nil
	}
	date := timestamp(t)
	return &date
}
