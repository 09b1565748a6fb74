package coordination_test

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/sfngen/sfngen/runtime/coordination"
)

// memory is a store in memory. A change that a table would refuse is an error.
type memory struct {
	mu     sync.Mutex
	items  coordination.Items
	stale  coordination.Items // what Read gives, where it lags
	lags   bool               // a Read does not see the last Write
	silent bool               // a Conflict does not say what has changed
	fail   func() error       // nil: nothing does
	date   func() time.Time   // nil: no answer has one
	reads  int
	writes int
}

func newMemory() *memory {
	return &memory{items: coordination.Items{}, stale: coordination.Items{}}
}

func (m *memory) Read(ctx context.Context, credential string) (coordination.Items, time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reads++
	if err := m.failure(ctx); err != nil {
		return nil, time.Time{}, err
	}
	known := m.items
	if m.lags {
		known = m.stale
	}
	found := coordination.Items{}
	for of, item := range known {
		if of.Credential == "" || of.Credential == credential {
			found[of] = copied(item)
		}
	}
	m.stale = maps.Clone(m.items)
	var date time.Time
	if m.date != nil {
		date = m.date()
	}
	return found, date, nil
}

func (m *memory) Write(ctx context.Context, changes []coordination.Change) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.failure(ctx); err != nil {
		return err
	}
	conflict := coordination.Conflict{Items: coordination.Items{}}
	for i, change := range changes {
		if err := valid(changes[:i], change); err != nil {
			return err
		}
		if now := m.items[change.Of]; now.Version != change.From.Version {
			conflict.Items[change.Of] = copied(now)
		}
	}
	if len(conflict.Items) > 0 {
		if m.silent {
			conflict.Items = nil
		}
		return fmt.Errorf("written: %w", &conflict)
	}
	m.writes++
	m.stale = maps.Clone(m.items)
	for _, change := range changes {
		m.items[change.Of] = copied(change.To)
	}
	return nil
}

func (m *memory) failure(ctx context.Context) error {
	if m.fail != nil {
		if err := m.fail(); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func valid(before []coordination.Change, change coordination.Change) error {
	pk, sk := change.Of.Key()
	if of, err := coordination.IdentityAt(pk, sk); err != nil || of != change.Of {
		return fmt.Errorf("%v is kept as %v (%v)", change.Of, of, err)
	}
	for _, other := range before {
		if other.Of == change.Of {
			return fmt.Errorf("two changes of %v", change.Of)
		}
	}
	if change.To.Version != change.From.Version+1 {
		return fmt.Errorf("version %d after %d", change.To.Version, change.From.Version)
	}
	return nil
}

func copied(item coordination.Item) coordination.Item {
	item.Logs = maps.Clone(item.Logs)
	return item
}
