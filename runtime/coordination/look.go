package coordination

import (
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Standing is how an identity stands at a moment, for who looks at a pool.
type Standing struct {
	Of Identity
	// MayGo is when an egress may call next, by all that is known of it; zero for others.
	MayGo time.Time
	// CoolDown is what it has now; nil: none.
	CoolDown *CoolDown
	Limits   []LimitStanding // that are counted by it
}

// LimitStanding is how much of a limit is used.
type LimitStanding struct {
	contract.Limit
	Left   int       // calls that this limit would let go now
	Booked int       // slots later than now
	Last   time.Time // the last slot that is later than now; zero for none
	Broken bool      // the slots cannot be read, and count as a window that is just full
}

// Standings are those of a pool as it was read: the pool itself, the credential that all
// share, and each egress. Of the Ask its Egresses, Limits and OwnCredentials count.
func (items Items) Standings(ask Ask, now time.Time) []Standing {
	ask.Credential = ""
	c := newChoosing(ask, items, now)
	c.read()
	all := []Standing{c.standing(Identity{Scope: contract.ScopePool}, 0), c.standing(Identity{Scope: contract.ScopeCredential}, 0)}
	for egress := 1; egress <= ask.Egresses; egress++ {
		s := c.standing(Identity{Scope: contract.ScopeIP, Egress: egress}, egress)
		s.MayGo = time.UnixMilli(c.chance(egress, nil).at).UTC()
		all = append(all, s)
	}
	return all
}

func (c *choosing) standing(of Identity, egress int) Standing {
	s := Standing{Of: of}
	if coolDown := c.item(of).CoolDown; coolDown.counts(time.UnixMilli(c.now)) {
		coolDown.Of = of
		s.CoolDown = &coolDown
	}
	for i, l := range c.limits {
		isOfEach := egress == 0 && (l.per == contract.ScopeIP || c.OwnCredentials)
		if !isOfEach && c.identity(l.per, egress) == of {
			s.Limits = append(s.Limits, c.limitStanding(of, l, c.Limits[i]))
		}
	}
	return s
}

func (c *choosing) limitStanding(of Identity, l limit, spec contract.Limit) LimitStanding {
	s, broken := c.item(of).slotsOf(l, c.now)
	standing := LimitStanding{Limit: spec, Broken: broken}
	for _, g := range s.groups {
		if g.at > c.now {
			standing.Booked += g.count
		}
	}
	if s.last > c.now {
		standing.Last = time.UnixMilli(s.last).UTC()
	}
	if l.next(s) > c.now {
		return standing
	}
	most := spec.Requests
	if spec.Burst > 0 {
		most = spec.Burst
	}
	standing.Left = max(1, most-l.booked(s, c.now))
	return standing
}

// WithoutCoolDown is the change after which an item has none; what is booked stays.
func (i Item) WithoutCoolDown(of Identity) Change {
	to := i
	to.Version, to.CoolDown = i.Version+1, CoolDown{}
	return Change{Of: of, From: i, To: to}
}
