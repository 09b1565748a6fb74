package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/probe"
	"github.com/sfngen/sfngen/internal/probe/days"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/screen"
)

// daysFlags are those of a probe that is made more than once.
type daysFlags struct {
	history    string
	watch      bool
	report     bool
	every, end time.Duration
	clock      clock.Clock // nil: the system's
}

// Bounds of --every and --for. Each probe calls a service that belongs to somebody.
const (
	leastEvery = time.Minute
	mostFor    = 366 * 24 * time.Hour
)

func (f *daysFlags) add(c *cobra.Command) {
	c.Flags().Func("history", "add what is seen to this `file`, a line of JSON for each probe", given(&f.history))
	c.Flags().BoolVar(&f.watch, "watch", false, "probe again and again, and print then what the days have shown")
	c.Flags().Func("every", "with --watch: how often, such as `30m` (default 1h)", durationTo(&f.every))
	c.Flags().Func("for", "with --watch: how long, such as `3d` (default 7d)", durationTo(&f.end))
	c.Flags().BoolVar(&f.report, "report", false, "print what the file of --history has, and ask nobody")
	c.MarkFlagsMutuallyExclusive("watch", "report")
}

func (f *daysFlags) check() error {
	switch {
	case f.report && f.history == "":
		return errors.New("--report prints what is in a file: name it with --history")
	case !f.watch && (f.every != 0 || f.end != 0):
		return errors.New("--every and --for say how often and how long: add --watch, or leave them out")
	}
	f.every, f.end = cmp.Or(f.every, time.Hour), cmp.Or(f.end, 7*24*time.Hour)
	switch {
	case f.every < leastEvery:
		return fmt.Errorf("--every: must be %s at least, got %s", leastEvery, f.every)
	case f.end > mostFor:
		return fmt.Errorf("--for: must be 366d at most, got %s", f.end)
	case f.history == "" || f.report:
		return nil
	}
	if err := f.file().Check(); err != nil {
		return fmt.Errorf("--history: %w", err)
	}
	return nil
}

func (f *daysFlags) file() days.File { return days.File{Name: f.history} }

// keep adds a probe to the file, if there is one.
func (f *daysFlags) keep(of days.Place, r probe.Report) error {
	if f.history == "" {
		return nil
	}
	return f.append(days.LineOf(f.now(), of, r, nil))
}

func (f *daysFlags) append(l days.Line) error {
	if err := f.file().Append(l); err != nil {
		return fmt.Errorf("--history: %w", err)
	}
	return nil
}

func (f *daysFlags) now() time.Time { return f.time().Now() }

func (f *daysFlags) time() clock.Clock {
	if f.clock == nil {
		return clock.System{}
	}
	return f.clock
}

// watch probes until the time is over, or the user ends it, and then tells what was seen.
func (f *probeFlags) watch(c *cobra.Command, arg string) error {
	watched := watching{flags: f, out: c.OutOrStdout(), stderr: c.ErrOrStderr()}
	var err error
	if watched.arg, err = f.aws.env.stack(c.Context(), arg); err != nil {
		return err
	}
	fmt.Fprintf(watched.stderr, "a probe every %s for %s; an interrupt ends it and prints what was seen\n",
		inDays(f.days.every), inDays(f.days.end))
	w := days.Watch{Every: f.days.every, For: f.days.end, Clock: f.days.time(), Probe: watched.probe}
	if err := w.Run(c.Context()); err != nil {
		return err
	}
	return watched.end()
}

// watching is one --watch.
type watching struct {
	flags       *probeFlags
	arg         string
	of          days.Place
	lines       []days.Line
	out, stderr io.Writer
}

// probe makes one probe. The first must work; what a later one fails with is a line too.
func (w *watching) probe(ctx context.Context, at time.Time) error {
	report, of, err := w.flags.askDeployed(ctx, w.stderr, w.arg)
	switch {
	case ctx.Err() != nil:
		return nil // a probe that is not whole says nothing
	case err != nil && len(w.lines) == 0:
		return err
	case err == nil:
		w.of = of
	}
	l := days.LineOf(at, w.of, report, err)
	w.lines = append(w.lines, l)
	if w.flags.days.history != "" {
		if err := w.flags.days.append(l); err != nil {
			return err
		}
	}
	if w.flags.format.isJSON() {
		return l.JSON(screen.Verbatim(w.out))
	}
	_, err = fmt.Fprintln(w.out, l.Brief())
	return errors.Join(err, screen.Flush(w.out))
}

// end tells what was seen; with a file, all that it has of this stack.
func (w *watching) end() error {
	if len(w.lines) == 0 {
		return errors.New("before the first probe was made")
	}
	lines := w.lines
	if w.flags.days.history != "" {
		kept, _, err := w.flags.days.file().Read()
		if err != nil {
			return fmt.Errorf("--history: %w", err)
		}
		lines = days.Of(kept, w.of)
	}
	r := days.ReportOf(lines)
	if !w.flags.format.isJSON() {
		fmt.Fprintln(w.out)
		if err := printText(w.out, r); err != nil {
			return err
		}
	}
	return w.flags.daysVerdict(w.stderr, r)
}

// tellDays is --report.
func (f *probeFlags) tellDays(c *cobra.Command, arg string) error {
	arg, err := f.aws.env.stack(c.Context(), arg)
	if err != nil {
		return err
	}
	name, _, err := f.aws.named(c.Context(), arg)
	if err != nil {
		return err
	}
	lines, left, err := f.days.file().Read()
	if err != nil {
		return fmt.Errorf("--history: %w", err)
	}
	if len(left) > 0 {
		fmt.Fprintf(c.ErrOrStderr(), "%s: %s no probe, perhaps cut off, and left out: the first is line %d\n", f.days.history,
			count.Of(len(left), "line")+count.Verb(len(left), " is", " are"), left[0])
	}
	if lines, err = days.Pick(lines, name, f.aws.region); err != nil {
		return fmt.Errorf("--history: %s: %w", f.days.history, err)
	}
	r := days.ReportOf(lines)
	if err := f.format.print(c.OutOrStdout(), r); err != nil {
		return err
	}
	return f.daysVerdict(c.ErrOrStderr(), r)
}

// daysVerdict is the exit status of what the days have shown, as an error.
func (f *probeFlags) daysVerdict(stderr io.Writer, r days.Report) error {
	switch {
	case r.Probes > 0 && r.Least < f.distinct:
		fmt.Fprintf(stderr, "a probe showed fewer distinct addresses (%d) than --min-distinct requires (%d)\n", r.Least, f.distinct)
		return errFindings
	case r.Broken > 0 || r.IsBlind():
		return errFindings
	}
	return nil
}
