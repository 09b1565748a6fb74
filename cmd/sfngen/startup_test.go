package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestStartUp holds what every command pays before it begins: what the program is
// linked with, and what its packages do before main. Both grow unseen, by an import.
func TestStartUp(t *testing.T) {
	program := filepath.Join(t.TempDir(), "sfngen")
	if text, err := exec.Command("go", "build", "-ldflags=-w", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	t.Run("linked", func(t *testing.T) { linkedWithWhatIsCalled(t, program) })
	t.Run("before main", func(t *testing.T) { littleBeforeMain(t, program) })
}

// linkedWithWhatIsCalled: while a program can look up a method by a name that only the
// run knows, the linker keeps every exported method of every type: of the AWS clients
// each operation, 8.4 MB. text/template, net/rpc and html/template do that, and so do
// aws-lambda-go/lambda and a template of cobra's, which bring them in.
func linkedWithWhatIsCalled(t *testing.T, program string) {
	symbols, err := exec.Command("go", "tool", "nm", program).Output()
	if err != nil {
		t.Fatal(err)
	}
	for symbol, wanted := range map[string]bool{
		"reflect.Value.MethodByName":                                     false,
		"text/template.(*Template).Execute":                              false,
		"net/rpc.(*Server).register":                                     false,
		"github.com/aws/aws-lambda-go/lambda.Start":                      false,
		"github.com/aws/aws-sdk-go-v2/service/s3.(*Client).GetBucketAcl": false, // an operation that no command needs
		"github.com/aws/aws-sdk-go-v2/service/s3.(*Client).PutObject":    true,
	} {
		if found := strings.Contains(string(symbols), " "+symbol+"\n"); found != wanted {
			t.Errorf("linked with %s: %t, want %t; 'go build -ldflags=-dumpdep' says what keeps it", symbol, found, wanted)
		}
	}
}

var initialised = regexp.MustCompile(`(?m)^init (\S+) @.* clock, (\d+) bytes, (\d+) allocs$`)

// littleBeforeMain counts what is allocated, which is the same in each run.
func littleBeforeMain(t *testing.T, program string) {
	c := exec.Command(program, "version")
	c.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	text, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	all, ours := 0, 0
	for _, match := range initialised.FindAllStringSubmatch(string(text), -1) {
		bytes, _ := strconv.Atoi(match[2]) // digits
		all += bytes
		if strings.HasPrefix(match[1], "github.com/sfngen/") {
			ours += bytes
		}
	}
	// 1.02 MB of it are jsonschema's, which compiles JSON Schema's own schemas, and
	// 0.95 MB the AWS clients', most for their tables of endpoints.
	if all == 0 || all > 2_300_000 {
		t.Errorf("all packages allocate %d bytes before main, want 2,300,000 at most", all)
	}
	// A table or a pattern that only some command needs is made by that command: see
	// package lazyregexp and sync.OnceValue.
	if ours > 60_000 {
		t.Errorf("packages of sfngen allocate %d bytes before main, want 60,000 at most:\n%s", ours, text)
	}
}
