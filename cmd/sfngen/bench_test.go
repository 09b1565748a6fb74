package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// binary builds the command as a release would. CGO_ENABLED of the environment
// counts, as with go install.
func binary(b *testing.B) string {
	b.Helper()
	return compiled(b, ".")
}

// empty builds a program that does nothing: what a process costs on this machine.
func empty(b *testing.B) string {
	b.Helper()
	source := filepath.Join(b.TempDir(), "main.go")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o666); err != nil {
		b.Fatal(err)
	}
	return compiled(b, source)
}

func compiled(b *testing.B, source string) string {
	b.Helper()
	name := filepath.Join(b.TempDir(), "program")
	if out, err := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", name, source).CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return name
}

// specs writes n specs that differ in their names.
func specs(b *testing.B, n int) []string {
	b.Helper()
	src, err := os.ReadFile("../../examples/acme-orders.yaml")
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	names := make([]string, n)
	for i := range names {
		names[i] = filepath.Join(dir, fmt.Sprintf("%d.yaml", i))
		text := strings.Replace(string(src), "name: acme-orders", fmt.Sprintf("name: acme-%d", i), 1)
		if err := os.WriteFile(names[i], []byte(text), 0o666); err != nil {
			b.Fatal(err)
		}
	}
	return names
}

// Whole processes, from the start of the program to its end: specs to files in a
// new folder, in turn with a program that does nothing, by which a build is measured:
// times-empty is the ratio of the two medians. The file system counts; set TMPDIR to
// choose one.
func BenchmarkBuild(b *testing.B) {
	program, nothing := binary(b), empty(b)
	info, err := os.Stat(program)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("nothing", func(b *testing.B) { // what a process costs that reads no spec
		for b.Loop() {
			if text, err := exec.Command(program, "version").CombinedOutput(); err != nil {
				b.Fatalf("%v\n%s", err, text)
			}
		}
	})
	for _, n := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("specs=%d", n), func(b *testing.B) {
			names, out := specs(b, n), b.TempDir()
			peak := 0.0
			var builds, empties []time.Duration
			for i := 0; b.Loop(); i++ {
				c := exec.Command(program, append([]string{"build", "-o", filepath.Join(out, fmt.Sprint(i))}, names...)...)
				builds = append(builds, timed(b, c))
				empties = append(empties, timed(b, exec.Command(nothing)))
				peak = max(peak, maxRSS(c.ProcessState))
			}
			b.ReportMetric(float64(median(builds).Microseconds())/1000, "ms/build")
			b.ReportMetric(float64(median(builds))/float64(median(empties)), "times-empty")
			b.ReportMetric(peak, "peak-MB")
			b.ReportMetric(float64(info.Size())/1e6, "binary-MB")
		})
	}
}

func timed(b *testing.B, c *exec.Cmd) time.Duration {
	b.Helper()
	start := time.Now()
	if text, err := c.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, text)
	}
	return time.Since(start)
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

// One request that works at once, as a whole process: spec to stack, servers up,
// function URL, orchestrator, engine, egress, answer, servers down.
func BenchmarkRun(b *testing.B) {
	program := binary(b)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") }))
	defer server.Close()
	for b.Loop() {
		c := exec.Command(program, "run", "../../examples/acme-orders.yaml", "GET", "/orders", "--upstream", server.URL)
		if text, err := c.Output(); err != nil || string(text) != "{}" {
			b.Fatalf("%v\n%s", err, text)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/run")
}
