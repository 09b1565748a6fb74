package review_test

import (
	"strings"
	"testing"
)

// What a stack of a platform team loses, and what it does not.
func TestChangesOfOperations(t *testing.T) {
	const other = "arn:aws:kms:eu-central-1:123456789012:key/9876fedc-12ab-34cd-56ef-1234567890ab"
	with := func(fields string) string { return base + "operations: {" + fields + "}\n" }
	for _, test := range []struct{ name, from, to, want string }{
		{"another key", with("kmsKey: '" + aKey + "'"), with("kmsKey: '" + other + "'"),
			"! unreadable: logs and messages that are there need " + aKey + " as long as they are kept"},
		{"no key", with("kmsKey: '" + aKey + "'"), base, "! unreadable: logs and messages that are there need " + aKey},
		{"no boundary", with("permissionsBoundary: 'arn:aws:iam::123456789012:policy/b'"), base,
			"! wider-permission: no boundary bounds the roles of the stack any more; it was arn:aws:iam::123456789012:policy/b"},
		{"another boundary", with("permissionsBoundary: 'arn:aws:iam::123456789012:policy/b'"),
			with("permissionsBoundary: 'arn:aws:iam::123456789012:policy/c'"),
			"! wider-permission: arn:aws:iam::123456789012:policy/c bounds the roles of the stack, no longer arn:aws:iam::123456789012:policy/b"},
		{"logs that go again", with("retainLogs: true"), base, "! deleted: the logs go with the stack again"},
		{"the class back", with("logClass: infrequentAccess"), base, "! deployment-fails: Egress1LogGroup (log group of egress 1),"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := text(of(t, load(t, test.to), files(load(t, test.from)))); !strings.Contains(got, test.want) {
				t.Errorf("the summary lacks %q:\n%s", test.want, got)
			}
		})
	}
}

// A log group that outlives its egress loses no logs.
func TestKeptLogsAreNotLost(t *testing.T) {
	kept := base + "operations: {retainLogs: true}\n"
	got := text(of(t, load(t, strings.Replace(kept, "count: 3", "count: 2", 1)), files(load(t, kept))))
	if strings.Contains(got, "the logs are lost") || !strings.Contains(got, "Egress3LogGroup") {
		t.Errorf("%s", got)
	}
}
