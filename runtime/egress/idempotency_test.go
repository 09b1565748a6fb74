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

func TestNameUUID(t *testing.T) {
	const dns, url = "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "6ba7b811-9dad-11d1-80b4-00c04fd430c8" // RFC 9562 6.6
	tests := []struct{ name, namespace, of, want string }{
		{"RFC 9562 A.4", dns, "www.example.com", "2ed6657d-e927-568b-95e1-2665a8aea6a2"},
		{"our namespace", url, "https://github.com/sfngen/sfngen#idempotency-key", contract.KeyNamespace},
		{"a schedule's run", contract.KeyNamespace, "acme/nightly/2026-12-01T03:00:00Z", "488af914-81f8-56fb-bae4-0b998976a1ab"},
		{"its next run", contract.KeyNamespace, "acme/nightly/2026-12-02T03:00:00Z", "9c256494-54ac-5810-b1a5-4ff0111f0ece"},
		{"a name beyond ASCII", contract.KeyNamespace, "é€𝄞", "7e8eb539-1e2a-5465-a887-85e9261fd7d2"},
		{"no name", contract.KeyNamespace, "", "10c3d9cd-3b5a-5432-a972-5c12435d3c31"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { diff(t, "UUID", test.want, nameUUID(test.namespace, test.of)) })
	}
}
