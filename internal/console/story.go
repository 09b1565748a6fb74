package console

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/sfngen/sfngen/internal/engine"
	"github.com/sfngen/sfngen/internal/timeline"
)

// Story tells of one execution. It is safe for concurrent use.
type Story struct {
	style Style
	now   func() time.Time

	mu       sync.Mutex
	out      io.Writer
	timeline timeline.Timeline
	shown    bool // a line that changes stands there
}

// NewStory tells it to out.
func NewStory(out io.Writer, style Style) *Story {
	return &Story{style: style, out: out, now: style.Now}
}

// Add tells the next event.
func (s *Story) Add(e engine.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	step := s.timeline.Add(e)
	switch step {
	case timeline.AttemptEnded:
		s.attempt(s.last())
	case timeline.WaitStarted:
		s.wait(s.last())
	case timeline.Ended:
		s.ended()
	}
	s.refresh()
}

// Tick moves the line that tells what is going on now.
func (s *Story) Tick() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refresh()
}

// Timeline is the story so far, for who wants it as data.
func (s *Story) Timeline() timeline.Timeline {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.timeline
}

func (s *Story) last() timeline.Attempt { return s.timeline.Attempts[len(s.timeline.Attempts)-1] }

func (s *Story) attempt(a timeline.Attempt) {
	for _, name := range a.Repeats {
		s.line("%s  %s: called again", s.who(a), name)
	}
	s.line("%s", s.style.attempt(a))
	if why := final(a); why != "" {
		s.line("%s", why)
	}
}

func (s *Story) who(a timeline.Attempt) string { return s.style.who(a) }

func (s *Story) wait(a timeline.Attempt) {
	if s.style.Skips {
		s.line("skips a wait of %s: %s", a.Wait.Duration(), waitFor(*a.Wait))
		return
	}
	s.line("%s", wait(*a.Wait))
}

func (s *Story) ended() {
	t := &s.timeline
	if len(t.Attempts) > 0 && s.last().Outcome == timeline.Open {
		s.line("%s  cut off: it had not answered when the execution ended", s.who(s.last()))
	}
	s.line("%s", ending(t))
}

// refresh writes what is going on now over what was.
func (s *Story) refresh() {
	if !s.style.Terminal {
		return
	}
	s.erase()
	text := s.going()
	if text == "" {
		return
	}
	fmt.Fprint(s.out, text)
	s.shown = true
}

// going is what the execution does at the moment; "" when it has ended.
func (s *Story) going() string {
	if !s.timeline.Ended.IsZero() || len(s.timeline.Attempts) == 0 {
		return ""
	}
	a := s.last()
	switch {
	case a.Outcome == timeline.Open:
		return fmt.Sprintf("%s  calling, %s", s.who(a), s.now().Sub(a.Began).Round(100*time.Millisecond))
	case a.Wait != nil && !s.style.Skips && s.now().Before(a.Wait.Until):
		return fmt.Sprintf("%s to go", (a.Wait.Until.Sub(s.now()) + time.Second - 1).Truncate(time.Second))
	}
	return ""
}

func (s *Story) erase() {
	if s.shown {
		fmt.Fprint(s.out, "\r\x1b[2K") // ECMA-48: EL, the whole line
		s.shown = false
	}
}

func (s *Story) line(format string, args ...any) {
	s.erase()
	fmt.Fprintf(s.out, format+"\n", args...)
}

// Start moves the line again and again until the function that it returns is
// called; without a terminal it does nothing.
func (s *Story) Start(every time.Duration) (stop func()) {
	if !s.style.Terminal {
		return func() {}
	}
	done := make(chan struct{})
	var over sync.WaitGroup
	over.Go(func() {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				s.Tick()
			case <-done:
				return
			}
		}
	})
	return func() {
		close(done)
		over.Wait()
		s.mu.Lock()
		defer s.mu.Unlock()
		s.erase()
	}
}
