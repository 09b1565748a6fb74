package lambda_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/local/lambda"
)

func TestEnvironmentOfAProcess(t *testing.T) {
	t.Setenv("OF_THE_USER", "secret")
	s := service(t, lambda.Function{Code: asBinary(t), MemoryMB: 256, Environment: map[string]string{"COLOR": "red", "EMPTY": ""}},
		lambda.Options{Region: "eu-west-1"})
	var got []string
	if err := json.Unmarshal(invoke(t, s, event{Do: "env"}).Payload, &got); err != nil {
		t.Fatal(err)
	}
	varying := regexp.MustCompile(`^(AWS_LAMBDA_RUNTIME_API=127\.0\.0\.1:)\d+/[A-Z2-7]{26}$|` +
		`^(AWS_LAMBDA_LOG_STREAM_NAME=)\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}$|` +
		`^(_X_AMZN_TRACE_ID=)Root=1-.*$`)
	for i := range got {
		got[i] = varying.ReplaceAllString(got[i], "$1$2$3*")
	}
	slices.Sort(got)
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"AWS_ACCESS_KEY_ID=ASIALOCALSFNGEN00000", "AWS_DEFAULT_REGION=eu-west-1", "AWS_EXECUTION_ENV=AWS_Lambda_provided.al2023",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256", "AWS_LAMBDA_FUNCTION_NAME=subject", "AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand", "AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/subject", "AWS_LAMBDA_LOG_STREAM_NAME=*",
		"AWS_LAMBDA_RUNTIME_API=127.0.0.1:*", "AWS_REGION=eu-west-1", "AWS_SECRET_ACCESS_KEY=local-secret-access-key",
		"AWS_SESSION_TOKEN=local-session-token", "AWS_XRAY_CONTEXT_MISSING=LOG_ERROR", "COLOR=red", "EMPTY=",
		"LAMBDA_RUNTIME_DIR=/var/runtime", "LAMBDA_TASK_ROOT=" + filepath.Dir(executable), "LANG=en_US.UTF-8",
		"PATH=/usr/local/bin:/usr/bin:/bin:/opt/bin", "TZ=:UTC", "_HANDLER=bootstrap", "_X_AMZN_TRACE_ID=*",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
}

func TestOutputIsLoggedInWholeLines(t *testing.T) {
	log := newLog()
	s := service(t, lambda.Function{Code: asBinary(t)}, lambda.Options{Log: log})
	invoke(t, s, event{Do: "print"})
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"one\n", "two\n", "three\n"}, log.all()); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}

func TestPanicIsLoggedWithItsStack(t *testing.T) {
	inEachMode(t, func(t *testing.T, code lambda.Code) {
		log := newLog()
		s := service(t, lambda.Function{Code: code}, lambda.Options{Log: log})
		invoke(t, s, event{Do: "panic", Text: "here"})
		if err := s.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		all := strings.Join(log.all(), "")
		for _, part := range []string{`"errorMessage":"broken here"`, `"label":"subject.fail"`} {
			if strings.Count(all, part) != 1 {
				t.Errorf("log: want %s once, got %s", part, all)
			}
		}
	})
}

func TestInvalidEntrypoint(t *testing.T) {
	for _, test := range []struct {
		name  string
		write func(path string) error
		want  string
	}{
		{"missing", func(string) error { return nil }, "Couldn't find valid bootstrap(s): [BOOTSTRAP]"},
		{"not executable", func(path string) error { return os.WriteFile(path, []byte("#!/bin/sh\n"), 0o600) },
			"fork/exec BOOTSTRAP: permission denied"},
		{"no program", func(path string) error { return os.WriteFile(path, []byte("text"), 0o700) }, "fork/exec BOOTSTRAP: exec format error"},
		{"of a missing interpreter", func(path string) error { return os.WriteFile(path, []byte("#!/none\n"), 0o700) },
			"fork/exec BOOTSTRAP: no such file or directory"},
		{"a folder", func(path string) error { return os.Mkdir(path, 0o700) }, "fork/exec BOOTSTRAP: permission denied"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "bootstrap")
			if err := test.write(path); err != nil {
				t.Fatal(err)
			}
			s := service(t, lambda.Function{Code: lambda.Binary(path)}, lambda.Options{RequestID: func() string { return "id-1" }})
			reason := strings.ReplaceAll(test.want, "BOOTSTRAP", path)
			crash := want(`{"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: id-1 Error: `+reason+`"}`, true)
			if diff := cmp.Diff(crash, invoke(t, s, event{Do: "echo"})); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
		})
	}
}

// hurriedClock makes time limits 100 times shorter.
type hurriedClock struct{ clock.System }

func (c hurriedClock) WithDeadline(ctx context.Context, at time.Time) (context.Context, context.CancelFunc) {
	return c.System.WithDeadline(ctx, time.Now().Add(time.Until(at)/100))
}

func TestInitThatHangs(t *testing.T) {
	inEachMode(t, func(t *testing.T, code lambda.Code) {
		s := service(t, lambda.Function{Code: code, Timeout: 3 * time.Second, Environment: map[string]string{"INIT": "hang"}},
			lambda.Options{Clock: hurriedClock{}, RequestID: func() string { return "id-1" }})
		late := want(`{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: id-1 Error: Task timed out after 3.00 seconds"}`, true)
		if diff := cmp.Diff(late, invoke(t, s, event{Do: "echo"})); diff != "" {
			t.Errorf("result (-want +got):\n%s", diff)
		}
	})
}

func TestReportedInitErrorIsTheAnswer(t *testing.T) {
	for _, init := range []string{"report", "report and stay"} {
		t.Run(init, func(t *testing.T) {
			s := service(t, lambda.Function{Code: asBinary(t), Environment: map[string]string{"INIT": init}},
				lambda.Options{RequestID: func() string { return "id-1" }})
			got := invoke(t, s, event{Do: "echo"})
			if diff := cmp.Diff(want(`{"errorType":"Config.Missing","errorMessage":"no key"}`, true), got); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
		})
	}
}
