package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/lambda"
)

// watchFrom is sfngen probe acme-orders --watch by a virtual clock. each is called after
// each line, with how many there were.
func watchFrom(t *testing.T, begin time.Time, each func(n int), args ...string) (stdout, stderr string, err error) {
	t.Helper()
	flags := probeFlags{days: daysFlags{clock: clocktest.NewVirtual(begin)}}
	c := &cobra.Command{Use: "probe", SilenceErrors: true, SilenceUsage: true,
		RunE: func(c *cobra.Command, args []string) error { return flags.run(c, args[0]) }}
	flags.add(c)
	out := &lineByLine{each: each}
	var errOut bytes.Buffer
	c.SetOut(out)
	c.SetErr(&errOut)
	c.SetArgs(append([]string{"acme-orders", "--watch"}, args...))
	err = c.ExecuteContext(withProject(t.Context()))
	return out.String(), errOut.String(), err
}

type lineByLine struct {
	bytes.Buffer
	each func(n int)
}

func (l *lineByLine) Write(text []byte) (int, error) {
	n, err := l.Buffer.Write(text)
	if l.each != nil {
		l.each(bytes.Count(l.Bytes(), []byte("\n")))
	}
	return n, err
}

var morning = time.Date(2026, 12, 2, 6, 0, 0, 0, time.UTC)

func TestProbeWatchTellsWhatTheDaysHaveShown(t *testing.T) {
	dir := t.TempDir()
	deployedWith(t, nil, showing(1, "3.120.4.5"), showing(2, "18.184.2.9"), showing(3, "3.120.4.7"))
	stdout, stderr, err := watchFrom(t, morning, func(n int) {
		if n == 2 {
			deployedWith(t, nil, showing(1, "3.120.4.5"), showing(2, "3.120.4.5"), showing(3, "3.120.4.7"))
		}
	}, "--for", "2h", "--history", dir+"/orders.jsonl")
	const want = `2026-12-02 06:00:00  3 distinct: 3.120.4.5, 18.184.2.9, 3.120.4.7
2026-12-02 07:00:00  3 distinct: 3.120.4.5, 18.184.2.9, 3.120.4.7
2026-12-02 08:00:00  2 distinct: 3.120.4.5, 3.120.4.5, 3.120.4.7

`
	const report = `acme-orders in eu-central-1 of account 123456789012: 3 probes, 2026-12-02 06:00 to 2026-12-02 08:00 UTC

EGRESS  ADDRESS     PROBES  FIRST SEEN        LAST SEEN
1       3.120.4.5   3 of 3  2026-12-02 06:00  2026-12-02 08:00
2       18.184.2.9  2 of 3  2026-12-02 06:00  2026-12-02 07:00
        3.120.4.5   1 of 3  2026-12-02 08:00  2026-12-02 08:00
3       3.120.4.7   3 of 3  2026-12-02 06:00  2026-12-02 08:00

In 1 of 3 probes egresses shared an address: egress 1 and 2 (1 probe). A probe showed 2 to 3 distinct.
The address changed: of egress 2 (1 time).
AWS does not promise a function outside a VPC its own address: this is what was seen, not what comes.
`
	if diff := cmp.Diff(want+report, stdout); diff != "" || err != nil {
		t.Errorf("%v, stdout (-want +got):\n%s", err, diff)
	}
	if diff := cmp.Diff("a probe every 1h for 2h; an interrupt ends it and prints what was seen\n", stderr); diff != "" {
		t.Errorf("stderr (-want +got):\n%s", diff)
	}
	fakeaws.Serve(t, nil) // nobody is asked
	code, stdout, stderr := run("probe", "acme-orders", "--history", dir+"/orders.jsonl", "--report")
	if diff := cmp.Diff(report, stdout); diff != "" || code != 0 || stderr != "" {
		t.Errorf("exit status %d, stderr %q, report (-want +got):\n%s", code, stderr, diff)
	}
	if code, stdout, _ := run("probe", "acme-orders", "--history", dir+"/orders.jsonl", "--report", "--min-distinct", "3",
		"--json"); code != 1 ||
		!strings.Contains(stdout, `"fewestDistinctAddresses": 2`) {
		t.Errorf("exit status %d:\n%s", code, stdout)
	}
}

// What one probe fails with is a line; what the first one fails with ends it.
func TestProbeWatchGoesOn(t *testing.T) {
	dir := t.TempDir()
	denied := lambda.Refuses(403, "AccessDeniedException", "User: ada is not authorized to perform: lambda:InvokeFunction")
	deployedWith(t, natOutputs, showing(1, "3.120.4.5"), showing(2, "18.184.2.9"), showing(3, "3.120.4.7"))
	stdout, _, err := watchFrom(t, morning, func(n int) {
		switch n {
		case 1:
			deployedWith(t, natOutputs, denied, denied, denied)
		case 2:
			deployedWith(t, natOutputs, showing(1, "3.120.4.5"), showing(2, "18.184.2.9"), showing(3, "3.120.4.7"))
		}
	}, "--for", "2h", "--history", dir+"/orders.jsonl")
	const failed = "2026-12-02 07:00:00  no egress was invoked: no egress could be invoked: acme-orders-egress-1: "
	if err != nil || !strings.Contains(stdout, failed) ||
		!strings.Contains(stdout, "2026-12-02 08:00:00  3 distinct: ") || !strings.Contains(stdout, "In 1 probe no egress was invoked") {
		t.Errorf("%v\n%s", err, stdout)
	}
	deployedWith(t, natOutputs, denied, denied, denied)
	if stdout, _, err := watchFrom(t, morning, nil, "--history", dir+"/other.jsonl"); err == nil || stdout != "" {
		t.Errorf("%v\n%s", err, stdout)
	}
}

