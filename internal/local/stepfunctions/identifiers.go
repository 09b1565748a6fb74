package stepfunctions

import (
	"encoding/binary"
	"strings"
	"sync"

	"github.com/sfngen/sfngen/internal/uuid"
)

// checkARN checks that text is an ARN of Step Functions for a resource of this
// type: arn:PARTITION:states:REGION:ACCOUNT:TYPE:NAME…
func checkARN(text, resourceType string) error {
	if !strings.HasPrefix(text, "arn:") {
		return invalidARN("Invalid ARN prefix: "+text,
			"Send arn:aws:states:REGION:ACCOUNT:"+resourceType+":NAME")
	}
	parts := strings.Split(text, ":")
	if len(parts) < 7 || parts[2] != "states" {
		return invalidARN("Not an ARN of Step Functions: "+text,
			"Send arn:aws:states:REGION:ACCOUNT:"+resourceType+":NAME")
	}
	if parts[5] != resourceType {
		return invalidARN("Resource type not valid in this context: "+parts[5], "")
	}
	return nil
}

// executionARN has the machine's name and the execution's, and for Express a
// UUID, because Express names may be used again (Step Functions API,
// StartExecution).
func (s *Service) executionARN(m *machine, name string) string {
	scope, _, _ := strings.Cut(m.ARN, ":stateMachine:")
	if m.Type == Express {
		return scope + ":express:" + m.Name + ":" + name + ":" + s.uuid()
	}
	return scope + ":execution:" + m.Name + ":" + name
}

// oneAtATime makes a random source safe for concurrent use.
func oneAtATime(random func() float64) func() float64 {
	var mu sync.Mutex
	return func() float64 {
		mu.Lock()
		defer mu.Unlock()
		return random()
	}
}

// uuid comes out of the environment's random numbers, as everything random does.
func (s *Service) uuid() string {
	var random [16]byte
	for i := 0; i < len(random); i += 4 {
		binary.BigEndian.PutUint32(random[i:], uint32(s.random()*(1<<32)))
	}
	return uuid.Of(random)
}
