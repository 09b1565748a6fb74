package orchestrator

import (
	"fmt"
	"io"
	"strings"
)

// machineARN is arn:PARTITION:states:REGION:ACCOUNT:stateMachine:NAME, in any
// partition, split where an execution's ARN differs. A version's or an alias's
// qualifier is no part of an execution's ARN.
type machineARN struct{ scope, name string }

func parseMachineARN(text string) (machineARN, error) {
	parts := strings.Split(text, ":")
	if len(parts) != 7 && len(parts) != 8 || parts[0] != "arn" || parts[2] != "states" || parts[5] != "stateMachine" || parts[6] == "" {
		return machineARN{}, fmt.Errorf("state machine ARN: %q is not of the form arn:aws:states:REGION:ACCOUNT:stateMachine:NAME", text)
	}
	return machineARN{scope: strings.Join(parts[:5], ":"), name: parts[6]}, nil
}

func (m machineARN) execution(name string) string {
	return m.scope + ":execution:" + m.name + ":" + name
}

const executionNameLimit = 80

// isExecutionName reports what Step Functions takes and CloudWatch can log (Step
// Functions quotas, "execution name").
func isExecutionName(name string) bool {
	return name != "" && len(name) <= executionNameLimit && strings.IndexFunc(name, isUnsafe) < 0
}

// isUnsafe reports whether a name of an execution cannot hold the character.
func isUnsafe(r rune) bool {
	isSafe := r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '_' || r == '-'
	return !isSafe
}

// safeName makes a name of an id, character by character.
func safeName(id string) string {
	name := strings.Map(func(r rune) rune {
		if isUnsafe(r) {
			return '-'
		}
		return r
	}, id)
	return name[:min(len(name), executionNameLimit)]
}

// randomName is a UUID, version 4 (RFC 9562 5.4).
func (o *Orchestrator) randomName() (string, error) {
	var id [16]byte
	if _, err := io.ReadFull(o.env.Random, id[:]); err != nil {
		return "", err
	}
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:]), nil
}
