package main

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"testing"
)

// The demo's numbers come from real runs: the pool gets through where one
// address is blocked. That takes a system with more than one loopback address.
func TestDemoShowsThePoolGettingThrough(t *testing.T) {
	code, stdout, stderr := run("demo")
	if code != 0 || stderr != "" {
		t.Fatalf("exit status %d\n%s", code, stderr)
	}
	want := []string{
		`(?m)^requests that got their answer +3 of 9 +9 of 9 +9 of 9$`,
		`(?m)^  request [1-9]  egress [123]: 429, egress [123]: `, // the first of them was told before any other
		`the API saw 127\.0\.0\.101 \(3 answered, 16 refused\)\n`,
		`the API saw 127\.0\.0\.101 \(3 answered, [1-6] refused\), 127\.0\.0\.102 \(3 answered, [1-3] refused\), ` +
			`127\.0\.0\.103 \(3 answered, 0 refused\)\n`,
		`the API saw 127\.0\.0\.101 \(3 answered, 0 refused\), 127\.0\.0\.102 \(3 answered, 0 refused\), ` +
			`127\.0\.0\.103 \(3 answered, 0 refused\)\n`,
		`(?m)^calls to the API +19 +1[0-8] +9$`,
		`(?m)^of them refused +16 +[1-9] +0$`,
		`(?m)^bans +1 +0 +0$`,
	}
	if runtime.GOOS == "darwin" {
		want = []string{`(?m)^note: this system has one loopback address`}
	}
	for _, form := range want {
		if !regexp.MustCompile(form).MatchString(stdout) {
			t.Errorf("no %s in\n%s", form, stdout)
		}
	}
}

func slowServer(t *testing.T, answer func(http.ResponseWriter)) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w) }))
	t.Cleanup(server.Close)
	return server.URL
}
