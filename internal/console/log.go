package console

import (
	"fmt"
	"io"
	"sync"

	"github.com/sfngen/sfngen/internal/engine"
	"github.com/sfngen/sfngen/internal/engine/value"
	"github.com/sfngen/sfngen/internal/timeline"
)

// Log tells of many executions at the same time, one line for each attempt. It
// is safe for concurrent use.
type Log struct {
	out   io.Writer
	style func() Style // of the stack that runs now

	mu   sync.Mutex
	open map[string]*timeline.Timeline
}

// NewLog writes to out. The style is asked for at each line: a spec may change.
func NewLog(out io.Writer, style func() Style) *Log {
	return &Log{out: out, style: style, open: map[string]*timeline.Timeline{}}
}

// Add reads the next event of the execution with this name.
func (l *Log) Add(name string, e engine.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.open[name]
	if t == nil {
		t = &timeline.Timeline{}
		l.open[name] = t
	}
	step := t.Add(e)
	for _, text := range l.lines(t, e, step) {
		fmt.Fprintf(l.out, "%s %s  %s\n", e.Timestamp.Local().Format("15:04:05.000"), short(name), text)
	}
	if step == timeline.Ended {
		delete(l.open, name)
	}
}

// short is what tells executions apart at a glance; names are UUIDs mostly.
func short(name string) string {
	const length = 8
	if len(name) <= length {
		return name
	}
	return name[:length]
}

func (l *Log) lines(t *timeline.Timeline, e engine.Event, step timeline.Step) []string {
	if started, ok := e.Details.(engine.ExecutionStartedDetails); ok {
		return []string{requestLine(started.Input)}
	}
	style := l.style()
	switch step {
	case timeline.AttemptEnded:
		a := t.Attempts[len(t.Attempts)-1]
		list := []string{style.attempt(a)}
		if why := final(a); why != "" {
			list = append(list, why)
		}
		return list
	case timeline.WaitStarted:
		return []string{wait(*t.Attempts[len(t.Attempts)-1].Wait)}
	case timeline.Ended:
		return []string{ending(t)}
	}
	return nil
}

// requestLine is what an execution was started with. The query stays out: it may
// hold what no log should.
func requestLine(input value.Value) string {
	request, _ := input.Get("request")
	method, _ := request.Get("method")
	path, _ := request.Get("path")
	return oneLine(method.Text() + " " + path.Text())
}
