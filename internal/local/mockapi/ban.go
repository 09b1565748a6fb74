package mockapi

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Ban refuses a client that keeps calling over the limit. Its calls over the limit
// are counted until one is allowed again: a client that waits starts from zero. The
// call that starts the ban still gets the answer of the limit; calls during a ban
// do not lengthen it.
type Ban struct {
	After int           // calls over the limit, 1..1,000,000,000; 0: no bans
	For   time.Duration // 1ms..8760h
	// Most is how long a client's later bans grow: each is twice as long as the one before.
	// 0: they do not grow.
	Most time.Duration
	Code int // status of the answers during the ban, 400..599; default 403
}

// ParseBan reads CALLS/DURATION, such as 3/60s, 3/60s:429, and 3/2m..72h:418 for bans
// that grow.
func ParseBan(text string) (Ban, error) {
	rate, code, hasCode := strings.Cut(text, ":")
	rate, most, grows := strings.Cut(rate, "..")
	calls, period, err := parseRate(rate)
	if err != nil {
		return Ban{}, err
	}
	ban := Ban{After: calls, For: period, Code: 403}
	if grows {
		if ban.Most, err = time.ParseDuration(most); err != nil || ban.Most <= ban.For {
			return Ban{}, fmt.Errorf("after the dots must be a longer duration such as 72h, got %q", most)
		}
	}
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
	if longest := max(b.For, b.Most); b.For < leastWindow || longest > mostWindow {
		return fmt.Errorf("the time must be between %s and %s, got %s", leastWindow, short(mostWindow), longest)
	}
	return nil
}

// length is that of a client's next ban after so many.
func (b Ban) length(before int) time.Duration {
	long := b.For
	for ; before > 0 && long < b.Most; before-- {
		long = min(2*long, b.Most)
	}
	return long
}
