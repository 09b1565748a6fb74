package spec

import (
	"slices"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// checkUnsafeMethods warns where POST and PATCH are retried less, or more, than
// their writer may think.
func (f *File) checkUnsafeMethods() {
	if !f.allSound("upstream.methods", "triggers", "retry.idempotency", "retry.maxAttempts") {
		return
	}
	unsafe := f.unsafeMethods()
	idempotency := f.Spec.Retry.Idempotency
	if len(unsafe) == 0 || idempotency.Header != "" || f.Spec.Retry.MaxAttempts == 1 {
		return
	}
	methods := strings.Join(unsafe, " and ")
	switch idempotency.UnsafeMethods {
	case contract.UnsafeGuarded:
		f.warn("unguarded-method", "retry.idempotency",
			methods+" is retried only when the API certainly did not act: not after a timeout, a 500, 502 or 504",
			"set retry.idempotency.header if the API knows idempotency keys, or unsafeMethods: refuse if it must never be sent twice")
	case contract.UnsafeAllow:
		f.warn("unsafe-retry", "retry.idempotency.unsafeMethods",
			methods+" is sent again after a timeout or a broken connection, so the API may act twice",
			"set retry.idempotency.header if the API knows idempotency keys")
	}
}

// checkRefused: where all methods are unsafe, refusing those leaves nothing that
// a retry is for.
func (f *File) checkRefused() {
	const path = "retry.idempotency.unsafeMethods"
	if !f.allSound("upstream.methods", "triggers", path, "retry.maxAttempts") || f.Spec.Retry.MaxAttempts == 1 {
		return
	}
	unsafe := f.unsafeMethods()
	all := !slices.ContainsFunc(f.usedMethods(), func(method string) bool { return !slices.Contains(unsafe, method) })
	if all && f.Spec.Retry.Idempotency.UnsafeMethods == contract.UnsafeRefuse {
		f.warn("nothing-retryable", path, "refuse never retries "+strings.Join(unsafe, " and ")+", and the spec has no other method, so no failure is retried",
			"write guarded, which retries where it is safe, or retry.maxAttempts: 1 if that is what you want")
	}
}

// unsafeMethods are the methods in use that are not idempotent (RFC 9110 9.2.2;
// RFC 5789 for PATCH).
func (f *File) unsafeMethods() []string {
	used := f.usedMethods()
	return slices.DeleteFunc([]string{"POST", "PATCH"}, func(method string) bool { return !slices.Contains(used, method) })
}

// usedMethods are those of callers, schedules and events.
func (f *File) usedMethods() []string {
	used := slices.Clone(f.Spec.Upstream.Methods)
	for _, schedule := range f.Spec.Triggers.Schedules {
		used = append(used, schedule.Request.Method)
	}
	for _, event := range f.Spec.Triggers.Events {
		used = append(used, event.Request.Method)
	}
	return used
}
