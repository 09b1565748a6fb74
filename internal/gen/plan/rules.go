package plan

import (
	"fmt"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// rulesOf are the rules as an egress gets them; nil for none.
func rulesOf(r spec.Retry) []contract.Rule {
	var rules []contract.Rule
	for _, rule := range r.Rules {
		out := contract.Rule{Name: rule.Name, When: rule.When.Conditions(), Is: rule.Is, Acted: rule.Acted,
			PoolCoolDownSeconds: poolCoolDown(rule)}
		if rule.Is == contract.MeansRateLimited {
			out.Scope, out.MinSeconds = rule.Scope, seconds(r.RateLimit.MinWait)
			if out.PoolCoolDownSeconds > 0 {
				out.Scope = contract.ScopeCredential // all wait
			}
		}
		if rule.MinWait != nil && isRetried(rule.Is) {
			out.MinSeconds = seconds(*rule.MinWait)
		}
		rules = append(rules, out)
	}
	return rules
}

func poolCoolDown(rule spec.Rule) int {
	if rule.CoolDown == nil || rule.Is == contract.MeansSuccess {
		return 0
	}
	return seconds(rule.CoolDown.Pool)
}

func isRetried(is contract.Meaning) bool {
	return is == contract.MeansRateLimited || is == contract.MeansTransient
}

// Rules are what single answers mean, in order; nil where the lists of codes say all.
func (p *Plan) Rules() []contract.Rule { return p.Attempts[0].Policy.Rules }

// HasLimitRule reports whether a rule takes answers for a limit.
func (p *Plan) HasLimitRule() bool { return len(p.ruleNames(contract.MeansRateLimited)) > 0 }

// HasTransientRule reports whether a rule takes answers for a failure that may pass.
func (p *Plan) HasTransientRule() bool { return len(p.ruleNames(contract.MeansTransient)) > 0 }

// Starts reports whether the workflow begins with a state of its own, which draws the
// first egress, holds the rules, or both.
func (p *Plan) Starts() bool { return p.RandomStart || p.holdsRules || p.Coordinates() }

// otherScope is the scope that is not the spec's.
func otherScope(r spec.Retry) contract.Scope {
	if r.RateLimit.Scope == contract.ScopeIP {
		return contract.ScopeCredential
	}
	return contract.ScopeIP
}

// least is the least wait before an attempt follows such an answer. After a longer
// cool-down than what may be waited none follows.
func least(r spec.Retry, rule contract.Rule) int {
	if rule.PoolCoolDownSeconds > seconds(r.RateLimit.MaxWait) {
		return rule.MinSeconds
	}
	return max(rule.MinSeconds, rule.PoolCoolDownSeconds)
}

// otherFloor is the least wait after a limit that counts what the others do not: that of
// the rule with the shortest. Without such a rule there is none.
func otherFloor(r spec.Retry) (floor time.Duration, known bool) {
	for _, rule := range rulesOf(r) {
		if rule.Is != contract.MeansRateLimited || rule.Scope != otherScope(r) {
			continue
		}
		if wait := time.Duration(least(r, rule)) * time.Second; !known || wait < floor {
			floor, known = wait, true
		}
	}
	return floor, known
}

// longestMinWait is that of all limits, or of all other failures.
func longestMinWait(r spec.Retry, is contract.Meaning) int {
	longest := 0
	if is == contract.MeansRateLimited {
		longest = seconds(r.RateLimit.MinWait)
	}
	for _, rule := range rulesOf(r) {
		if rule.Is == is {
			longest = max(longest, least(r, rule))
		}
	}
	return longest
}

// rulesFindings bounds what every attempt carries.
func rulesFindings(file *spec.File, p *Plan) []spec.Finding {
	size := len(CompactJSON(p.Rules()))
	if len(p.Rules()) == 0 || size <= contract.RulesSizeLimit {
		return nil
	}
	return []spec.Finding{file.Error("rules-too-large", "retry.rules",
		fmt.Sprintf("the rules are %d bytes long as JSON, and every attempt carries them: at most %d fit", size, contract.RulesSizeLimit),
		"shorten their lists and expressions, or leave out the longest")}
}
