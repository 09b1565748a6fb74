package story

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/screen"
)

// Story reports one execution. It is safe for concurrent use.
type Story struct {
	style Style
	now   func() time.Time

	mu       sync.Mutex
	out      io.Writer
	pending  strings.Builder // written in one piece
	timeline timeline.Timeline
	shown    bool // there is a line that changes
}

// NewStory reports it to out.
func NewStory(out io.Writer, style Style) *Story {
	return &Story{style: style, out: out, now: style.Now}
}

// Begin reports what is going to be called, and when it gives up at the latest.
func (s *Story) Begin(name, upstream string, deadline time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	until := "at " + moment(now, now.Add(deadline))
	if s.style.Skips {
		until = "after " + deadline.String()
	}
	s.line(now, fmt.Sprintf("%s calls %s, up to %s, gives up %s at the latest", name, upstream, count.Of(s.style.MaxAttempts, "attempt"),
		until))
	s.flush()
}

// Add reports the next event.
func (s *Story) Add(e event.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, text := range s.lines(e) {
		s.line(e.Timestamp, text)
	}
	if n := len(s.timeline.Attempts); n > 0 && s.timeline.Attempts[n-1].Outcome != timeline.Open {
		s.refresh() // a call shows from the first tick on: most are over before it
	}
	s.flush()
}

func (s *Story) lines(e event.Event) []string {
	switch s.timeline.Add(e) {
	case timeline.AttemptEnded:
		return s.style.attempt(s.last())
	case timeline.WaitStarted:
		return s.style.wait(*s.last().Wait)
	case timeline.FirstWaitStarted:
		return s.style.wait(*s.timeline.FirstWait)
	case timeline.Ended:
		return s.style.ended(&s.timeline)
	}
	return nil
}

// Tick updates the line that shows what is going on now.
func (s *Story) Tick() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refresh()
	s.flush()
}

func (s *Story) last() timeline.Attempt { return s.timeline.Attempts[len(s.timeline.Attempts)-1] }

// refresh writes what is going on now over what was.
func (s *Story) refresh() {
	if !s.style.Terminal {
		return
	}
	text := s.going()
	if text == "" {
		s.erase()
		return
	}
	s.pending.WriteString(screen.EraseLine + s.style.fit(text))
	s.shown = true
}

// longWait is one that people wonder about.
const longWait = time.Minute

// going is what the execution does at the moment; "" when it has ended.
func (s *Story) going() string {
	if !s.timeline.Ended.IsZero() || len(s.timeline.Attempts) == 0 {
		return ""
	}
	a := s.last()
	switch {
	case a.Outcome == timeline.Open:
		return fmt.Sprintf("%s  calling, %s", s.style.who(a), s.now().Sub(a.Began).Round(100*time.Millisecond))
	case a.Wait != nil && !s.style.Skips && s.now().Before(a.Wait.Until):
		text := fmt.Sprintf("%s to go", (a.Wait.Until.Sub(s.now()) + time.Second - 1).Truncate(time.Second))
		if a.Wait.Duration() > longWait && s.style.Hint != "" {
			text += "  (" + s.style.Hint + ")"
		}
		return text
	}
	return ""
}

func (s *Story) erase() {
	if s.shown {
		s.pending.WriteString(screen.EraseLine)
		s.shown = false
	}
}

// line begins with the time of day, as those of a Log do.
func (s *Story) line(at time.Time, text string) {
	s.erase()
	fmt.Fprintf(&s.pending, "%s  %s\n", at.Local().Format(timeOfDay), text)
}

func (s *Story) flush() {
	if s.pending.Len() > 0 {
		_, _ = io.WriteString(s.out, s.pending.String())
		s.pending.Reset()
	}
}

// Start moves the line again and again until the function that it returns is
// called; without a terminal it does nothing.
func (s *Story) Start(every time.Duration) (stop func()) {
	if !s.style.Terminal {
		return func() {}
	}
	stopTicks := Every(every, s.Tick)
	return func() {
		stopTicks()
		s.mu.Lock()
		defer s.mu.Unlock()
		s.erase()
		s.flush()
	}
}

// Every does something again and again until the function that it returns is
// called, which waits for the last time to end.
func Every(interval time.Duration, do func()) (stop func()) {
	done := make(chan struct{})
	var over sync.WaitGroup
	over.Go(func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				do()
			case <-done:
				return
			}
		}
	})
	return func() {
		close(done)
		over.Wait()
	}
}
