package story

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// Log reports many executions at the same time, one line for each attempt, and
// counts them. It is safe for concurrent use.
type Log struct {
	out   io.Writer
	style func() Style // of the stack that runs now

	mu     sync.Mutex
	open   map[string]*follow
	totals Totals
}

// follow is an execution that has not ended.
type follow struct {
	timeline timeline.Timeline
	style    Style // of the stack that it began with
	called   int   // the attempt that was said to take long
}

// NewLog writes to out. The style is asked for when an execution begins: a spec
// may change.
func NewLog(out io.Writer, style func() Style) *Log {
	return &Log{out: out, style: style, open: map[string]*follow{}}
}

// Add reads the next event of the execution with this name.
func (l *Log) Add(name string, e event.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	x := l.open[name]
	if x == nil {
		x = &follow{style: l.style()}
		l.open[name] = x
	}
	for _, text := range x.lines(e) {
		l.line(e.Timestamp, name, text)
	}
	if !x.timeline.Ended.IsZero() {
		l.totals.add(&x.timeline)
		delete(l.open, name)
	}
}

func (x *follow) lines(e event.Event) []string {
	step := x.timeline.Add(e)
	if started, ok := e.Details.(event.ExecutionStartedDetails); ok {
		return []string{RequestLine(started.Input)}
	}
	switch step {
	case timeline.AttemptEnded:
		return x.style.attempt(x.last())
	case timeline.WaitStarted:
		return x.style.wait(*x.last().Wait)
	case timeline.FirstWaitStarted:
		return x.style.wait(*x.timeline.FirstWait)
	case timeline.Ended:
		return x.style.ended(&x.timeline)
	}
	return nil
}

func (x *follow) last() timeline.Attempt {
	return x.timeline.Attempts[len(x.timeline.Attempts)-1]
}

// longCall is how long a call takes until the log mentions it.
const longCall = 2 * time.Second

// Tick says which calls take long by now, each once.
func (l *Log) Tick() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for name, x := range l.open {
		n := len(x.timeline.Attempts)
		if n == 0 || n == x.called || x.last().Outcome != timeline.Open {
			continue
		}
		if now := x.style.Now(); now.Sub(x.last().Began) >= longCall {
			x.called = n
			l.line(now, name, fmt.Sprintf("%s  calling for %s, no answer yet", x.style.who(x.last()), Rounded(now.Sub(x.last().Began))))
		}
	}
}

// Answered reports what the caller of an execution got: the status, unless it is
// the good one that the attempt's line has shown, and whether the caller was left
// to get it.
func (l *Log) Answered(name string, status int, callerGone bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := ""
	switch _, running := l.open[name]; {
	case callerGone && running:
		text = "the caller is gone; the execution continues"
	case callerGone:
		text = "the caller had gone before the answer"
	case status >= 300 || status == http.StatusAccepted:
		text = fmt.Sprintf("answered %d", status)
	}
	if text != "" {
		l.line(l.style().Now(), name, text)
	}
}

// Refused reports a request whose answer names no execution: none was started,
// or the orchestrator has ended before it (502, 504), which counts on its own.
// retryAfter is that field of the answer, "" for none.
func (l *Log) Refused(method, path string, status int, retryAfter string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if status != http.StatusBadGateway && status != http.StatusGatewayTimeout {
		l.totals.Refused++
	}
	text := fmt.Sprintf("%s %s  %d %s", method, path, status, http.StatusText(status))
	if retryAfter != "" {
		text += ", Retry-After: " + retryAfter
	}
	l.line(l.style().Now(), noExecution, OneLine(text))
}

// Open is how many executions have not ended.
func (l *Log) Open() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.open)
}

// Totals returns the counts of everything that has ended.
func (l *Log) Totals() Totals {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.totals
}

func (l *Log) line(at time.Time, name, text string) {
	_, _ = io.WriteString(l.out, Line(at, name, text))
}

const (
	timeOfDay   = "15:04:05.000"
	noExecution = "-"
)

// Line is a line of a Log: the time of day, which execution it is about ("" for
// none), and the text.
func Line(at time.Time, execution, text string) string {
	execution = cmp.Or(execution, noExecution)
	return fmt.Sprintf("%s %-*s  %s\n", at.Local().Format(timeOfDay), shortName, short(execution), text)
}

// shortName distinguishes executions at a glance; names are UUIDs mostly.
const shortName = 8

// Short is the beginning of an execution's name, as the log writes it.
func Short(name string) string { return short(name) }

func short(name string) string {
	if len(name) <= shortName {
		return name
	}
	return name[:shortName]
}

// RequestLine is what an execution was started with, and by which trigger. Of the
// query only the names are logged: the values may be secrets.
func RequestLine(input jsonvalue.Value) string {
	request := requestIn(input)
	method, _ := request.Get("method")
	path, _ := request.Get("path")
	line := method.Text() + " " + path.Text()
	if query, ok := request.Get("query"); ok && query.Text() != "" {
		line += "?" + strings.Join(keys(query.Text()), ",")
	}
	if trigger, ok := input.Get("trigger"); ok && trigger.Text() != "" {
		line += " (trigger " + trigger.Text() + ")"
	}
	return OneLine(line)
}

// keys are the names in a query, in its order and each once.
func keys(query string) []string {
	var list []string
	seen := map[string]bool{}
	for field := range strings.SplitSeq(query, "&") {
		key, _, hasValue := strings.Cut(field, "=")
		if name, err := url.QueryUnescape(key); err == nil {
			key = name
		}
		if !hasValue {
			key = "…" // a value without a name is still one
		}
		if !seen[key] {
			seen[key] = true
			list = append(list, key)
		}
	}
	return list
}
