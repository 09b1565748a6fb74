package lambda

import (
	"bytes"
	"io"
	"sync"
)

// lineLimit is the longest line, as in CloudWatch: 256 KiB for one event.
const lineLimit = 256 << 10

// lineLog writes complete lines from several sources to one writer.
type lineLog struct {
	mu sync.Mutex
	to io.Writer
}

// write ends the text with a newline if it has none. A failed write does not fail
// an invocation.
func (l *lineLog) write(text []byte) {
	if !bytes.HasSuffix(text, []byte("\n")) {
		text = append(text[:len(text):len(text)], '\n')
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = l.to.Write(text)
}

// lines is one stream, such as the stdout of a process, that goes to the log.
type lines struct {
	log  *lineLog
	rest []byte // an incomplete line
}

// Write forwards complete lines.
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

// close forwards an incomplete last line.
func (l *lines) close() {
	if len(l.rest) > 0 {
		l.flush()
	}
}
