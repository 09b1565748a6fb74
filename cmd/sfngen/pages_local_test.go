package main

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// page is the sessions of one page, with the servers that run in their
// background. A page shows a server on the port that it has by default; here it
// gets a free one.
type page struct {
	name    string // its path
	ctx     context.Context
	stop    context.CancelFunc
	serving sync.WaitGroup
	ports   map[string]string // shown address -> actual one
}

func newPage(t *testing.T, name string) *page {
	p := &page{name: name, ports: map[string]string{}}
	p.ctx, p.stop = context.WithCancel(context.Background())
	t.Cleanup(func() {
		p.stop()
		p.serving.Wait()
	})
	return p
}

// listensOn is the address that a page shows of a server: the one that its command names,
// else the command's own.
func listensOn(args []string) string {
	if at := slices.Index(args, "--listen"); at >= 0 && at+1 < len(args) {
		return args[at+1]
	}
	return defaults[args[0]]
}

// defaults are the addresses that pages show, by the command that listens there.
var defaults = map[string]string{"mockapi": "127.0.0.1:8429", "dev": "127.0.0.1:8420"}

func (p *page) actual(text string) string {
	for shown, actual := range p.ports {
		text = strings.ReplaceAll(text, shown, actual)
	}
	return text
}

func (p *page) shown(text string) string {
	for shown, actual := range p.ports {
		text = strings.ReplaceAll(text, actual, shown)
	}
	return text
}

var loopbackAddress = regexp.MustCompile(`127\.0\.0\.1:[1-9][0-9]*`)

// background starts a server and returns what it prints until it listens.
func (p *page) background(t *testing.T, args []string) string {
	t.Helper()
	var out safeBuffer
	root := newRoot()
	root.SetArgs(append(args, "--listen", "127.0.0.1:0"))
	root.SetOut(&out)
	root.SetErr(&out)
	ended := make(chan error, 1)
	p.serving.Go(func() { ended <- root.ExecuteContext(p.ctx) })
	for range 18_000 { // 3 minutes: more than a busy machine takes
		text := out.String()
		if actual := loopbackAddress.FindString(text); actual != "" && strings.HasSuffix(text, "\n") {
			p.ports[listensOn(args)] = actual
			return p.shown(out.String())
		}
		select {
		case err := <-ended:
			t.Fatalf("sfngen %s: %v\n%s", strings.Join(args, " "), err, out.String())
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Fatalf("sfngen %s does not say where it listens:\n%s", strings.Join(args, " "), out.String())
	return ""
}

// safeBuffer is written by a server and read by a test.
type safeBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// runsHere are the commands whose output is never twice the same.
var runsHere = regexp.MustCompile(`sfngen (run|dev|demo|mockapi|package|deploy|destroy|invoke|trace)\b`)

// What differs from run to run: how long something took, what time it was, which
// port and which id something got. The shape stays.
var fleeting = []struct {
	form *regexp.Regexp
	mark string
}{
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), "UUID"},
	{regexp.MustCompile(`[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z`), "DATE"},
	{regexp.MustCompile(`[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?`), "TIME"},
	{regexp.MustCompile(`egress [0-9]`), "EGRESS"}, // the first one is drawn
	{regexp.MustCompile(`127\.0\.0\.10[0-9]`), "SOURCE"},
	{regexp.MustCompile(`\b[0-9a-f]{16}\b`), "HASH"},
	{regexp.MustCompile(`\b[0-9.]+ MB\b`), "SIZE"},
	{regexp.MustCompile(`\b[0-9]{2}:[0-9]{2}  `), "AT"},
	{regexp.MustCompile(`\b[0-9.]+(µs|ms)\b`), "TOOK"},
	{regexp.MustCompile(`\bin ([0-9]+m)?[0-9.]+s\b`), "in ${1}TOOK"}, // minutes are waits, which this machine does not change
	{regexp.MustCompile(`\b[0-9]+\.[0-9]+s\b`), "TOOK"},
	{regexp.MustCompile(`\b[0-9]+\.[0-9]\b`), "AVERAGE"},
	{regexp.MustCompile(`waits [0-9]+s, until TIME: ([0-9]+s )?requested by the API, EGRESS(, and [0-9]+s of jitter)?`), "WAIT"},
	{regexp.MustCompile(`(?m)^(calls to the API|of them refused)( +[0-9]+) +[0-9]+`), "$1$2 POOL"}, // of the demo: who is told first
	// Columns follow from the widths of all that.
	{regexp.MustCompile(` +`), " "},
}

func timeless(text string) string {
	for _, f := range fleeting {
		text = f.form.ReplaceAllString(text, f.mark)
	}
	return text
}
