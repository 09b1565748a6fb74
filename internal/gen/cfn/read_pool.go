package cfn

import (
	"encoding/json"

	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Pool is what a template says of executions that know of each other.
type Pool struct {
	Table          string // its name
	Limits         []contract.Limit
	OwnCredentials bool // each egress has a credential of its own
}

// ReadPool reads it; ok is false where each execution is alone (egress.coordination).
func ReadPool(text []byte) (pool Pool, ok bool) {
	var t struct {
		Resources map[string]struct {
			Type       string `yaml:"Type"`
			Properties struct {
				TableName  string    `yaml:"TableName"`
				Definition yaml.Node `yaml:"Definition"`
			} `yaml:"Properties"`
		} `yaml:"Resources"`
	}
	if yaml.Unmarshal(text, &t) != nil {
		return Pool{}, false
	}
	for _, r := range t.Resources {
		if r.Type == "AWS::DynamoDB::Table" {
			pool.Table = r.Properties.TableName
		}
	}
	machine := t.Resources[StateMachineID].Properties.Definition
	policy, found := policyIn(&machine)
	if !found || policy.Coordination == nil || pool.Table == "" {
		return Pool{}, false
	}
	pool.Limits, pool.OwnCredentials = policy.Coordination.Limits, policy.RateLimited.OwnCredentials
	return pool, true
}

// poolPolicy is the part of a contract.Policy that is about the pool, and the header of
// idempotency keys.
type poolPolicy struct {
	IdempotencyHeader string `json:"idempotencyHeader"`

	Coordination *contract.Coordination `json:"coordination"`
	RateLimited  struct {
		OwnCredentials bool `json:"ownCredentials"`
	} `json:"rateLimited"`
}

// policyIn is the policy of the first attempt that a definition has.
func policyIn(node *yaml.Node) (poolPolicy, bool) {
	if node.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == "policy" {
				return readPolicy(node.Content[i+1])
			}
		}
	}
	for _, child := range node.Content {
		if policy, ok := policyIn(child); ok {
			return policy, true
		}
	}
	return poolPolicy{}, false
}

func readPolicy(node *yaml.Node) (p poolPolicy, ok bool) {
	var value map[string]any
	if node.Decode(&value) != nil {
		return poolPolicy{}, false
	}
	text, err := json.Marshal(value)
	ok = err == nil && json.Unmarshal(text, &p) == nil
	return p, ok
}
