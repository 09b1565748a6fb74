package egress

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// mayResend reports whether the request may go out again after an attempt of
// which it is, or is not, certain that the upstream did not act on it.
func (a attempt) mayResend(certain bool) bool {
	if contract.IsIdempotent(a.Input.Request.Method) {
		return true
	}
	switch a.Policy.UnsafeMethods {
	case contract.UnsafeAllow:
		return true
	case contract.UnsafeRefuse:
		return false
	}
	return certain || a.Policy.IdempotencyHeader != ""
}

// ownKey is the idempotency key of a request that brings none. All attempts have the
// same one; so have all executions for one occurrence of a schedule.
func (a attempt) ownKey() string {
	if a.Input.Occurrence == "" {
		return a.Execution.Name
	}
	return nameUUID(contract.KeyNamespace, a.Input.Occurrence)
}

// nameUUID is the UUID, version 5, of a name in a namespace, which is a UUID itself
// (RFC 9562 5.5): SHA-1 of both, six bits of it replaced by version and variant. What
// counts is that it is always the same; nobody is kept from making the same one.
func nameUUID(namespace, name string) string {
	space, err := hex.DecodeString(strings.ReplaceAll(namespace, "-", ""))
	if err != nil {
		panic("egress: namespace: " + err.Error()) // a constant
	}
	sum := sha1.Sum(append(space, name...))
	id := sum[:16]
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}

// unsafeReason says why mayResend said no, and what would change it. rule is the one that
// decided; "" for none.
func (a attempt) unsafeReason(rule string) string {
	method := a.Input.Request.Method
	if a.Policy.UnsafeMethods == contract.UnsafeRefuse {
		return fmt.Sprintf("%s is never sent again (retry.idempotency.unsafeMethods: refuse)", method)
	}
	reason := method + " is not sent again, because the upstream may have acted on it; retry.idempotency.header makes that safe"
	silent := func(r contract.Rule) bool { return r.Name == rule && r.Acted == nil }
	if slices.ContainsFunc(a.Policy.Rules, silent) {
		reason += ", or acted: false in " + contract.RuleWords(rule) + " if such an answer means that it did not act"
	}
	return reason
}
