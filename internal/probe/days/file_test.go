package days_test

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sfngen/sfngen/internal/probe/days"
)

var (
	six    = time.Date(2026, 12, 2, 6, 0, 0, 0, time.UTC)
	orders = days.Place{Stack: "acme-orders", Region: "eu-central-1", Account: "123456789012"}
)

// line is one probe, so many hours after six: addresses by egress, "" for a timeout.
func line(hours int, network string, addresses ...string) days.Line {
	l := days.Line{Time: six.Add(time.Duration(hours) * time.Hour), Stack: orders.Stack, Region: orders.Region, Account: orders.Account,
		Network: network}
	for i, text := range addresses {
		e := days.Egress{Egress: i + 1}
		if text == "" {
			e.Fault = "timeout"
		} else {
			e.Addresses = []netip.Addr{netip.MustParseAddr(text)}
		}
		l.Egresses = append(l.Egresses, e)
	}
	return l
}

func newFile(t *testing.T, text string) days.File {
	t.Helper()
	f := days.File{Name: filepath.Join(t.TempDir(), "orders.jsonl")}
	if text != "" {
		if err := os.WriteFile(f.Name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func read(t *testing.T, f days.File) ([]days.Line, []int) {
	t.Helper()
	lines, left, err := f.Read()
	if err != nil {
		t.Fatal(err)
	}
	return lines, left
}

var asValues = cmpopts.EquateComparable(netip.Addr{})

func TestFileKeepsLines(t *testing.T) {
	f := newFile(t, "")
	if err := f.Check(); err != nil {
		t.Fatal(err)
	}
	want := []days.Line{line(0, "nat", "3.120.4.5", ""), line(1, "nat", "3.120.4.5", "2a05:d014::1"),
		{Time: six, Stack: "acme-orders", Region: "eu-central-1", Account: "123456789012", Error: "no network"}}
	for _, l := range want {
		if err := f.Append(l); err != nil {
			t.Fatal(err)
		}
	}
	got, left := read(t, f)
	if diff := cmp.Diff(want, got, asValues); diff != "" || left != nil {
		t.Errorf("left out: %v; lines (-want +got):\n%s", left, diff)
	}
	text, _ := os.ReadFile(f.Name)
	const first = `{"time":"2026-12-02T06:00:00Z","stack":"acme-orders","region":"eu-central-1","account":"123456789012","network":"nat",` +
		`"egresses":[{"egress":1,"addresses":["3.120.4.5"]},{"egress":2,"fault":"timeout"}]}`
	if diff := cmp.Diff(first, strings.Split(string(text), "\n")[0]); diff != "" {
		t.Errorf("first line (-want +got):\n%s", diff)
	}
}

// A line that a crash cut off takes none of the others along, wherever it was cut.
func TestFileSurvivesACut(t *testing.T) {
	whole := newFile(t, "")
	for hour := range 2 {
		if err := whole.Append(line(hour, "lambda", "3.120.4.5", "18.184.2.9")); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(whole.Name)
	if err != nil {
		t.Fatal(err)
	}
	first := strings.Index(string(text), "\n") + 1
	for cut := first; cut < len(text); cut++ {
		f := newFile(t, string(text[:cut]))
		if err := f.Check(); err != nil {
			t.Fatal(err)
		}
		if err := f.Append(line(2, "lambda", "3.120.4.5", "18.184.2.9")); err != nil {
			t.Fatal(err)
		}
		lines, left := read(t, f)
		if cut == first && (len(lines) != 2 || left != nil) || cut == len(text)-1 && len(lines) != 3 ||
			cut > first && cut < len(text)-1 && (len(lines) != 2 || !cmp.Equal(left, []int{2})) {
			t.Errorf("cut at %d: %d lines, %v left out", cut-first, len(lines), left)
		}
		if last := lines[len(lines)-1]; !last.Time.Equal(six.Add(2 * time.Hour)) {
			t.Errorf("cut at %d: the last probe is that of %s", cut-first, last.Time)
		}
	}
}

func TestFileOfSeveralAtOnce(t *testing.T) {
	f := newFile(t, "")
	var group sync.WaitGroup
	for hour := range 20 {
		group.Go(func() {
			if err := f.Append(line(hour, "nat", "3.120.4.5")); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if lines, left := read(t, f); len(lines) != 20 || left != nil {
		t.Errorf("%d lines, %v left out", len(lines), left)
	}
}

// What a probe never writes is left out, and reaches no terminal.
func TestFileLeavesForeignLinesOut(t *testing.T) {
	const with = `{"time":"2026-12-02T06:00:00Z","stack":"acme-orders","region":"eu-central-1","account":"1","egresses":[%s]}` + "\n"
	for _, egress := range []string{`{"egress":-1}`, `{"egress":51}`, `null`, `{"egress":1,"addresses":[""]}`,
		`{"egress":1,"addresses":["fe80::1%\u001b[2J"]}`} {
		f := newFile(t, fmt.Sprintf(with, `{"egress":1,"addresses":["3.120.4.5"]}`)+fmt.Sprintf(with, egress))
		if lines, left := read(t, f); len(lines) != 1 || !cmp.Equal(left, []int{2}) {
			t.Errorf("%s: %d lines, %v left out", egress, len(lines), left)
		}
	}
}

func TestFileRefuses(t *testing.T) {
	for name, test := range map[string]struct{ file, want string }{
		"another file": {newFile(t, "version: 1\nname: acme-orders\n").Name, "holds something else than probes"},
		"JSON":         {newFile(t, "{\"time\": \"2026-12-02T06:00:00Z\"}\n").Name, "holds something else than probes"},
		"a folder":     {t.TempDir(), "is a directory"},
		"a device":     {os.DevNull, "is no file that can be read again"},
		"no folder":    {filepath.Join(t.TempDir(), "none", "orders.jsonl"), "no such file or directory"},
	} {
		if err := (days.File{Name: test.file}).Check(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}

// --report reads a file that no Check has seen.
func TestReadRefuses(t *testing.T) {
	for name, test := range map[string]struct{ file, want string }{
		"a device":         {os.DevNull, "is no file that can be read again"},
		"no end of a line": {newFile(t, strings.Repeat("x", 2<<20)).Name, "holds something else than probes"},
	} {
		if _, _, err := (days.File{Name: test.file}).Read(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}

func TestFileIsThereBeforeTheFirstProbe(t *testing.T) {
	f := newFile(t, "")
	if _, _, err := f.Read(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if err := f.Check(); err != nil {
		t.Fatal(err)
	}
	if lines, left := read(t, f); lines != nil || left != nil {
		t.Errorf("an empty file: %v, %v", lines, left)
	}
}

func TestPick(t *testing.T) {
	other := line(0, "nat", "3.120.4.5")
	other.Region = "us-east-1"
	lines := []days.Line{line(0, "nat", "3.120.4.5"), other}
	for _, test := range []struct{ stack, region, want string }{
		{"acme-orders", "us-east-1", "1 of us-east-1"},
		{"acme-orders", "eu-central-1", "1 of eu-central-1"},
		{"acme-orders", "", "it has probes of several stacks of this name: acme-orders in eu-central-1 of account 123456789012, acme-orders in " +
			"us-east-1 of account 123456789012; --region says which, and a file of its own keeps each apart"},
		{"acme-orders", "eu-west-1", "it has no probe of acme-orders in eu-west-1"},
		{"parcels", "", "it has no probe of parcels"},
	} {
		picked, err := days.Pick(lines, test.stack, test.region)
		got := fmt.Sprint(err)
		if err == nil {
			got = fmt.Sprintf("%d of %s", len(picked), picked[0].Region)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s in %q (-want +got):\n%s", test.stack, test.region, diff)
		}
	}
	if n := len(days.Of(lines, orders)); n != 1 {
		t.Errorf("%d lines of one place, want 1", n)
	}
}
