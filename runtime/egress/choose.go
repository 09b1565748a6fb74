package egress

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

// pool is what the executions of the stack know of each other, as far as this process has
// an answer. A nil one is never asked.
type pool struct {
	coordination.Pool
	// known is what the table said last: it counts when nobody answers.
	known *memory
	mu    sync.Mutex
	down  time.Time // until then it is not asked
	// saidClock: the line about a clock that is off is written.
	saidClock atomic.Bool
}

// downTime is how long a process does not ask a table that has not answered.
const downTime = 5 * time.Second

func openPool(cfg Config, env Environment) (*pool, error) {
	if cfg.Coordination == nil {
		return nil, nil
	}
	opened, err := cfg.Coordination(coordination.Environment{Getenv: env.Getenv, Now: env.Now, Random: env.Random, Sleep: env.Sleep})
	if err != nil && env.Getenv(contract.EnvTable) == "" {
		// CloudFormation updates the code of a Lambda, and then its variables.
		opened, err = coordination.None{Time: env.Now}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("egress: Config.Coordination: %w", err)
	}
	return &pool{Pool: opened, known: newMemory()}, nil
}

// isAsked: there is a table, and it has answered or was not asked for a while. A clock that
// is set back ends that while.
func (p *pool) isAsked(now time.Time) bool {
	if p == nil {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	left := p.down.Sub(now)
	return left <= 0 || left > downTime
}

// fails notes that the table does not answer, and reports whether that is news.
func (p *pool) fails(now time.Time) bool {
	isNews := p.isAsked(now)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = now.Add(downTime)
	return isNews
}

// stale is how long what a process has told the table counts beside what the table says:
// its reads may be that old.
const stale = 5 * time.Second

// decides: the table knows the cool-down, or has known it and somebody has taken it away.
func (p *pool) decides(c coolDown, now time.Time) bool {
	return c.shared && now.Sub(c.told) > stale && p.isAsked(now)
}

// clock is the time that slots and cool-downs of the table count by.
func (e *Egress) clock() time.Time {
	if e.pool == nil {
		return e.wallClock()
	}
	return e.pool.Now()
}

// bound is how long an egress must not call, as this process knows it.
type bound struct {
	left    time.Duration
	minimum bool // it is a wait of the spec, longer than what was requested
	ofPool  bool
	words   string
}

func (b *bound) atLeast(other bound) {
	if other.left > b.left {
		*b = other
	}
}

// question is who may go next.
type question struct {
	waits   []bound       // of each egress, in the order of their numbers
	prefer  int           // of those that may go at the same time
	from    time.Duration // from now; 0 for what the waits say
	ahead   time.Duration // the least of from
	held    *contract.Slot
	limits  []contract.Limit
	longest time.Duration // a wait for a slot, or of a cool-down
	latest  time.Time
}

// question asks with what the execution knows of the given attempts, and the process.
func (e *Egress) question(a attempt, all []contract.Attempt) question {
	now := e.wallClock()
	q := question{waits: make([]bound, max(a.egresses(), e.number)), limits: a.Policy.Coordination.Limits}
	for k := range q.waits {
		left, minimum := a.egressBlockedFor(all, k+1, now)
		q.waits[k].atLeast(bound{left: left, minimum: minimum,
			words: fmt.Sprintf("the upstream asks egress %d to wait another %s", k+1, left.Round(time.Second))})
	}
	q.add(e.memory, a, now, e.ownIdentities(a), e.number, e.pool.decides)
	q.wait(e, a, time.Duration(a.Policy.RequestedWait.MaxSeconds)*time.Second)
	return q
}

// ownIdentities are those by which the upstream tells this attempt from others.
func (e *Egress) ownIdentities(a attempt) []identity {
	return []identity{{scope: contract.ScopePool}, e.credential(a), {scope: contract.ScopeIP}}
}

// wait is the longest that is waited.
func (q *question) wait(e *Egress, a attempt, longest time.Duration) {
	q.longest = longest
	q.latest = e.clock().Add(max(sleepLimit, min(longest, a.timeLeft(e.now()))))
}

// add adds the cool-downs of a memory; own is the egress of an identity that is one's alone.
func (q *question) add(m *memory, a attempt, now time.Time, all []identity, own int, leaveOut func(coolDown, time.Time) bool) {
	for _, of := range all {
		c, found := m.coolDown(of, now)
		if !found || leaveOut(c, now) {
			continue
		}
		who := cmp.Or(of.egress, own)
		b := bound{left: c.until.Sub(now), minimum: c.minimum, ofPool: of.scope == contract.ScopePool, words: c.words(of.scope, who, now)}
		for k := range q.waits {
			if k+1 == who || !a.Policy.RateLimited.OfOneEgress(of.scope) {
				q.waits[k].atLeast(b)
			}
		}
	}
}

// selection is who goes next, and when.
type selection struct {
	next            []int
	at, now         time.Time // now is when it was asked; both by the clock of the pool
	slot            *contract.Slot
	waits           []time.Time            // Choice's
	known           []bound                // without a table: what was known of each egress
	why             *coordination.CoolDown // what holds the first of next back
	minimum, ofPool bool                   // of the wait that decided
	byTable         bool
	isPaced         bool // it is a limit that decides when
	contended       bool // nobody goes before he has a slot
}

func (s selection) left() time.Duration { return s.at.Sub(s.now) }

// choose asks the table who goes next, or where nobody answers goes by what the process
// knows. No request is lost to a table.
func (e *Egress) choose(ctx context.Context, a attempt, q question) selection {
	s := e.alone(a, q)
	if !e.pool.isAsked(e.wallClock()) {
		return s
	}
	for again := false; ; again = true {
		c, err := e.ask(ctx, a, q)
		switch {
		case errors.Is(err, coordination.ErrContended):
			s.contended, s.slot, s.at = true, nil, latest(s.at, s.now.Add(time.Second+time.Duration(e.random()*float64(2*time.Second))))
			return s
		case err == nil && len(c.Next) == 0:
			err = fmt.Errorf("%w: it names no egress", coordination.ErrUnavailable)
			e.noteFailure(ctx, a, err)
		}
		if err != nil {
			return s
		}
		e.recall(a, q, c)
		chosen, fits := q.within(c, e.clock())
		if fits || c.Slot == nil {
			return chosen
		}
		if again { // who goes books anew, because it comes too late for this slot
			chosen.next, chosen.slot = c.Next, c.Slot
			return chosen
		}
		q.prefer, q.held, q.from = chosen.next[0], c.Slot, chosen.left()
	}
}

// within is a choice within what the process knows as well. fits: the first one may go when
// it is to. Another order has no slot.
func (q question) within(c coordination.Choice, now time.Time) (s selection, fits bool) {
	s = selection{next: c.Next, at: c.At, now: now, slot: c.Slot, waits: c.Waits, why: c.CoolDown, byTable: true}
	s.isPaced = len(q.limits) > 0 && c.CoolDown == nil
	if c.CoolDown != nil {
		s.minimum, s.ofPool = c.CoolDown.Minimum, c.CoolDown.Of.Scope == contract.ScopePool
	}
	when := func(egress int) time.Time {
		at := now
		if egress <= len(c.Waits) {
			at = latest(at, c.Waits[egress-1])
		}
		if egress <= len(q.waits) {
			at = latest(at, now.Add(q.waits[egress-1].left))
		}
		return at
	}
	first := c.Egress()
	if !when(first).After(latest(now, c.At)) {
		return s, true
	}
	s.next = slices.Clone(c.Next)
	slices.SortStableFunc(s.next, func(a, b int) int { return when(a).Compare(when(b)) })
	s.at, s.slot = when(s.next[0]), nil
	if b := q.waits[s.next[0]-1]; !now.Add(b.left).Before(s.at) {
		s.why, s.minimum, s.ofPool, s.isPaced = nil, b.minimum, b.ofPool, false
	}
	return s, false
}

// alone goes by what the process knows: the next one that may, in the order of their
// numbers from the preferred one on.
func (e *Egress) alone(a attempt, q question) selection {
	if e.pool != nil {
		now := e.clock()
		all := []identity{{scope: contract.ScopePool}, e.credential(a)}
		for k := range q.waits {
			all = append(all, identity{scope: contract.ScopeIP, egress: k + 1})
		}
		q.waits = slices.Clone(q.waits)
		none := func(coolDown, time.Time) bool { return false }
		q.add(e.pool.known, a, now, all, e.number, none)
		q.add(e.memory, a, e.wallClock(), e.ownIdentities(a), e.number, none) // also what the table was left to say
	}
	left := func(egress int) time.Duration { return q.waits[egress-1].left }
	if own := left(e.number); own > 0 && a.previous.Skipped >= a.egresses() { // each has handed over: none may go
		for k := range q.waits {
			q.waits[k].atLeast(bound{left: own, words: q.waits[e.number-1].words})
		}
	}
	order := a.rotation(q.prefer)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(max(left(a), sleepLimit), max(left(b), sleepLimit)) })
	b := q.waits[order[0]-1]
	now := e.clock()
	return selection{next: order, at: now.Add(b.left), now: now, known: q.waits, minimum: b.minimum, ofPool: b.ofPool}
}

