package mockapi

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

var errWhat = fmt.Errorf("must be a status (100, 102..999), %s or pass", strings.Replace(either(faults), " or ", ", ", 1))

func (s Step) validate() error {
	kinds := 0
	for _, is := range []bool{s.Code != 0, s.Fault != "", s.Pass} {
		if is {
			kinds++
		}
	}
	if kinds != 1 || s.Fault != "" && !slices.Contains(faults, s.Fault) {
		return errWhat
	}
	if s.Code != 0 && !sendable(s.Code) {
		return fmt.Errorf("%w, got %d", errWhat, s.Code)
	}
	if err := between(s.Times, 0, maxTimes); err != nil {
		return fmt.Errorf("the times %w", err)
	}
	if s.Latency != nil {
		if err := s.Latency.validate(); err != nil {
			return fmt.Errorf("the latency %w", err)
		}
	}
	return s.validateHeader()
}

func (s Step) validateHeader() error {
	if s.Pass && (len(s.Header) > 0 || s.Latency != nil || s.Body != nil) {
		return errors.New("pass takes neither latency nor fields nor a body: the answer is not the script's")
	}
	if s.Fault != "" && s.Body != nil {
		return fmt.Errorf("%s has a body of its own", s.Fault)
	}
	for _, field := range s.Header {
		if err := field.validate(); err != nil {
			return err
		}
	}
	return nil
}

// sendable are the codes that can be written as a status line. 101 would switch
// protocols, and there is none to switch to.
func sendable(code int) bool { return code >= 100 && code <= 999 && code != 101 }

// framing are the fields that the server itself must write.
var framing = []string{"Connection", "Content-Length", "Transfer-Encoding", "Trailer", "Upgrade", "Keep-Alive"}

func (f Field) validate() error {
	if f.Name == "" {
		return errors.New("a field must have a name")
	}
	if !contract.IsToken(f.Name) {
		return fmt.Errorf("a field's name must be letters, digits and hyphens, got %q", f.Name)
	}
	if slices.Contains(framing, http.CanonicalHeaderKey(f.Name)) {
		return fmt.Errorf("the field %s belongs to the server; for a broken body use a fault", f.Name)
	}
	if !contract.IsFieldValue(f.Value) {
		return fmt.Errorf("the value of %s must not hold control characters, got %q", f.Name, f.Value)
	}
	return nil
}

// moments are the forms of a point in time in a field's value.
var moments = []struct {
	name string
	form func(time.Time) string
}{
	{"date", httpDate},
	{"epoch", func(t time.Time) string { return strconv.FormatInt(upToSecond(t).Unix(), 10) }},
	{"epochms", func(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }},
	{"rfc3339", func(t time.Time) string { return upToSecond(t).UTC().Format(time.RFC3339) }},
}

// at gives the value as it is sent now.
func (f Field) at(now time.Time) string {
	for _, moment := range moments {
		offset, ok := strings.CutPrefix(f.Value, moment.name)
		if !ok || !strings.HasPrefix(offset, "+") && !strings.HasPrefix(offset, "-") {
			continue
		}
		if d, err := time.ParseDuration(offset); err == nil {
			return moment.form(now.Add(d))
		}
	}
	return f.Value
}

// splitUnquoted splits at separator where it is not between quotes.
func splitUnquoted(text string, separator byte) ([]string, error) {
	var parts []string
	start, within := 0, byte(0)
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case within != 0:
			if c == within {
				within = 0
			}
		case c == '"' || c == '\'':
			within = c
		case c == separator:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	if within != 0 {
		return nil, fmt.Errorf("a quote (%c) is not closed", within)
	}
	return append(parts, text[start:]), nil
}

// unquote takes off the quotes around a value; those within it stay.
func unquote(value string) string {
	if len(value) > 1 && (value[0] == '"' || value[0] == '\'') && strings.IndexByte(value[1:], value[0]) == len(value)-2 {
		return value[1 : len(value)-1]
	}
	return value
}
