package orchestrator

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

// choice is who makes the first attempt of an execution, for its input and the log; zero
// where nobody has chosen.
type choice struct {
	start  *contract.Start
	reason contract.WaitReason // of Start's wait, or of a refusal; "" for none
	egress int                 // whose wait it is; 0 for a slot
	until  time.Time           // when the first egress may go, if that is later than now
	words  string              // what holds it back, for the operator
}

// addTo says it in the line of the request.
func (c choice) addTo(line *contract.LogLine) {
	if c.start != nil {
		line.Egress, line.WaitSeconds = c.start.Next[0], c.start.WaitSeconds
	}
	if c.reason != "" {
		line.WaitReason, line.WaitEgress, line.Reason = c.reason, c.egress, c.words
		line.RetryAt = c.until.UTC().Format("2006-01-02T15:04:05.999Z07:00")
	}
}

// openPool opens what executions know of each other. A Lambda whose variables name no table
// meets a stack in the middle of an update: it goes on without.
func openPool(cfg Config, env Environment) (coordination.Pool, error) {
	if cfg.Coordination == nil {
		return nil, nil
	}
	if env.Getenv == nil || env.Getenv(contract.EnvTable) == "" {
		return coordination.None{Time: env.Clock.Now}, nil
	}
	pool, err := cfg.Coordination.Open(coordination.Environment{Getenv: env.Getenv, Now: env.Clock.Now, Random: env.uniform})
	if err != nil {
		return nil, fmt.Errorf("environment: %w", err)
	}
	return pool, nil
}

// choose says in the input of an execution who makes its first attempt, and when. Its error
// is a problem: nobody of the pool may call soon enough, so that an execution would be in
// vain. Where nobody knows, or a slot is not to be had, the input says nothing: the
// definition draws an egress, which asks again.
func (o *Orchestrator) choose(ctx context.Context, r *run) error {
	c := o.cfg.Coordination
	if c == nil {
		return nil
	}
	began, asked := o.env.Clock.Now(), o.pool.Now()
	latest := asked.Add(c.longestWait(o.cfg.Deadline))
	chosen, err := o.pool.Choose(ctx, coordination.Ask{
		Execution: r.name, Egresses: c.Egresses, Limits: c.Limits, OwnCredentials: c.OwnCredentials, InOrder: c.InOrder, Latest: latest,
		From: c.earliest(asked),
	})
	if err == nil && len(chosen.Next) == 0 {
		err = errors.New("the pool has chosen no egress")
	}
	if err != nil {
		o.logUnchosen(r.name, err)
		return nil
	}
	now := o.pool.Now() // an answer may have set it
	asked = now.Add(-o.env.Clock.Now().Sub(began))
	latest = asked.Add(c.longestWait(o.cfg.Deadline))
	if chosen.Slot == nil && chosen.At.After(latest) { // what is booked is in time by the clock of the table
		r.choice = choiceOf(chosen)
		return o.heldBack(chosen, now)
	}
	end := asked.Add(o.cfg.Deadline - c.AttemptLimit)
	wait := coordination.WholeSeconds(o.firstAttempt(chosen, end).Sub(now), chosen.Slot)
	if wait > 0 {
		r.choice = choiceOf(chosen)
	}
	r.choice.start = &contract.Start{Next: chosen.Next, WaitSeconds: wait, Slot: chosen.Slot}
	r.input, err = withStart(r.input, *r.choice.start)
	return err
}

// earliest is the first moment at which the egress can be there; zero for now.
func (c Coordination) earliest(now time.Time) time.Time {
	if ahead := coordination.Ahead(c.Limits); ahead > 0 {
		return now.Add(ahead)
	}
	return time.Time{}
}

// longestWait is how long the first attempt may wait so that it is still of use.
func (c Coordination) longestWait(deadline time.Duration) time.Duration {
	return min(c.MaxWait, deadline-c.AttemptLimit)
}

// choiceOf says what holds the first egress back.
func choiceOf(c coordination.Choice) choice {
	if c.CoolDown == nil {
		return choice{reason: contract.WaitSlot, until: c.At, words: "the upstream's limit has no slot before"}
	}
	reason := contract.WaitRequested
	switch {
	case c.CoolDown.Minimum && c.CoolDown.Of.Scope == contract.ScopePool:
		reason = contract.WaitCoolDown
	case c.CoolDown.Minimum:
		reason = contract.WaitMinimum
	}
	return choice{reason: reason, until: c.At, egress: cmp.Or(c.CoolDown.Of.Egress, c.Egress()), words: coolDownWords(*c.CoolDown)}
}

// coolDownWords say whose cool-down it is, and which execution was told of it.
func coolDownWords(c coordination.CoolDown) string {
	who := "the credential"
	switch {
	case c.Of.Egress > 0:
		who = fmt.Sprintf("egress %d", c.Of.Egress)
	case c.Of.Scope == contract.ScopePool:
		who = "the pool"
	}
	return fmt.Sprintf("%s cools down until %s (%s)", who, c.Until.UTC().Format("2006-01-02T15:04:05Z"), c.Source())
}

// firstAttempt is when the first attempt goes. Executions that wait for the same cool-down do not
// come back together; those that have booked do not anyway.
func (o *Orchestrator) firstAttempt(c coordination.Choice, end time.Time) time.Time {
	if c.CoolDown == nil || c.Slot != nil {
		return c.At
	}
	return c.At.Add(o.env.share(min(o.cfg.Coordination.Jitter, max(end.Sub(c.At), 0))))
}

// heldBack is the problem of a request for which no execution is started.
func (o *Orchestrator) heldBack(c coordination.Choice, now time.Time) *problem {
	detail := limitUsedUp
	if c.CoolDown != nil {
		detail = "The egresses cool down, as the upstream has requested, for longer than the workflow may wait."
	}
	left := c.At.Sub(now)
	return upstreamRateLimited.problem(detail + " Nothing was sent to the upstream.").
		retryAfter(max(int((left+time.Second-1)/time.Second), 1))
}

// quiet is how long a table that does not answer is not worth another line: a pool asks it
// again no sooner.
const quiet = 5 * time.Second

// logUnchosen writes the one line about a table that is of no use.
func (o *Orchestrator) logUnchosen(execution string, err error) {
	now := o.env.Clock.Now()
	if errors.Is(err, coordination.ErrUnavailable) {
		last := o.unavailable.Swap(now.UnixNano())
		if since := now.Sub(time.Unix(0, last)); since >= 0 && since < quiet {
			o.unavailable.CompareAndSwap(now.UnixNano(), last)
			return
		}
	}
	o.env.Log.LogAttrs(context.Background(), slog.LevelWarn, contract.CoordinationMessage,
		slog.String("execution", execution), slog.String("problem", contract.ProblemNoTable), slog.String("reason", err.Error()))
}

// withStart adds a start to an ExecutionInput.
func withStart(input string, start contract.Start) (string, error) {
	text, err := encodeJSON(start)
	if err != nil {
		return "", workflowUnavailable.problem("The request could not be written as JSON.").because(err)
	}
	return input[:len(input)-1] + `,"start":` + string(text) + "}", nil
}

// isSameRequest compares two ExecutionInputs but for their start, which is chosen anew each
// time that a request comes.
func isSameRequest(a, b string) bool {
	return a == b || withoutStart(a) == withoutStart(b)
}

func withoutStart(input string) string {
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(input), &members) != nil {
		return input
	}
	delete(members, "start")
	text, err := json.Marshal(members)
	if err != nil {
		return input
	}
	return string(text)
}