// ask is one question to the table.
func (e *Egress) ask(ctx context.Context, a attempt, q question) (coordination.Choice, error) {
	ask := coordination.Ask{
		Execution: a.Execution.Name, Egresses: a.egresses(), Limits: q.limits, OwnCredentials: a.Policy.RateLimited.OwnCredentials,
		Credential: e.credentialKey(a), Latest: q.latest, Prefer: q.prefer, Held: q.held,
	}
	if from := max(cmp.Or(q.from, q.least(a.egresses())), q.ahead); from > 0 {
		ask.From = e.clock().Add(from)
	}
	ctx, cancel := e.beforeReport(ctx)
	defer cancel()
	c, err := e.pool.Choose(ctx, ask)
	if err != nil && !errors.Is(err, coordination.ErrContended) {
		e.noteFailure(ctx, a, err)
	}
	e.noteClock(ctx, a)
	return c, err
}

// noteClock writes the one line about a clock that is off by more than a second.
func (e *Egress) noteClock(ctx context.Context, a attempt) {
	ahead := e.wallClock().Sub(e.clock()).Round(time.Millisecond)
	if ahead.Abs() <= time.Second || e.pool.saidClock.Swap(true) {
		return
	}
	e.log.WarnContext(ctx, contract.CoordinationMessage, "egress", e.number, "execution", a.Execution.Name, "problem", contract.ProblemClock,
		"reason", fmt.Sprintf("the clock is %s ahead of the table's, by which slots and cool-downs count (negative: behind)", ahead))
}

