package mockapi

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Limit is how many requests are allowed in how much time. A fixed window begins
// with a client's first request; at its end the whole limit is available again. A
// token bucket allows a burst of Requests and refills them one by one, each after
// Window/Requests, like a sliding window.
type Limit struct {
	Requests int           // 1..1,000,000; 0: no limit
	Window   time.Duration // 1ms..24h
	Bucket   bool          // a token bucket; else a fixed window
}

const (
	maxRequests = 1_000_000
	leastWindow = time.Millisecond // so a bucket refills at most once per ns
	mostWindow  = 24 * time.Hour
)

// ParseLimit reads REQUESTS/WINDOW, such as 5/10s, and 5/10s:bucket.
func ParseLimit(text string) (Limit, error) {
	rate, kind, hasKind := strings.Cut(text, ":")
	if hasKind && kind != "bucket" {
		return Limit{}, fmt.Errorf("after the colon only bucket is known, got %q", kind)
	}
	requests, window, err := parseRate(rate)
	if err != nil {
		return Limit{}, err
	}
	limit := Limit{Requests: requests, Window: window, Bucket: hasKind}
	if requests == 0 {
		return Limit{}, fmt.Errorf("the requests must be between 1 and %d, got 0", maxRequests)
	}
	return limit, limit.validate()
}

// parseRate reads COUNT/DURATION.
func parseRate(text string) (int, time.Duration, error) {
	count, per, ok := strings.Cut(text, "/")
	if !ok {
		return 0, 0, fmt.Errorf("must be COUNT/DURATION such as 5/10s, got %q", text)
	}
	n, err := strconv.Atoi(count)
	if err != nil {
		return 0, 0, fmt.Errorf("before the slash must be a whole number, got %q", count)
	}
	d, err := time.ParseDuration(per)
	if err != nil {
		return 0, 0, fmt.Errorf("after the slash must be a duration such as 10s, got %q", per)
	}
	return n, d, nil
}

// String is what ParseLimit reads.
func (l Limit) String() string {
	text := fmt.Sprintf("%d/%s", l.Requests, short(l.Window))
	if l.Bucket {
		text += ":bucket"
	}
	return text
}

// short formats a duration without zero units: 1m, not 1m0s.
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

func (l Limit) validate() error {
	if l == (Limit{}) {
		return nil
	}
	if err := between(l.Requests, 1, maxRequests); err != nil {
		return fmt.Errorf("the requests %w", err)
	}
	if l.Window < leastWindow || l.Window > mostWindow {
		return fmt.Errorf("the window must be between %s and %s, got %s", leastWindow, short(mostWindow), l.Window)
	}
	return nil
}

// Ban refuses a client that keeps calling over the limit. Its calls over the limit
// are counted until one is allowed again: a client that waits starts from zero. The
// call that starts the ban still gets the answer of the limit; calls during a ban
// do not lengthen it.
type Ban struct {
	After int           // calls over the limit, 1..1,000,000; 0: no bans
	For   time.Duration // 1ms..24h
	Code  int           // status of the answers during the ban, 400..599; default 403
}

// ParseBan reads CALLS/DURATION, such as 3/60s, and 3/60s:429.
func ParseBan(text string) (Ban, error) {
	rate, code, hasCode := strings.Cut(text, ":")
	calls, period, err := parseRate(rate)
	if err != nil {
		return Ban{}, err
	}
	ban := Ban{After: calls, For: period, Code: 403}
	if hasCode {
		if ban.Code, err = strconv.Atoi(code); err != nil {
			return Ban{}, fmt.Errorf("after the colon must be an error status, 400..599, got %q", code)
		}
	}
	if calls == 0 {
		return Ban{}, fmt.Errorf("the calls must be between 1 and %d, got 0", maxRequests)
	}
	return ban, ban.validate()
}

func (b Ban) validate() error {
	if err := validateCode(b.Code); err != nil {
		return fmt.Errorf("the status %w", err)
	}
	if b.After == 0 && b.For == 0 {
		return nil
	}
	if err := between(b.After, 1, maxRequests); err != nil {
		return fmt.Errorf("the calls %w", err)
	}
	if b.For < leastWindow || b.For > mostWindow {
		return fmt.Errorf("the time must be between %s and %s, got %s", leastWindow, short(mostWindow), b.For)
	}
	return nil
}
