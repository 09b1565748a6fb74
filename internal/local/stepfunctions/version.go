package stepfunctions

import (
	"context"
	"net/http"
	"sync"

	"github.com/sfngen/sfngen/internal/drain"
)

// Version is a state machine as of one Put. It starts executions of that one, even
// after a later Put under its ARN.
type Version struct {
	service *Service
	machine *machine
	running sync.WaitGroup // its executions; added to under Service.mu
}

// Put creates the state machine with this ARN, or replaces it. Running executions
// keep the definition and the invoker that they started with.
func (s *Service) Put(m StateMachine) *Version {
	put := &machine{StateMachine: m, created: s.now()}
	revision := s.uuid()
	v := &Version{service: s, machine: put}
	put.version = v
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.machines[m.ARN]; old != nil {
		put.created, put.revision = old.created, revision
	}
	s.machines[m.ARN] = put
	return v
}

type versionKey struct{}

// ServeHTTP is the Service's API, in which the ARN means this version.
func (v *Version) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.service.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), versionKey{}, v)))
}

// Start is Service.Start for this version.
func (v *Version) Start(name string, input []byte) (Execution, error) {
	ctx := context.WithValue(context.Background(), versionKey{}, v)
	return v.service.startByHand(ctx, v.machine.ARN, name, input)
}

// Wait returns when none of the version's executions runs, or with ctx's error. No
// execution may be started during the call.
func (v *Version) Wait(ctx context.Context) error { return drain.Wait(ctx, &v.running) }

// machine is the state machine with this ARN, of any type.
func (s *Service) machine(ctx context.Context, arn string) (*machine, error) {
	if err := checkARN(arn, "stateMachine"); err != nil {
		return nil, err
	}
	if v, ok := ctx.Value(versionKey{}).(*Version); ok && v.machine.ARN == arn {
		return v.machine, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.machines[arn]; m != nil {
		return m, nil
	}
	return nil, noSuchMachine(arn)
}
