package mockapi

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limit is how many requests are allowed in how much time.
type Limit struct {
	Requests int           // 1..1,000,000,000, at most one each ns of the window
	Window   time.Duration // 1ms..8760h
	Kind     LimitKind     // default Config.Kind, with a Burst LimitBucket
	Burst    int           // the depth of a bucket; 0: as many as Requests
	Per      Per           // who is counted; default Config.Per
	// Refused lets refused requests count too: who goes on calling stays refused until the
	// calls of a whole window are below the limit. For LimitSliding.
	Refused bool
}

// LimitKind says how a limit counts. Vendors differ.
type LimitKind string

const (
	// LimitFixed begins a window with a client's first request; at its end the whole limit
	// is available again.
	LimitFixed LimitKind = "fixed"
	// LimitClock has windows that begin by the clock, in UTC: at the full minute, the full
	// hour, midnight.
	LimitClock LimitKind = "clock"
	// LimitSliding lets no span of the window see more than the limit. Above 128 requests
	// it counts in groups of them, each by its last request.
	LimitSliding LimitKind = "sliding"
	// LimitBucket is a token bucket: it allows a burst, and refills one by one, each after
	// Window/Requests.
	LimitBucket LimitKind = "bucket"
)

var limitKinds = []LimitKind{LimitFixed, LimitClock, LimitSliding, LimitBucket}

// ParseLimitKind reads fixed, clock, sliding or bucket.
func ParseLimitKind(text string) (LimitKind, error) { return choose(text, limitKinds) }

const (
	maxRequests = 1_000_000_000
	leastWindow = time.Millisecond
	mostWindow  = 8760 * time.Hour
	maxLimits   = 8
	// mostRefill bounds a burst: a bucket that refills longer than that cannot be counted
	// in ns.
	mostRefill = 100 * mostWindow
)

// ParseLimit reads REQUESTS/WINDOW, such as 5/10s, then any of :fixed, :clock, :sliding,
// :bucket, :burst=N, :refused, and who is counted: :ip, :credential, :all.
func ParseLimit(text string) (Limit, error) {
	words := strings.Split(text, ":")
	requests, window, err := parseRate(words[0])
	if err != nil {
		return Limit{}, err
	}
	limit := Limit{Requests: requests, Window: window}
	for _, word := range words[1:] {
		if err := limit.parseWord(word); err != nil {
			return Limit{}, err
		}
	}
	if requests == 0 {
		return Limit{}, fmt.Errorf("the requests must be between 1 and %d, got 0", maxRequests)
	}
	if limit.Burst > 0 && limit.Kind == LimitBucket {
		limit.Kind = "" // it is the default
	}
	return limit, limit.validate()
}

func (l *Limit) parseWord(word string) (err error) {
	burst, isBurst := strings.CutPrefix(word, "burst=")
	switch {
	case isBurst:
		if l.Burst, err = strconv.Atoi(burst); err != nil || l.Burst < 1 {
			return fmt.Errorf("burst= takes a whole number from 1 up, got %q", burst)
		}
	case slices.Contains(limitKinds, LimitKind(word)):
		l.Kind = LimitKind(word)
	case slices.Contains(pers, Per(word)):
		l.Per = Per(word)
	case word == "refused":
		l.Refused = true
	default:
		return fmt.Errorf("after the colon must be %s, burst=N, refused, %s, got %q", strings.Join(words(limitKinds), ", "), either(pers), word)
	}
	return nil
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
	if l.Burst > 0 {
		text += fmt.Sprintf(":burst=%d", l.Burst)
	} else if l.Kind != "" {
		text += ":" + string(l.Kind)
	}
	if l.Refused {
		text += ":refused"
	}
	if l.Per != "" {
		text += ":" + string(l.Per)
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

func (l Limit) withDefaults(per Per, kind LimitKind) Limit {
	if l.Burst > 0 {
		l.Kind = orElse(l.Kind, LimitBucket)
	}
	l.Kind = orElse(l.Kind, kind)
	l.Per = orElse(l.Per, per)
	return l
}

func (l Limit) validate() error {
	if err := between(l.Requests, 1, maxRequests); err != nil {
		return fmt.Errorf("the requests %w", err)
	}
	l = l.withDefaults(PerIP, LimitFixed)
	switch {
	case l.Window < leastWindow || l.Window > mostWindow:
		return fmt.Errorf("the window must be between %s and %s, got %s", leastWindow, short(mostWindow), l.Window)
	case l.share() == 0:
		return fmt.Errorf("%d requests in %s are more than one a nanosecond", l.Requests, short(l.Window))
	case l.Burst < 0 || l.Burst > maxRequests || float64(l.share())*float64(l.Burst) > float64(mostRefill):
		return fmt.Errorf("the burst must be between 1 and %d, and refill within %s", maxRequests, short(mostRefill))
	case l.Burst > 0 && l.Kind != LimitBucket:
		return errors.New("a burst is of a bucket, and of no " + string(l.Kind) + " window")
	case l.Refused && l.Kind != LimitSliding:
		return errors.New("refused requests count only in a sliding window")
	}
	return errors.Join(l.Kind.validate(), in("per", l.Per.validate()))
}

func (k LimitKind) validate() error { return oneOf(k, limitKinds) }

// share is the time after which a bucket gets one more.
func (l Limit) share() time.Duration { return l.Window / time.Duration(l.Requests) }

// depth is how long a bucket takes to become full.
func (l Limit) depth() time.Duration { return l.share() * time.Duration(orElse(l.Burst, l.Requests)) }
