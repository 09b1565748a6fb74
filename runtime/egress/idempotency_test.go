package egress

import (
	"testing"

	"github.com/sfngen/sfngen/runtime/contract"
)

func TestMayResend(t *testing.T) {
	tests := []struct {
		name              string
		method            string
		unsafe            contract.UnsafeMethods
		key               string
		certain, possible bool // what follows when it is certain that nothing happened, or possible
	}{
		{"GET", "GET", contract.UnsafeGuarded, "", true, true},
		{"HEAD", "HEAD", contract.UnsafeGuarded, "", true, true},
		{"PUT", "PUT", contract.UnsafeGuarded, "", true, true},
		{"DELETE", "DELETE", contract.UnsafeGuarded, "", true, true},
		{"OPTIONS", "OPTIONS", contract.UnsafeGuarded, "", true, true},
		{"TRACE", "TRACE", contract.UnsafeGuarded, "", true, true},
		{"GET, refuse is for unsafe methods", "GET", contract.UnsafeRefuse, "", true, true},
		{"POST, guarded", "POST", contract.UnsafeGuarded, "", true, false},
		{"POST, guarded with a key", "POST", contract.UnsafeGuarded, "idempotency-key", true, true},
		{"POST, allow", "POST", contract.UnsafeAllow, "", true, true},
		{"POST, refuse", "POST", contract.UnsafeRefuse, "", false, false},
		{"POST, refuse even with a key", "POST", contract.UnsafeRefuse, "idempotency-key", false, false},
		{"PATCH, guarded", "PATCH", contract.UnsafeGuarded, "", true, false},
		{"an unknown method", "PURGE", contract.UnsafeGuarded, "", true, false},
		{"methods have a case", "get", contract.UnsafeGuarded, "", true, false},
		{"no policy is guarded", "POST", "", "", true, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := attempt{Invocation: first(test.method)}
			a.Policy.UnsafeMethods, a.Policy.IdempotencyHeader = test.unsafe, test.key
			diff(t, "certain", test.certain, a.mayResend(true))
			diff(t, "possible", test.possible, a.mayResend(false))
		})
	}
}
