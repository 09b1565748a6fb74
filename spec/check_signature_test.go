package spec_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestForwardedSignatures(t *testing.T) {
	const at = " at upstream.forwardHeaders"
	const open = "open-function-url at triggers.functionUrl.auth"
	for _, test := range []struct {
		name, auth, headers string
		want                []string
	}{
		{"a key of the caller's", "none", "[authorization, x-api-key]", []string{open}},
		{"RFC 9421", "none", "[signature, Signature-Input]", []string{"stale-signature" + at + "[0]", "stale-signature" + at + "[1]", open}},
		{"DPoP", "iam", "[accept, dpop]", []string{"stale-signature" + at + "[1]"}},
		{"AWS's, of a caller who may call the URL", "iam", "[authorization, x-amz-date]",
			[]string{"forwarded-signature" + at + "[0]", "stale-signature" + at + "[1]"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			src := "version: 1\nname: acme\nupstream: {url: https://api.acme.example, forwardHeaders: " + test.headers + "}\n" +
				"retry: {maxAttempts: 3}\ntriggers: {functionUrl: {auth: " + test.auth + "}}\n"
			if diff := cmp.Diff(test.want, found(t, src)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
