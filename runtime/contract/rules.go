package contract

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Meaning is what a rule takes an answer for.
type Meaning string

// The meanings, as a spec writes them.
const (
	MeansSuccess     Meaning = "success"
	MeansRateLimited Meaning = "rateLimited"
	MeansTransient   Meaning = "transient"
	MeansRejected    Meaning = "rejected"
)

// Error is the name under which an egress reports an answer of that meaning; "" for a
// success.
func (m Meaning) Error() string {
	switch m {
	case MeansSuccess:
		return ""
	case MeansRateLimited:
		return ErrRateLimited
	case MeansTransient:
		return ErrTransient
	}
	return ErrRejected
}

// Rule says what the answers mean that match it. The first rule that matches decides,
// before all lists of status codes.
//
// It is the payload of a state, where Step Functions takes a member whose name ends in
// ".$" for a path ("Payload Template"): so the words of a spec are values in it, and
// never names of members.
type Rule struct {
	Name string  `json:"name"` // as logs and reports have it
	When When    `json:"when"`
	Is   Meaning `json:"is"`
	// Scope is what the limit counts, where it is not RateLimited.Scope; "" where it is.
	Scope Scope `json:"scope,omitempty"`
	// MinSeconds is the least wait after such an answer; 0 for none.
	MinSeconds int `json:"minSeconds,omitempty"`
	// PoolCoolDownSeconds is how long no egress may call after such an answer, however the
	// execution ends; 0 where it says nothing of others.
	PoolCoolDownSeconds int `json:"poolCoolDownSeconds,omitempty"`
	// Acted says whether the upstream may have acted; nil: NotActedStatusCodes say it.
	Acted *bool `json:"acted,omitempty"`
}

// RuleWords names a rule in a sentence: its own name may begin with the word.
func RuleWords(name string) string {
	if strings.HasPrefix(name, "rule ") {
		return name
	}
	return "rule " + name
}

// When are the conditions of a rule, all of which must hold; one that is not set always
// does.
type When struct {
	Status  StatusCodes  `json:"status,omitempty"`
	Methods []string     `json:"method,omitempty"` // of the request
	Headers []HeaderTest `json:"header,omitempty"`
	Body    *Test        `json:"body,omitempty"` // Contains and Matches alone
	JSON    []JSONTest   `json:"json,omitempty"`
}

// ReadsBody reports whether a condition is about the body.
func (w When) ReadsBody() bool { return w.Body != nil || len(w.JSON) > 0 }

// HeaderTest is a condition on the lines of a header field, one of which must fulfil it.
type HeaderTest struct {
	Name string `json:"name"` // lower case
	Test
}

// JSONTest is a condition on the values of a JSON body to which a path leads, one of
// which must fulfil it.
type JSONTest struct {
	Path string `json:"path"` // see ParsePath
	Test
}

// Test is what a value has to be. All that is set must hold, of a list any one.
type Test struct {
	// Equals are JSON values without parts: a value of the same type, or the text of a
	// header. Numbers are equal by what they count: 1.0 and 1e0 are 1. null is not among
	// them: Null says that it is one of them, because validators of definitions refuse it.
	Equals   []json.RawMessage `json:"equals,omitempty"`
	Null     bool              `json:"null,omitempty"`
	Contains []string          `json:"contains,omitempty"` // texts only
	Matches  []string          `json:"matches,omitempty"`  // RE2, texts only
	// Exists: false holds where there is no value at all.
	Exists *bool `json:"exists,omitempty"`
	// A number, or a text that is one, compared with another.
	LessThan    *float64 `json:"lessThan,omitempty"`
	AtMost      *float64 `json:"atMost,omitempty"`
	GreaterThan *float64 `json:"greaterThan,omitempty"`
	AtLeast     *float64 `json:"atLeast,omitempty"`
}

// Values are those of Equals and null, if it is one of them; nil where any value will do.
func (t Test) Values() []json.RawMessage {
	if !t.Null {
		return t.Equals
	}
	return append(t.Equals[:len(t.Equals):len(t.Equals)], json.RawMessage("null"))
}

// WithValues gives the test other values, null perhaps among them.
func (t Test) WithValues(values []json.RawMessage) Test {
	t.Equals, t.Null = nil, false
	for _, value := range values {
		if string(value) == "null" {
			t.Null = true
		} else {
			t.Equals = append(t.Equals, value)
		}
	}
	return t
}

// WantsNothing reports whether the test holds only where there is no value.
func (t Test) WantsNothing() bool { return t.Exists != nil && !*t.Exists }

// Compares reports whether the test compares numbers.
func (t Test) Compares() bool {
	return t.LessThan != nil || t.AtMost != nil || t.GreaterThan != nil || t.AtLeast != nil
}

// The bounds of rules.
const (
	RulesLimit     = 20      // rules of a spec
	RulesSizeLimit = 16_384  // bytes of all of them as JSON
	BodyLimit      = 262_144 // bytes of a body that rules look at, unpacked
)

// CanonicalNumber writes a number of JSON so that two are equal as text if they count
// the same, however large or precise: 1.50e1 and 15 are "15e0".
func CanonicalNumber(number string) string {
	number, negative := strings.CutPrefix(number, "-")
	mantissa, exponent := cutExponent(number)
	whole, fraction, _ := strings.Cut(mantissa, ".")
	exponent -= len(fraction)
	digits := strings.TrimLeft(whole+fraction, "0")
	short := strings.TrimRight(digits, "0")
	if short == "" {
		return "0"
	}
	exponent += len(digits) - len(short)
	sign := ""
	if negative {
		sign = "-"
	}
	return sign + short + "e" + strconv.Itoa(exponent)
}

// mostExponent bounds an exponent, so that adding to it overflows nothing: numbers of
// so many digits are none that an API sends.
const mostExponent = 1 << 30

func cutExponent(number string) (mantissa string, exponent int) {
	at := strings.IndexAny(number, "eE")
	if at < 0 {
		return number, 0
	}
	text := strings.TrimPrefix(number[at+1:], "+")
	text, negative := strings.CutPrefix(text, "-")
	for _, digit := range text {
		exponent = min(exponent*10+int(digit-'0'), mostExponent)
	}
	if negative {
		exponent = -exponent
	}
	return number[:at], exponent
}
