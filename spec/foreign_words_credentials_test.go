package spec

import (
	"strings"
	"testing"
)

// TestCredentialHints: what a word's hint shows is the field that it leads to, and can be
// written so.
func TestCredentialHints(t *testing.T) {
	for _, word := range credentialWords {
		if word.carry != noValue {
			continue
		}
		_, example, ok := strings.Cut(referenceHint(word.target), " as in ")
		example, _, _ = strings.Cut(example, ", PEM")
		field, value, _ := strings.Cut(example, ": ")
		if !ok || !strings.HasPrefix(word.target, field) && !strings.HasPrefix(field, word.target) {
			t.Errorf("%s leads to %s, and its hint shows %q", word.word, word.target, field)
			continue
		}
		_, findings := Parse("spec.yaml", []byte("version: 1\nname: acme\nupstream:\n  url: https://api.acme.example\n  credentials: {"+
			strings.TrimPrefix(field, credentialsPath+".")+": "+value+"}\nretry: {maxAttempts: 2, rateLimit: {scope: credential}}\n"))
		if len(findings) > 0 {
			t.Errorf("%s: the hint %q gives %v", word.word, example, findings)
		}
	}
}
