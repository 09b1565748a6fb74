package main

import (
	"errors"
	"testing"

	"github.com/spf13/cobra"
)

// What cobra says of wrong use is not for who reads it.
func TestWrongUseInOurWords(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
		want string
	}{
		{"two flags", []string{"--b", "--a"}, "--a and --b cannot be used together; see 'tool call --help'"},
		{"three flags", []string{"--c", "--b", "--a"}, "--a, --b and --c cannot be used together; see 'tool call --help'"},
		{"no number", []string{"--n", "few"}, `invalid argument "few" for "--n" flag: must be a whole number; see 'tool call --help'`},
		{"no whole number", []string{"--n", "1.5"}, `invalid argument "1.5" for "--n" flag: must be a whole number; see 'tool call --help'`},
		{"too large a number", []string{"--n", "99999999999999999999"},
			`invalid argument "99999999999999999999" for "--n" flag: is out of range; see 'tool call --help'`},
		{"no share", []string{"--share", "half"}, `invalid argument "half" for "--share" flag: must be a number; see 'tool call --help'`},
		{"a word for yes", []string{"--a=yes"}, `invalid argument "yes" for "-a, --a" flag: must be true or false; see 'tool call --help'`},
		{"no such flag", []string{"--d"}, "unknown flag: --d; see 'tool call --help'"},
		{"its own words", nil, "if any flags in the group fail"},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := toolWithFlags()
			root.SetArgs(append([]string{"call"}, test.args...))
			c, err := root.ExecuteC()
			if err == nil {
				t.Fatal("nothing is wrong")
			}
			if got := inOurWords(c, err).Error(); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func toolWithFlags() *cobra.Command {
	root := &cobra.Command{Use: "tool", SilenceErrors: true, SilenceUsage: true}
	root.SetFlagErrorFunc(flagError)
	call := &cobra.Command{Use: "call", RunE: func(*cobra.Command, []string) error { return errors.New("if any flags in the group fail") }}
	call.Flags().BoolP("a", "a", false, "")
	call.Flags().Bool("b", false, "")
	call.Flags().Bool("c", false, "")
	call.Flags().Int("n", 0, "")
	call.Flags().Float64("share", 0, "")
	call.MarkFlagsMutuallyExclusive("a", "b", "c")
	root.AddCommand(call)
	return root
}