// An interrupt loses no line, and tells what was seen.
func TestProbeWatchIsInterrupted(t *testing.T) {
	file := t.TempDir() + "/orders.jsonl"
	deployedWith(t, natOutputs, showing(1, "3.120.4.5"), showing(2, "18.184.2.9"), showing(3, "3.120.4.5"))
	flags := probeFlags{days: daysFlags{clock: clocktest.NewVirtual(morning)}}
	ctx, interrupt := context.WithCancel(withProject(t.Context()))
	c := &cobra.Command{Use: "probe", SilenceErrors: true, SilenceUsage: true,
		RunE: func(c *cobra.Command, args []string) error { return flags.run(c, args[0]) }}
	flags.add(c)
	out := &lineByLine{each: func(n int) {
		if n == 2 {
			interrupt()
		}
	}}
	c.SetOut(out)
	c.SetErr(&bytes.Buffer{})
	c.SetArgs([]string{"acme-orders", "--watch", "--history", file, "--json"})
	err := c.ExecuteContext(ctx)
	kept, _ := os.ReadFile(file)
	if err != errFindings || string(kept) != out.String() || strings.Count(string(kept), "\n") != 2 {
		t.Errorf("%v; file:\n%s\nstdout:\n%s", err, kept, out.String())
	}
}

// One probe is a line too.
func TestProbeHistory(t *testing.T) {
	file := t.TempDir() + "/orders.jsonl"
	deployedWith(t, natOutputs, showing(1, "3.120.4.5"), showing(2, "18.184.2.9"), showing(3, "3.120.4.7"))
	for range 2 {
		code, stdout, stderr := run("probe", "acme-orders", "--history", file)
		if code != 0 || !strings.Contains(stdout, "3 distinct addresses") {
			t.Fatalf("exit status %d\n%s%s", code, stdout, stderr)
		}
	}
	kept, err := os.ReadFile(file)
	if err != nil || strings.Count(string(kept), "\n") != 2 || !strings.Contains(string(kept), `"promised":"18.184.2.9"`) {
		t.Errorf("%v\n%s", err, kept)
	}
	if err := os.WriteFile(file, append(kept, `{"time":"2026-`...), 0o666); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := run("probe", "acme-orders", "--history", file, "--report")
	const left = "1 line is no probe, perhaps cut off, and left out: the first is line 3"
	if code != 0 || !strings.Contains(stdout, ": 2 probes, ") || !strings.Contains(stderr, left) {
		t.Errorf("exit status %d\n%s%s", code, stdout, stderr)
	}
}

func TestProbeDaysRefuse(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/other.yaml", "version: 1\n")
	write(t, dir+"/empty.jsonl", "")
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"a report of nothing":  {[]string{"--report"}, "--report prints what is in a file: name it with --history"},
		"a report and a watch": {[]string{"--report", "--watch", "--history", "a"}, "--report and --watch cannot be used together"},
		"how often of one":     {[]string{"--every", "1h"}, "--every and --for say how often and how long: add --watch, or leave them out"},
		"too often":            {[]string{"--watch", "--every", "10s"}, "--every: must be 1m0s at least, got 10s"},
		"too long":             {[]string{"--watch", "--for", "400d"}, "--for: must be 366d at most"},
		"no time":              {[]string{"--watch", "--for", "soon"}, "must be a time such as 90m, 12h or 7d"},
		"a file of another": {[]string{"--history", dir + "/other.yaml"},
			"--history: " + dir + "/other.yaml holds something else than probes"},
		"a file in no folder":     {[]string{"--history", dir + "/none/a.jsonl"}, "--history: open " + dir + "/none/a.jsonl: "},
		"a report of no file":     {[]string{"--report", "--history", dir + "/none.jsonl"}, "--history: open " + dir + "/none.jsonl: "},
		"a report of no stack":    {[]string{"--report", "--history", dir + "/empty.jsonl"}, "empty.jsonl: it has no probe of acme-orders"},
		"a watch on this machine": {[]string{"--watch", "--local"}, "--local and --watch cannot be used together"},
	} {
		fakeaws.Serve(t, nil) // which fails the test when it is called
		code, stdout, stderr := run(append([]string{"probe", "acme-orders"}, test.args...)...)
		if code != 2 || stdout != "" || !strings.Contains(stderr, test.want) {
			t.Errorf("%s: exit status %d, stdout %q; stderr lacks %q:\n%s", name, code, stdout, test.want, stderr)
		}
	}
}
