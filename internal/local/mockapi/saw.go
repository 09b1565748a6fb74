package mockapi

import (
	"fmt"
	"slices"
	"time"
)

// Saw is what the API saw of one client that one of its limits counts.
type Saw struct {
	Limit   Limit
	Client  string // its address; "credential 1" in the order of arrival; "all"
	Calls   int    // that the limit looked at, also those in a ban
	Refused int    // by this limit, or in a ban for breaking it
	Bans    int    // for breaking it
	// Most is the most calls in any span of the limit's window. Above 1024 calls in one it
	// may be too high by some, never too low.
	Most int
}

// Line is for the terminal. It names no credential.
func (s Saw) Line() string {
	line := fmt.Sprintf("%s: at most %d in any span of %s, %d in all, %d refused", s.Client, s.Most, short(s.Limit.Window), s.Calls, s.Refused)
	if s.Bans > 0 {
		line += fmt.Sprintf(", banned %d×", s.Bans)
	}
	return fmt.Sprintf("%s  (limit %s)", line, s.Limit)
}

// Saw is what the limits counted, limit by limit, of the clients that came last (as many
// as are remembered), in the order of their first calls.
func (a *API) Saw() []Saw {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []Saw
	for i, limit := range a.cfg.Limits {
		clients := a.clients[i].all()
		slices.SortFunc(clients, func(a, b *client) int { return a.seen.number - b.seen.number })
		for _, c := range clients {
			s := c.seen
			all = append(all, Saw{Limit: limit, Client: s.name, Calls: s.calls, Refused: s.refused, Bans: c.bans, Most: s.most})
		}
	}
	return all
}

// sight is what was seen of a client.
type sight struct {
	name           string
	number         int // of its first call
	calls, refused int
	most           int
	latest         []group // the calls of the last window, each of size calls
	size           int
	inWindow       int // of latest
}

const maxSights = 1024

// see notes a call, whether it is let through or not.
func (s *sight) see(window time.Duration, now time.Time) {
	over := 0
	for over < len(s.latest) && now.UnixNano()-s.latest[over].last >= int64(window) {
		s.inWindow -= s.latest[over].calls
		over++
	}
	s.latest = s.latest[over:]
	if n := len(s.latest); n > 0 && s.latest[n-1].calls < s.size {
		s.latest[n-1] = group{now.UnixNano(), s.latest[n-1].calls + 1}
	} else {
		s.latest = append(s.latest, group{now.UnixNano(), 1})
	}
	if len(s.latest) > maxSights {
		s.latest, s.size = inPairs(s.latest), 2*max(s.size, 1)
	}
	s.calls++
	s.inWindow++
	s.most = max(s.most, s.inWindow)
}

// inPairs has half as many groups, each of which leaves the window with its last call.
func inPairs(groups []group) []group {
	var half []group
	for i, g := range groups {
		if i%2 == 1 {
			half[len(half)-1] = group{g.last, half[len(half)-1].calls + g.calls}
			continue
		}
		half = append(half, g)
	}
	return half
}
