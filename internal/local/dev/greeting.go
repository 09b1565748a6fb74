package dev

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/local"
)

// greet prints the URL of the stack and how to call it, unless it just did.
func (s *session) greet() {
	w := s.workflow.Load()
	text := greeting(s.stack.Load().Plan, usable(w.URL())) + tableLine(w.Table())
	if text == s.greeting {
		return
	}
	first := s.greeting == ""
	s.greeting = text
	_, _ = io.WriteString(s.options.Out, text)
	if first && !w.OnLoopback() {
		fmt.Fprintf(s.options.Log, "note: it listens beyond this machine (%s): anyone who reaches it can call the API through it, without a "+
			"signature\n",
			strings.TrimPrefix(w.URL(), "http://"))
	}
	s.noteSources(w)
}

func greeting(p *plan.Plan, url string) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s on %s calls %s\n", p.Name, url, p.Upstream)
	for _, schedule := range p.Schedules {
		fmt.Fprintf(&text, "schedule %s: curl -X POST %s%s%s\n", schedule.Name, url, local.SchedulesPath, schedule.Name)
	}
	for _, event := range p.Events {
		fmt.Fprintf(&text, "event %s: curl %s%s%s -d @event.json\n", event.Name, url, local.EventsPath, event.Name)
	}
	if line := p.LocalNetwork(); line != "" {
		text.WriteString(line + "\n")
	}
	return text.String()
}

// tableLine says where the executions know of each other; "" where each is alone.
func tableLine(t *local.Table) string {
	if t == nil {
		return ""
	}
	line := "coordination: the table of the pool is " + t.Where()
	if t.InMemory() {
		line += "; it stays while the spec changes, and ends with it"
	}
	return line + "\n"
}

func (s *session) noteSources(w *local.Workflow) {
	if note := w.Sources().Note; note != "" {
		fmt.Fprintln(s.options.Log, "note:", note)
	}
}

// usable is the URL that a client on this machine can call: the unspecified address
// (RFC 4291 2.5.2) is not one to connect to.
func usable(url string) string {
	host, port, err := net.SplitHostPort(strings.TrimPrefix(url, "http://"))
	if err != nil {
		return url
	}
	if ip, err := netip.ParseAddr(host); err != nil || !ip.Unmap().IsUnspecified() {
		return url
	}
	return "http://" + net.JoinHostPort("127.0.0.1", port)
}
