package lambda_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/local/lambda"
)

func TestNothingIsLeftAfterClose(t *testing.T) {
	sleep, err := exec.LookPath("sleep")
	if err != nil {
		t.Fatal(err)
	}
	before := runtime.NumGoroutine()
	s := service(t, lambda.Function{Code: asBinary(t)}, lambda.Options{})
	hanging(t, s, 2)
	process := number(t, invoke(t, s, event{Do: "signals"}))
	child := number(t, invoke(t, s, event{Do: "orphan", Path: sleep}))
	if !alive(process) || !alive(child) {
		t.Fatal("not even started")
	}
	s.Kill("subject")
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(process, 0); err != syscall.ESRCH {
		t.Errorf("the process, or its zombie: got %v, want none", err)
	}
	eventually(t, "the child of the process is gone", func() bool { return !alive(child) })
	eventually(t, "no goroutine is left", func() bool { return runtime.NumGoroutine() <= before })
}

func TestProcessDiesWithUs(t *testing.T) {
	there := filepath.Join(t.TempDir(), "there")
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), "LAMBDA_TEST_PARENT="+there)
	output, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var process int
	if _, err := fmt.Fscanln(bufio.NewReader(output), &process, new(string)); err != nil || !alive(process) {
		t.Fatalf("the function did not start: process %d, %v", process, err)
	}
	waitFor(t, there) // one that waits would miss its Runtime API, and end by itself
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	eventually(t, "the process died with its parent", func() bool { return !alive(process) })
}

func TestProcessThatDiesIdleIsReplaced(t *testing.T) {
	s := service(t, lambda.Function{Code: asBinary(t)}, lambda.Options{})
	process := number(t, invoke(t, s, event{Do: "signals"}))
	if err := syscall.Kill(process, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the next process answers", func() bool {
		next := invoke(t, s, event{Do: "echo"})
		return next.ColdStart && next.FunctionError == ""
	})
}

func TestReplacedProcessEndsAfterItsInvocation(t *testing.T) {
	s := service(t, lambda.Function{Code: asBinary(t)}, lambda.Options{})
	there := filepath.Join(t.TempDir(), "there")
	wait := payload(t, event{Do: "wait", Path: there})
	results := make(chan lambda.Result, 1)
	go func() {
		result, err := s.Invoke(context.Background(), "subject", wait)
		if err != nil {
			t.Errorf("the invocation on the old code: %v", err)
		}
		results <- result
	}()
	waitFor(t, there)
	put(t, s, lambda.Function{Code: asBinary(t)})
	touch(there + ".go")
	process := number(t, <-results)
	eventually(t, "the old process is gone", func() bool { return !alive(process) })
	if !invoke(t, s, event{Do: "echo"}).ColdStart {
		t.Error("the old process answered again")
	}
}

// eventually waits as long as the test may run.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline, limited := t.Deadline()
	for !holds() {
		if limited && time.Until(deadline) < 10*time.Second {
			t.Fatal("never: " + what)
		}
		time.Sleep(time.Millisecond)
	}
}

func number(t *testing.T, r lambda.Result) int {
	t.Helper()
	var n int
	if err := json.Unmarshal(r.Payload, &n); err != nil {
		t.Fatalf("%s: %v", r.Payload, err)
	}
	return n
}

// alive says whether the process runs. What its parent has not reaped does not.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(state, "Z")
}
