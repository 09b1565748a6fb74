package lambda

import (
	"bytes"
	"io"
	"sync"
)

// lineLimit is where a line is cut, as CloudWatch does: 256 KiB for one event.
const lineLimit = 256 << 10

// lineLog writes whole lines to one place, whoever they come from.
type lineLog struct {
	mu sync.Mutex
	to io.Writer
}

// write ends the text with a newline if it has none. A log that cannot be
// written to fails no invocation.
func (l *lineLog) write(text []byte) {
	if !bytes.HasSuffix(text, []byte("\n")) {
		text = append(text[:len(text):len(text)], '\n')
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = l.to.Write(text)
}

// lines is a stream, such as the stdout of one process, on its way to the log.
type lines struct {
	log  *lineLog
	rest []byte // a line that has not ended
}

// Write passes on the lines that are whole.
func (l *lines) Write(text []byte) (int, error) {
	written := len(text)
	for {
		line, after, ended := bytes.Cut(text, []byte("\n"))
		l.rest = append(l.rest, line...)
		if !ended {
			break
		}
		l.flush()
		text = after
	}
	for len(l.rest) >= lineLimit {
		l.log.write(l.rest[:lineLimit])
		l.rest = l.rest[lineLimit:]
	}
	return written, nil
}

func (l *lines) flush() {
	l.log.write(l.rest)
	l.rest = l.rest[:0]
}

// close passes on a last line without an end.
func (l *lines) close() {
	if len(l.rest) > 0 {
		l.flush()
	}
}
