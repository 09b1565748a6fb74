package egress

import (
	"fmt"
	"net/http"

	"github.com/sfngen/sfngen/runtime/contract"
)

// isIdempotent reports whether a method may be repeated by its definition
// (RFC 9110 9.2.2). A method that it does not name is not.
func isIdempotent(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodOptions, http.MethodTrace:
		return true
	}
	return false
}

// mayResend reports whether the request may go out again after an attempt of
// which it is, or is not, certain that the upstream did not act on it.
func (a attempt) mayResend(certain bool) bool {
	if isIdempotent(a.Input.Request.Method) {
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

// unsafeReason says why mayResend said no, and what would change it.
func (a attempt) unsafeReason() string {
	method := a.Input.Request.Method
	if a.Policy.UnsafeMethods == contract.UnsafeRefuse {
		return fmt.Sprintf("%s is never sent again (retry.idempotency.unsafeMethods: refuse)", method)
	}
	return fmt.Sprintf("%s is not sent again, because the upstream may have acted on it; retry.idempotency.header makes that safe", method)
}
