package stack_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/sfngen/sfngen/internal/gen/stack"
)

// From a spec's text to its stack in memory; ns per spec should not depend on how
// many there are, and grow no faster than attempts times egresses.
func BenchmarkLoad(b *testing.B) {
	story, err := os.ReadFile(examplesDir + "/acme-orders.yaml")
	if err != nil {
		b.Fatal(err)
	}
	cases := map[string]string{"story": string(story)}
	for _, n := range []int{1, 5, 10, 50} {
		cases[fmt.Sprintf("%02dx%02d", n, n)] = fmt.Sprintf(
			"version: 1\nname: grid\nupstream: {url: 'https://api.example'}\nretry: {maxAttempts: %d}\nworkflow: {type: standard}\n", n)
	}
	for name, src := range cases {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if s, findings := stack.Load("spec.yaml", []byte(src)); s == nil {
					b.Fatal(findings)
				}
			}
		})
	}
}
