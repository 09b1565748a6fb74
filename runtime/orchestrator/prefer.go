package orchestrator

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/sfngen/sfngen/runtime/contract"
)

// preference is how the caller wants the orchestrator to answer (RFC 7240).
type preference struct {
	respondAsync bool          // 4.1: 202 rather than a wait
	hasWait      bool          // 4.3: the longest wait, in whole seconds
	wait         time.Duration // 0 or more
}

// readPreference reads a Prefer header. Of a preference that comes twice the first
// counts (RFC 7240 2); it ignores what it does not know or cannot read.
func readPreference(header string) preference {
	var p preference
	seen := map[string]bool{}
	for _, item := range splitQuoted(header, ',') {
		name, value := readOption(splitQuoted(item, ';')[0])
		if seen[name] {
			continue
		}
		seen[name] = true
		switch name {
		case "respond-async":
			p.respondAsync = true
		case "wait":
			p.wait, p.hasWait = readWait(value)
		}
	}
	return p
}

// readOption splits name=value; the value may be quoted (RFC 9110 5.6.4).
func readOption(text string) (name, value string) {
	name, value, _ = strings.Cut(text, "=")
	value = strings.TrimSpace(value)
	if len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"' {
		value = strings.ReplaceAll(value[1:len(value)-1], `\`, "")
	}
	return strings.ToLower(strings.TrimSpace(name)), value
}

// readWait reads delta-seconds. Nothing waits longer than a Lambda runs: a longer
// wait is cut to that.
func readWait(text string) (time.Duration, bool) {
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seconds > int64(contract.LambdaLimit/time.Second) {
		return contract.LambdaLimit, true
	}
	return time.Duration(seconds) * time.Second, true
}

// splitQuoted splits at sep, but not within a quoted string. There is always a
// first part.
func splitQuoted(text string, sep byte) []string {
	var parts []string
	for {
		end := indexUnquoted(text, sep)
		parts = append(parts, text[:end])
		if end == len(text) {
			return parts
		}
		text = text[end+1:]
	}
}

// indexUnquoted is where the first sep outside of quoted strings is, or the end.
func indexUnquoted(text string, sep byte) int {
	quoted := false
	for i := 0; i < len(text); i++ {
		switch {
		case quoted && text[i] == '\\':
			i++
		case text[i] == '"':
			quoted = !quoted
		case text[i] == sep && !quoted:
			return i
		}
	}
	return len(text)
}

// applied is the Preference-Applied header (RFC 7240 3).
func (p preference) applied() string {
	var names []string
	if p.respondAsync {
		names = append(names, "respond-async")
	}
	if p.hasWait {
		names = append(names, "wait="+strconv.Itoa(int(p.wait/time.Second)))
	}
	return strings.Join(names, ", ")
}

// pending is the answer for an execution that still runs: where its own answer will
// be (RFC 9110 15.3.3).
func pending(execution string, status types.ExecutionStatus, p preference) answer {
	location := contract.ExecutionsPath + execution
	body := bodyOf(struct {
		Execution string                `json:"execution"`
		Status    types.ExecutionStatus `json:"status"`
		Location  string                `json:"location"`
	}{execution, status, location})
	headers := map[string]string{
		"content-type": "application/json",
		"location":     location,
		"retry-after":  strconv.Itoa(retryAfterSeconds),
	}
	if applied := p.applied(); applied != "" {
		headers["preference-applied"] = applied
	}
	return answer{
		status: http.StatusAccepted, headers: headers, body: body,
		execution: execution, executionStatus: string(status),
	}
}
