package main

import (
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/screen"
)

// STACK and --stack-name say together which stack of CloudFormation is meant, and
// of which spec it has to be.
func TestWhichStackIsMeant(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "orders.yaml", "version: 1\nname: orders\nupstream: {url: 'https://api.example'}\nretry: {maxAttempts: 1}\n")
	if code, _, stderr := run("build", "orders.yaml"); code != exitFine {
		t.Fatal(stderr)
	}
	if err := os.Mkdir("plain", 0o777); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ arg, flag, stack, spec, wrong string }{
		{"orders", "", "orders", "orders", ""},
		{"stacks/orders", "", "orders", "orders", ""},
		{"orders", "live", "live", "orders", ""},
		{"live", "", "live", "", ""},
		{"live", "live", "live", "", ""},
		{"plain", "", "plain", "", ""},
		{"live", "other", "", "", "no such stack: neither live nor stacks/live is a folder here; sfngen build writes it from a spec, and " +
			"--stack-name names another stack than live: name a folder, or leave one of them out"},
		{"plain", "other", "", "", "plain is not a stack of sfngen's (template.yaml is missing): name the folder that sfngen build writes, " +
			"such as stacks/acme-orders, and --stack-name names another stack than plain: name a folder, or leave one of them out"},
		{"no/where", "live", "", "", "no such stack: there is no folder no/where; sfngen build writes it from a spec"},
		{"no/where", "", "", "", "no such stack: there is no folder no/where; sfngen build writes it from a spec"},
	}
	for _, test := range tests {
		flags := awsFlags{stackName: test.flag}
		name, spec, err := flags.named(t.Context(), test.arg)
		wrong := ""
		if err != nil {
			wrong = err.Error()
		}
		if name != test.stack || spec != test.spec || wrong != test.wrong {
			t.Errorf("%s --stack-name %q: %q of %q, %q\nwant %q of %q, %q", test.arg, test.flag, name, spec, wrong, test.stack, test.spec,
				test.wrong)
		}
	}
}

func TestStackNamesAreCloudFormations(t *testing.T) {
	for name, good := range map[string]bool{
		"orders": true, "A-1": true, "": false, "1a": false, "a b": false, "a_b": false, "a.b": false, "-a": false,
		strings.Repeat("a", 128): true, strings.Repeat("a", 129): false,
	} {
		var flags awsFlags
		c := &cobra.Command{}
		flags.addStack(c)
		if err := c.Flags().Set("stack-name", name); (err == nil) != good {
			t.Errorf("--stack-name %q: %v", name, err)
		}
	}
}

func TestCommandsCanBePasted(t *testing.T) {
	flags := awsFlags{stackName: "live", region: "eu-west-1", profile: "my own"}
	want := "sfngen trace 'my work/stacks/orders' 0110 --stack-name live --region eu-west-1 --profile 'my own'"
	if got := flags.command("trace", "my work/stacks/orders", "0110"); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// Who runs it from cron has /dev/null for a standard input: a device, and nobody.
func TestNobodyIsAtDevNull(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if screen.CanType(null) || screen.IsTerminal(screen.New(null, color.Auto)) {
		t.Error("/dev/null is taken for a terminal")
	}
}
