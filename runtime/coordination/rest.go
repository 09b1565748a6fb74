package coordination

import (
	"fmt"
	"time"
)

// restTime is how long a store that did not answer is not asked.
const restTime = 5 * time.Second

// resting is the error while the store is not asked.
func (p *pool) resting() error {
	now := p.clock.now()
	p.mu.Lock()
	defer p.mu.Unlock()
	left := restTime - now.Sub(p.failed)
	if p.reason == nil || left <= 0 || left > restTime {
		return nil
	}
	return &NotAsked{Left: left, Reason: p.reason}
}

func (p *pool) rest(reason error) {
	now := p.clock.now()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failed, p.reason = now, reason
}

func (p *pool) answered() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reason = nil
}

// NotAsked is the error while the store is not asked, because it has just not answered. It
// wraps ErrUnavailable. What was the matter has been said: a log needs no second line.
type NotAsked struct {
	Left   time.Duration // until it is asked again
	Reason error         // as it failed
}

func (n *NotAsked) Error() string {
	return fmt.Sprintf("not asked for another %s: %v", n.Left.Round(time.Millisecond), n.Reason)
}

func (n *NotAsked) Unwrap() error { return n.Reason }
