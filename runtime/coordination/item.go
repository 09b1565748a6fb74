package coordination

import (
	"maps"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

const (
	// longestCoolDown bounds what a misread header does: after it one call looks again. What
	// a spec says itself may be longer.
	longestCoolDown = 24 * time.Hour
	// farthest is beyond all waits that a spec may have: what ends later is a mistake.
	farthest = 366 * 24 * time.Hour
	// setBack: a clock that shows a time so long before that of a note has been set back.
	setBack = time.Second
	// keptAfter is how long an item is kept when nothing of it counts.
	keptAfter = time.Hour
)

// counts: a cool-down that was told later than now is one by a clock that has been set back,
// and nobody knows when it will be over.
func (c CoolDown) counts(now time.Time) bool {
	return now.Before(c.Until) && !now.Before(c.Told.Add(-setBack)) && c.Until.Before(now.Add(farthest))
}

// slotsOf are an item's slots of a limit. Those that cannot be read, or are too far ahead,
// count as a window that is just full: it has to be written, or it would never be over.
func (i Item) slotsOf(l limit, now int64) (s slots, broken bool) {
	text, ok := i.Logs[l.attribute]
	if !ok {
		return slots{}, false
	}
	s, err := parseSlots(text)
	if err != nil || s.last > now+farthest.Milliseconds() {
		return l.full(now), true
	}
	return s, false
}

// with is the item with other slots of a limit.
func (i Item) with(l limit, s slots) Item {
	logs := maps.Clone(i.Logs)
	if logs == nil {
		logs = map[string]string{}
	}
	s = l.trim(s)
	logs[l.attribute] = s.text(l.unit)
	i.Logs = logs
	i.Expires = later(i.Expires, time.UnixMilli(l.over(s)).Add(keptAfter))
	return i
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// own is the same identity by one name: what counts for a credential that an egress has for
// itself counts for the egress.
func (i Identity) own() Identity {
	switch {
	case i.Credential != "":
		return Identity{Scope: contract.ScopeCredential, Credential: i.Credential}
	case i.Scope == contract.ScopePool:
		return Identity{Scope: contract.ScopePool}
	case i.Egress > 0:
		return Identity{Scope: contract.ScopeIP, Egress: i.Egress}
	default:
		return Identity{Scope: contract.ScopeCredential}
	}
}

// identities are all that a call of an egress is told apart by.
func (a Ask) identities(egress int) []Identity {
	return []Identity{{Scope: contract.ScopePool}, a.identity(contract.ScopeIP, egress), a.identity(contract.ScopeCredential, egress)}
}

func (a Ask) identity(scope contract.Scope, egress int) Identity {
	i := Identity{Scope: scope}
	switch {
	case scope == contract.ScopeIP || scope == contract.ScopeCredential && a.OwnCredentials && a.Credential == "":
		i.Egress = egress
	case scope == contract.ScopeCredential:
		i.Credential = a.Credential
	}
	return i.own()
}