// beforeReport ends in time for a report: a table that is slow must not cost it. A deadline
// may be by another clock than the machine's.
func (e *Egress) beforeReport(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, deadline.Sub(e.now())-reportTime)
}

// least is in which time somebody of the pool may go; the preferred one, if it is as soon
// as that after a moment of sleep.
func (q question) least(egresses int) time.Duration {
	least := slices.MinFunc(q.waits[:egresses], func(a, b bound) int { return cmp.Compare(a.left, b.left) }).left
	if own := q.waits[q.prefer-1].left; own <= least+sleepLimit {
		return own
	}
	return least
}

// credentialKey is Ask's: of the caller's own credential. Where each egress has one of its
// own that is what the upstream counts. Slots are booked by it, so too much must not pass for
// a credential: each would have the whole limit.
func (e *Egress) credentialKey(a attempt) string {
	of := e.countedCredential(a)
	if of == (identity{}).credential || a.Policy.RateLimited.OwnCredentials {
		return ""
	}
	return hex.EncodeToString(of[:16])
}

// showsCredential reports whether the spec itself says what the upstream knows callers by.
func (e *Egress) showsCredential() bool {
	fixed := slices.Concat(slices.Collect(maps.Keys(e.headers)), slices.Collect(maps.Keys(e.query.names)))
	return e.credentials != nil || slices.ContainsFunc(fixed, contract.NamesCredential)
}

