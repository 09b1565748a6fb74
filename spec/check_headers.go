package spec

import (
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// checkHeaders holds every place with header names against those that a spec
// cannot set.
func (f *File) checkHeaders() {
	f.checkHeaderMap("upstream.headers")
	f.checkHeaderList("upstream.forwardHeaders", f.Spec.Upstream.ForwardHeaders)
	f.checkOwnHeader("retry.idempotency.header", f.Spec.Retry.Idempotency.Header)
	f.checkForwardedSignature()
	f.checkFixedKey()
}

func (f *File) checkHeaderMap(path string) {
	for _, name := range f.keysOf(path) {
		at := keyPath(path, name)
		if !f.sound(at) || f.checkOwnHeader(at, name) {
			continue
		}
		if isSecretName(name) {
			copied, advice := "generated code", "let the caller send it, with its name in upstream.forwardHeaders"
			if strings.HasPrefix(path, "triggers.") {
				copied, advice = "template", "let a program that has the secret send this request to the function URL, in place of the trigger"
			}
			f.warn("secret-in-spec", at, "looks like a secret, and the spec is committed and copied into the "+copied, advice)
		}
	}
}

func (f *File) checkHeaderList(path string, names []string) {
	if !f.Has(path) || !f.sound(path) {
		return
	}
	for i, name := range names {
		f.checkOwnHeader(itemPath(path, i), name)
	}
}

// checkOwnHeader reports whether the name is one that a spec cannot set.
func (f *File) checkOwnHeader(path, name string) bool {
	why, own := contract.OwnHeaders[strings.ToLower(name)]
	if own && f.sound(path) {
		f.fail("connection-header", path, strings.ToLower(name)+" cannot be set by a spec: "+why, "remove it")
	}
	return own
}

// isSecretName tells by its name that a header carries what should not be in a
// repository.
func isSecretName(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "authorization", "cookie", "x-api-key", "api-key", "apikey", "x-auth", "private-token":
		return true
	}
	for _, end := range []string{"-token", "-secret", "-password", "-api-key", "-apikey", "-access-key", "-signature"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// checkForwardedSignature: behind auth iam the caller's credentials are those
// of AWS, and no API outside of it should see them.
func (f *File) checkForwardedSignature() {
	signed := f.Spec.Triggers.FunctionURL.Auth == "iam" && f.Spec.HasFunctionURL()
	if !signed || !f.allSound("triggers.functionUrl.auth", "upstream.forwardHeaders") {
		return
	}
	for i, name := range f.Spec.Upstream.ForwardHeaders {
		if name == "authorization" || name == "x-amz-security-token" {
			f.warn("forwarded-signature", itemPath("upstream.forwardHeaders", i),
				"with triggers.functionUrl.auth iam it holds the caller's AWS signature, which the API would get", "remove it")
		}
	}
}

// checkFixedKey: a key that is the same for all requests makes the API take the
// second request for a repetition of the first. A schedule may have one if it
// runs once, or holds what Scheduler makes different for each run.
func (f *File) checkFixedKey() {
	header := f.Spec.Retry.Idempotency.Header
	if header == "" {
		header = "idempotency-key"
	}
	f.rejectFixedKey("upstream.headers", header)
	for i, schedule := range f.Spec.Triggers.Schedules {
		path := itemPath("triggers.schedules", i)
		varies := strings.Contains(schedule.Request.Headers[header], "<aws.scheduler.")
		if !varies && !strings.HasPrefix(schedule.Expression, "at(") && f.sound(path+".expression") {
			f.rejectFixedKey(path+".request.headers", header)
		}
	}
	for i := range f.Spec.Triggers.Events {
		f.rejectFixedKey(itemPath("triggers.events", i)+".request.headers", header)
	}
}

func (f *File) rejectFixedKey(path, header string) {
	for _, name := range f.keysOf(path) {
		if at := keyPath(path, name); strings.ToLower(name) == header && f.sound(at) {
			f.fail("fixed-idempotency-key", at, "every request would carry the same key, and the API would act on the first one only",
				"remove it and set retry.idempotency.header: "+header+", then each request gets its own")
		}
	}
}
