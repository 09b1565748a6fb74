package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
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
	return compiled(b, written(b, "package main\n\nfunc main() {}\n"))
}

func written(b *testing.B, source string) string {
	b.Helper()
	name := filepath.Join(b.TempDir(), "main.go")
	if err := os.WriteFile(name, []byte(source), 0o666); err != nil {
		b.Fatal(err)
	}
	return name
}

// peakMemory is the most memory that a program holds, in MB, at most over a few runs.
// A small program starts it: to Linux a process is as large as the one that started it
// until it is a program of its own, and a benchmark is larger than what it measures.
func peakMemory(b *testing.B, program string, args func(run int) []string) float64 {
	b.Helper()
	starter := compiled(b, written(b, `package main

import (
	"os"
	"os/exec"
	"syscall"
)

func main() {
	c := exec.Command(os.Args[1], os.Args[2:]...)
	if err := c.Run(); err != nil {
		panic(err)
	}
	println(c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)
}
`))
	most := 0.0
	for run := range 5 {
		text, err := exec.Command(starter, append([]string{program}, args(run)...)...).CombinedOutput()
		peak, notNumber := strconv.ParseFloat(strings.TrimSpace(string(text)), 64)
		if err != nil || notNumber != nil {
			b.Fatalf("%v\n%s", err, text)
		}
		most = max(most, peak)
	}
	if runtime.GOOS == "darwin" { // getrusage(2): bytes there, else kilobytes
		return most / 1e6
	}
	return most * 1024 / 1e6
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
			args := func(run int) []string {
				return append([]string{"build", "-o", filepath.Join(out, fmt.Sprint(run))}, names...)
			}
			var builds, empties []time.Duration
			for i := 5; b.Loop(); i++ { // after those of peakMemory
				builds = append(builds, timed(b, exec.Command(program, args(i)...)))
				empties = append(empties, timed(b, exec.Command(nothing)))
			}
			b.ReportMetric(float64(median(builds).Microseconds())/1000, "ms/build")
			b.ReportMetric(float64(median(builds))/float64(median(empties)), "times-empty")
			b.ReportMetric(peakMemory(b, program, args), "peak-MB")
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
