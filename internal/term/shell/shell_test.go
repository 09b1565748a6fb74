package shell_test

import (
	"os/exec"
	"testing"

	"github.com/sfngen/sfngen/internal/term/shell"
)

func TestQuote(t *testing.T) {
	for word, want := range map[string]string{
		"acme-orders":           "acme-orders",
		"stacks/acme-orders":    "stacks/acme-orders",
		"":                      "''",
		"my work/orders":        "'my work/orders'",
		"it's":                  `'it'\''s'`,
		"$(rm -rf /);*?~`!\n\t": "'$(rm -rf /);*?~`!\n\t'",
		"grüße":                 "'grüße'",
	} {
		if got := shell.Quote(word); got != want {
			t.Errorf("Quote(%q) = %s, want %s", word, got, want)
		}
	}
}

// What a shell makes of a quoted word is the word.
func TestAShellReadsTheWordBack(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		return // Windows has none; TestQuote holds there
	}
	for _, word := range []string{"plain", "a b", "it's", `"$HOME"\`, "`x` $(y) ; & | < > * ? [ ] # ~ = %", "-n", "\n"} {
		out, err := exec.Command(sh, "-c", "printf %s "+shell.Quote(word)).Output()
		if err != nil || string(out) != word {
			t.Errorf("%q comes back as %q (%v)", word, out, err)
		}
	}
}
