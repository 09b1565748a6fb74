package contract

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// StatusCodes is a set of HTTP status codes, kept as it was written: single
// codes (429), classes (5xx) and ranges (500-504).
type StatusCodes []StatusRange

// StatusRange is one member of a set; From..To, both included, 100..599.
type StatusRange struct{ From, To int }

// ParseStatusRange reads "429", "5xx" or "500-504".
func ParseStatusRange(text string) (StatusRange, error) {
	if class, ok := strings.CutSuffix(strings.ToLower(text), "xx"); ok && len(class) == 1 && class[0] >= '1' && class[0] <= '5' {
		from := int(class[0]-'0') * 100
		return StatusRange{from, from + 99}, nil
	}
	first, last, isRange := strings.Cut(text, "-")
	if !isRange {
		last = first
	}
	from, errFrom := parseCode(first)
	to, errTo := parseCode(last)
	if errFrom != nil || errTo != nil || from > to {
		return StatusRange{}, fmt.Errorf("%q is no status code (429), class (5xx) or range (500-504)", text)
	}
	return StatusRange{from, to}, nil
}

func parseCode(text string) (int, error) {
	if len(text) != 3 {
		return 0, strconv.ErrSyntax
	}
	code, err := strconv.Atoi(text)
	if err == nil && (code < 100 || code > 599) {
		err = strconv.ErrRange
	}
	return code, err
}

// Contains reports whether the set holds the code.
func (s StatusCodes) Contains(code int) bool {
	for _, r := range s {
		if r.From <= code && code <= r.To {
			return true
		}
	}
	return false
}

// String gives the shortest form of the range: "429", "5xx" or "500-504".
func (r StatusRange) String() string {
	switch {
	case r.From == r.To:
		return strconv.Itoa(r.From)
	case r.From%100 == 0 && r.To == r.From+99:
		return strconv.Itoa(r.From/100) + "xx"
	}
	return strconv.Itoa(r.From) + "-" + strconv.Itoa(r.To)
}

// MarshalJSON writes a single code as a number and the rest as text.
func (r StatusRange) MarshalJSON() ([]byte, error) {
	if r.From == r.To {
		return json.Marshal(r.From)
	}
	return json.Marshal(r.String())
}

// UnmarshalJSON reads what MarshalJSON writes.
func (r *StatusRange) UnmarshalJSON(data []byte) error {
	parsed, err := ParseStatusRange(strings.Trim(string(data), `"`))
	if err != nil {
		return err
	}
	*r = parsed
	return nil
}