// isChosenForAll reports whether what an orchestrator has chosen, and booked, is all that
// counts: it knows nothing of a caller's own credential, and books what is counted per
// credential only where the spec sends one.
func (e *Egress) isChosenForAll(a attempt, limits []contract.Limit) bool {
	perCredential := func(l contract.Limit) bool { return l.Per == contract.ScopeCredential }
	return e.credentialKey(a) == "" && (e.showsCredential() || !slices.ContainsFunc(limits, perCredential))
}

// tell tells the table of a cool-down, and reports whether it knows it now.
func (e *Egress) tell(ctx context.Context, a attempt, n note) bool {
	now := e.wallClock()
	if !a.isCoordinated() || !e.pool.isAsked(now) {
		return false
	}
	of := coordination.Identity{Scope: n.of.scope}
	switch {
	case n.of.scope == contract.ScopeCredential && !a.Policy.RateLimited.OwnCredentials:
		of.Credential = e.credentialKey(a)
	case n.of.scope != contract.ScopePool:
		of.Egress = e.number
	}
	ahead := e.clock().Sub(now)
	ctx, cancel := e.beforeReport(ctx)
	defer cancel()
	err := e.pool.Tell(ctx, coordination.CoolDown{Of: of, Told: n.told.Add(ahead), Until: n.until.Add(ahead), Minimum: n.minimum,
		UsedUp: n.usedUp, Rule: n.rule, Execution: n.execution})
	if err != nil && !errors.Is(err, coordination.ErrContended) {
		e.noteFailure(ctx, a, err)
	}
	return err == nil
}

// noteFailure writes the one line about a table that does not answer. Where the attempt has
// no time left for an answer, nothing is known of the table.
func (e *Egress) noteFailure(ctx context.Context, a attempt, err error) {
	if ctx.Err() == nil && e.pool.fails(e.wallClock()) {
		e.log.WarnContext(ctx, contract.CoordinationMessage, "egress", e.number, "execution", a.Execution.Name,
			"problem", contract.ProblemNoTable, "reason", cutText(err.Error(), reasonLimit))
	}
}

// recall remembers what the table says for when nobody answers.
func (e *Egress) recall(a attempt, q question, c coordination.Choice) {
	now := e.clock()
	if c.CoolDown != nil {
		if of, isKnown := e.knownAs(a, c.CoolDown.Of); isKnown {
			e.pool.known.remember(of, coolDownOf(*c.CoolDown))
		}
	}
	if len(q.limits) > 0 {
		return // the others wait for slots
	}
	for k, until := range c.Waits {
		isNamed := c.CoolDown != nil && k+1 == c.Egress()
		if until.After(now) && !isNamed && q.waits[k].left == 0 {
			e.pool.known.remember(identity{scope: contract.ScopeIP, egress: k + 1}, coolDown{told: now, until: until})
		}
	}
}

// knownAs is an identity of the table as this process has it.
func (e *Egress) knownAs(a attempt, of coordination.Identity) (identity, bool) {
	if of.Egress > 0 {
		return identity{scope: contract.ScopeIP, egress: of.Egress}, true
	}
	if of.Scope == contract.ScopeCredential {
		return e.credential(a), of.Credential == e.credentialKey(a)
	}
	return identity{scope: of.Scope}, true
}

func coolDownOf(c coordination.CoolDown) coolDown {
	return coolDown{told: c.Told, until: c.Until, minimum: c.Minimum, usedUp: c.UsedUp, rule: c.Rule, execution: c.Execution}
}
