// Package judge decides what an answer of the upstream means, by the policy of a
// definition: its rules first, then its lists of status codes. It is the one place that
// does: the egress asks it, and the check of a spec asks what a condition matches.
//
//	rules and lists   judge.go
//	conditions        conditions.go  of one rule
//	values            value.go       what a header's line or a JSON value has to be
//	patterns          pattern.go     regular expressions
//	bodies            body.go        a body as conditions see it, and its charset
//	                  valid.go       is it JSON?
//	                  walk.go        a path into it
//
// Nothing that an upstream sends makes it slow: it looks at BodyLimit of a body, reads it
// once for each condition, and has patterns without backtracking (RE2).
package judge

import (
	"net/http"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Request is what of the request bears on the answer's meaning.
type Request struct {
	Method string // upper case
	// Trigger is the name of the schedule or event that made it; "" for a caller.
	Trigger string
}

// Answer is what the upstream has answered.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte // unpacked; the beginning of one that is longer than contract.BodyLimit
}

// Verdict is what an answer means.
type Verdict struct {
	// Error is the name that it is reported under; "" for a success.
	Error string
	Rule  string // that decided, by its name; "" where the lists did
	// Scope is what the limit counts; "" where the answer is none.
	Scope contract.Scope
	// MinSeconds is the least wait after the answer, whatever it requests.
	MinSeconds int
	// PoolSeconds is how long no egress may call after the answer; 0 where it says nothing
	// of others. What all wait for is a limit of ScopeCredential.
	PoolSeconds int
	// Certain: the upstream certainly did not act on the request.
	Certain bool
	// Unread is the form of the body, such as br or utf-16, if a rule that might have
	// matched could not look at it; else "".
	Unread string
}

// Decide judges an answer.
func Decide(p contract.Policy, r Request, a Answer) Verdict {
	read := newBody(a)
	unread := ""
	for _, rule := range p.Rules {
		of, _ := missed(rule.When, r, a, read)
		if of == noPart {
			v := byRule(p, rule, a.Status)
			v.Unread = unread
			return v
		}
		if of == ofBody || of == ofJSON {
			unread = read.form
		}
	}
	v := byLists(p, r, a.Status)
	v.Unread = unread
	return v
}

func byRule(p contract.Policy, rule contract.Rule, status int) Verdict {
	v := Verdict{
		Error: rule.Is.Error(), Rule: rule.Name, MinSeconds: rule.MinSeconds, PoolSeconds: rule.PoolCoolDownSeconds, Certain: p.NotActed(status),
	}
	if rule.Acted != nil {
		v.Certain = !*rule.Acted
	}
	if v.Error == contract.ErrRateLimited {
		v.Scope = p.RateLimited.Scope
		if rule.Scope != "" {
			v.Scope = rule.Scope
		}
		if v.PoolSeconds > 0 {
			v.Scope = contract.ScopeCredential
		}
	}
	return v
}

func byLists(p contract.Policy, r Request, status int) Verdict {
	v := Verdict{Certain: p.NotActed(status)}
	switch {
	case isSuccess(p, r, status):
	case p.RateLimited.StatusCodes.Contains(status):
		v.Error, v.Scope, v.MinSeconds = contract.ErrRateLimited, p.RateLimited.Scope, p.RateLimited.MinSeconds
	case p.Transient.StatusCodes.Contains(status):
		v.Error = contract.ErrTransient
	default:
		v.Error = contract.ErrRejected
	}
	return v
}

func isSuccess(p contract.Policy, r Request, status int) bool {
	isRedirection := status >= 300 && status <= 399
	return p.SuccessStatusCodes.Contains(status) && !(isRedirection && needsMoreThanRedirect(p, r))
}

// needsMoreThanRedirect: a redirect says that the request is to be sent elsewhere
// (RFC 9110 15.4), and nobody follows it. Who asks for a page gets to see that. Who
// wants something done would take it for done.
func needsMoreThanRedirect(p contract.Policy, r Request) bool {
	return p.RedirectsFail && (r.Trigger != "" || !contract.IsIdempotent(r.Method))
}
