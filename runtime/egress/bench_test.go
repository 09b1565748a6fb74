package egress

import (
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// BenchmarkHandle is one attempt that succeeds, on loopback; compare it with
// BenchmarkBareNetHTTP. It reports the median it adds to a bare call, from
// calls made in turn so that both meet the same machine.
func BenchmarkHandle(b *testing.B) {
	url, _ := serve(b, answering(200, `{"id":7}`, "Content-Type", "application/json"))
	e, in, client := newLab(url).build(b), first("GET"), &http.Client{Transport: &http.Transport{}}
	var ours, bare []time.Duration
	for b.Loop() {
		ours = append(ours, timed(func() {
			if _, err := e.makeAttempt(context.Background(), in); err != nil {
				b.Fatal(err)
			}
		}))
		b.StopTimer()
		bare = append(bare, timed(func() { get(b, client, url) }))
		b.StartTimer()
	}
	b.ReportMetric(float64(median(ours)-median(bare))/1e3, "added-µs")
}

func BenchmarkBareNetHTTP(b *testing.B) {
	url, _ := serve(b, answering(200, `{"id":7}`, "Content-Type", "application/json"))
	client := &http.Client{Transport: &http.Transport{}}
	for b.Loop() {
		get(b, client, url)
	}
}

func get(b *testing.B, client *http.Client, url string) {
	resp, err := client.Get(url + "/orders")
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.ReadAll(resp.Body); err != nil {
		b.Fatal(err)
	}
}

func timed(call func()) time.Duration {
	began := time.Now()
	call()
	return time.Since(began)
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

// BenchmarkBootstrapSize reports the size of a stripped egress for arm64 and how
// many times that is of a Lambda that makes one net/http call. At most 1.15.
func BenchmarkBootstrapSize(b *testing.B) {
	var ours, bare int64
	for b.Loop() {
		ours, bare = bootstrap(b, "./testdata/egress"), bootstrap(b, "./testdata/bare")
	}
	ratio := float64(ours) / float64(bare)
	b.ReportMetric(float64(ours), "bytes")
	b.ReportMetric(ratio, "of-bare")
	if ratio > 1.15 {
		b.Errorf("the egress is %.3f times the size of a bare Lambda, more than 1.15", ratio)
	}
}

// bootstrap builds a main the way a stack does and gives the binary's size.
func bootstrap(b *testing.B, main string) int64 {
	b.Helper()
	out := filepath.Join(b.TempDir(), "bootstrap")
	build := exec.Command("go", "build", "-tags", "lambda.norpc", "-trimpath", "-ldflags", "-s -w", "-o", out, main)
	build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, text)
	}
	file, err := os.Stat(out)
	if err != nil {
		b.Fatal(err)
	}
	return file.Size()
}
