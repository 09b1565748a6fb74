package mockapi

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Script is a series of answers. Each request gets the next one; after the last,
// the last one repeats, or the series starts again.
type Script struct {
	Steps []Step // up to 1,000
	Again bool   // begin again after the last
}

// Step is one entry of a script: an answer with Code, a Fault, or Pass. A
// request that a step other than Pass answers does not count for limits.
type Step struct {
	Code    int     // 100, 102..199 (then 200 follows), 200..999
	Fault   Fault   // in place of Code
	Pass    bool    // in place of Code: as if there were no script
	Times   int     // how many requests it answers, 1..1,000,000; 0 is 1
	Latency *Range  // in place of Config.Latency
	Header  []Field // set on the answer, or added where a name comes again
	Body    *string // of an answer with Code; nil: what was received, as JSON
}

// Field is a header field of an answer. In Value, date, epoch, epochms and
// rfc3339 followed by + or - and a duration stand for that point in time.
type Field struct{ Name, Value string }

// PathScript is the script of the paths under a prefix.
type PathScript struct {
	Prefix string // /orders: that path and those under /orders/
	Script Script
}

const (
	maxTimes      = 1_000_000 // of one entry
	maxSteps      = 1000
	maxScriptText = 64 << 10
	bodyName      = "body" // in place of a field's name: the text of the answer
)

// ParseScript reads entries separated by commas. An entry is a status, a fault's
// name or pass; then, optionally, xCOUNT to repeat it, @LATENCY (50ms or 50ms..1s)
// and any number of :FIELD=VALUE, and :body=TEXT. A value with a comma or a colon is
// written in quotes, single or double. An ellipsis (...) as the last entry starts again
// with the first; without it the last one repeats.
//
//	429:retry-after=2,429,200
//	503x3@100ms,reset,200,...
//	429:retry-after=date+2s,301:location="http://elsewhere.example/"
//	200:body='{"error":"slow down"}',200
func ParseScript(text string) (Script, error) {
	if len(text) > maxScriptText {
		return Script{}, fmt.Errorf("must not be longer than %d characters, got %d", maxScriptText, len(text))
	}
	entries, err := splitUnquoted(text, ',')
	if err != nil {
		return Script{}, err
	}
	var script Script
	if last := len(entries) - 1; last > 0 && strings.TrimSpace(entries[last]) == "..." {
		script.Again, entries = true, entries[:last]
	}
	for i, entry := range entries {
		step, err := parseStep(strings.TrimSpace(entry))
		if err != nil {
			return Script{}, fmt.Errorf("entry %d, %q: %w", i+1, entry, err)
		}
		script.Steps = append(script.Steps, step)
	}
	return script, script.validate()
}

// ParsePathScript reads SCRIPT, which is for every path, or /PREFIX=SCRIPT.
func ParsePathScript(text string) (PathScript, error) {
	prefix := "/"
	if strings.HasPrefix(text, "/") {
		var ok bool
		if prefix, text, ok = strings.Cut(text, "="); !ok {
			return PathScript{}, fmt.Errorf("must be /PREFIX=SCRIPT such as /orders=429,200, got %q", prefix)
		}
	}
	script, err := ParseScript(text)
	return PathScript{prefix, script}, err
}

func parseStep(entry string) (Step, error) {
	parts, err := splitUnquoted(entry, ':')
	if err != nil {
		return Step{}, err
	}
	step, err := parseStepHead(parts[0])
	if err != nil {
		return Step{}, err
	}
	for _, part := range parts[1:] {
		name, value, ok := strings.Cut(part, "=")
		if !ok {
			return Step{}, fmt.Errorf("after a colon must be FIELD=VALUE such as retry-after=2, got %q", part)
		}
		value = unquote(value)
		if !strings.EqualFold(name, bodyName) {
			step.Header = append(step.Header, Field{name, value})
			continue
		}
		if step.Body != nil {
			return Step{}, errors.New("has two bodies")
		}
		step.Body = &value
	}
	return step, step.validate()
}

// parseStepHead reads 503x3@50ms..1s.
func parseStepHead(head string) (step Step, err error) {
	head, latency, hasLatency := strings.Cut(head, "@")
	if hasLatency {
		r, err := ParseRange(latency)
		if err != nil {
			return step, fmt.Errorf("the latency %w", err)
		}
		step.Latency = &r
	}
	what, times := cutTimes(head)
	if times != "" {
		if step.Times, err = strconv.Atoi(times); err != nil || step.Times < 1 {
			return step, fmt.Errorf("after x must be how many times, 1..%d, got %q", maxTimes, times)
		}
	}
	switch code, err := strconv.Atoi(what); {
	case err == nil:
		step.Code = code
	case what == "pass":
		step.Pass = true
	default:
		step.Fault = Fault(what)
	}
	return step, nil
}

// cutTimes cuts 503x3 before its x. No name of a fault ends in x and digits.
func cutTimes(head string) (what, times string) {
	if i := strings.LastIndexByte(head, 'x'); i > 0 && i+1 < len(head) && strings.Trim(head[i+1:], "0123456789") == "" {
		return head[:i], head[i+1:]
	}
	return head, ""
}

// step returns the entry for the request with this number, from 0.
func (s Script) step(number int) (Step, int) {
	total := 0
	for _, step := range s.Steps {
		total += max(1, step.Times)
	}
	if s.Again {
		number %= total
	}
	for i, step := range s.Steps {
		if number -= max(1, step.Times); number < 0 {
			return step, i
		}
	}
	last := len(s.Steps) - 1
	return s.Steps[last], last
}

func (s Script) validate() error {
	if len(s.Steps) > maxSteps {
		return fmt.Errorf("must not have more than %d entries, got %d", maxSteps, len(s.Steps))
	}
	if s.Again && len(s.Steps) == 0 {
		return errors.New("has no entry to begin again with")
	}
	return validateEach(s.Steps)
}

func validatePaths(paths []PathScript) error {
	var errs []error
	for i, path := range paths {
		switch {
		case slices.ContainsFunc(paths[:i], func(p PathScript) bool { return p.Prefix == path.Prefix }):
			errs = append(errs, fmt.Errorf("%s has two scripts; join them with a comma", path.Prefix))
		case !strings.HasPrefix(path.Prefix, "/"):
			errs = append(errs, fmt.Errorf("a path must begin with a slash, got %q", path.Prefix))
		case len(path.Script.Steps) == 0:
			errs = append(errs, fmt.Errorf("%s: the script is empty", path.Prefix))
		default:
			errs = append(errs, in(path.Prefix, path.Script.validate()))
		}
	}
	return errors.Join(errs...)
}
