package days_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/probe"
	"github.com/sfngen/sfngen/internal/probe/days"
)

// promised adds where egress 1 is promised to be.
func promised(l days.Line, text string) days.Line {
	b, err := probe.ParseBlock(text)
	if err != nil {
		panic(err)
	}
	l.Egresses[0].Promised = &b
	return l
}

func TestReport(t *testing.T) {
	tests := []struct {
		name  string
		lines []days.Line
		want  string
	}{
		{"addresses that move and coincide", []days.Line{
			line(0, "lambda", "3.120.4.5", "18.184.2.9", "3.120.4.7"),
			line(1, "lambda", "3.120.4.5", "3.120.4.5", "3.120.4.7"),
			line(2, "lambda", "3.120.4.6", "", "3.120.4.7"),
			line(25, "lambda", "3.120.4.5", "18.184.2.9", "3.120.4.7"),
		}, `acme-orders in eu-central-1 of account 123456789012: 4 probes, 2026-12-02 06:00 to 2026-12-03 07:00 UTC

EGRESS  ADDRESS        PROBES  FIRST SEEN        LAST SEEN
1       3.120.4.5      3 of 4  2026-12-02 06:00  2026-12-03 07:00
        3.120.4.6      1 of 4  2026-12-02 08:00  2026-12-02 08:00
2       18.184.2.9     2 of 4  2026-12-02 06:00  2026-12-03 07:00
        3.120.4.5      1 of 4  2026-12-02 07:00  2026-12-02 07:00
        none: timeout  1 of 4  -                 -
3       3.120.4.7      4 of 4  2026-12-02 06:00  2026-12-03 07:00

In 1 of 4 probes egresses shared an address: egress 1 and 2 (1 probe). A probe showed 2 to 3 distinct.
The address changed: of egress 1 (2 times) and of egress 2 (2 times).
AWS does not promise a function outside a VPC its own address: this is what was seen, not what comes.
`},
		{"as promised", []days.Line{line(0, "nat", "3.120.4.5", "18.184.2.9"), line(1, "nat", "3.120.4.5", "18.184.2.9")},
			`acme-orders in eu-central-1 of account 123456789012: 2 probes, 2026-12-02 06:00 to 2026-12-02 07:00 UTC

EGRESS  ADDRESS     PROBES  FIRST SEEN        LAST SEEN
1       3.120.4.5   2 of 2  2026-12-02 06:00  2026-12-02 07:00
2       18.184.2.9  2 of 2  2026-12-02 06:00  2026-12-02 07:00

In no probe did two egresses share an address.
No egress changed its address.
`},
		{"not as promised", []days.Line{promised(line(0, "nat", "3.120.4.6", "18.184.2.9"), "3.120.4.5"),
			line(1, "subnets", "3.120.4.6", "3.120.4.6")},
			`acme-orders in eu-central-1 of account 123456789012: 2 probes, 2026-12-02 06:00 to 2026-12-02 07:00 UTC

EGRESS  ADDRESS     PROBES  FIRST SEEN        LAST SEEN
1       3.120.4.6   2 of 2  2026-12-02 06:00  2026-12-02 07:00
2       18.184.2.9  1 of 2  2026-12-02 06:00  2026-12-02 06:00
        3.120.4.6   1 of 2  2026-12-02 07:00  2026-12-02 07:00

In 1 of 2 probes egresses shared an address: egress 1 and 2 (1 probe). A probe showed 1 to 2 distinct.
The address changed: of egress 2 (1 time).
In 2 of 2 probes the pool did not show what its network promises, to each egress an address of its own.
`},
		{"by IPv6 a range is what counts", []days.Line{promised(line(0, "ipv6", "2a05:d014:1::1", "2a05:d014:1:1::1"), "2a05:d014:1::/64"),
			line(1, "ipv6", "2a05:d014:1::2", "2a05:d014:1::3")},
			`acme-orders in eu-central-1 of account 123456789012: 2 probes, 2026-12-02 06:00 to 2026-12-02 07:00 UTC

EGRESS  ADDRESS           PROBES  FIRST SEEN        LAST SEEN
1       2a05:d014:1::1    1 of 2  2026-12-02 06:00  2026-12-02 06:00
        2a05:d014:1::2    1 of 2  2026-12-02 07:00  2026-12-02 07:00
2       2a05:d014:1:1::1  1 of 2  2026-12-02 06:00  2026-12-02 06:00
        2a05:d014:1::3    1 of 2  2026-12-02 07:00  2026-12-02 07:00

In 1 of 2 probes egresses shared an address: egress 1 and 2 (1 probe). A probe showed 1 to 2 distinct.
The address changed: of egress 2 (1 time).
In 1 of 2 probes the pool did not show what its network promises, to each egress an address of its own.
`},
		{"no address at all", []days.Line{line(0, "lambda", "", ""), line(1, "lambda", "", "")},
			`acme-orders in eu-central-1 of account 123456789012: 2 probes, 2026-12-02 06:00 to 2026-12-02 07:00 UTC

EGRESS  ADDRESS        PROBES  FIRST SEEN  LAST SEEN
1       none: timeout  2 of 2  -           -
2       none: timeout  2 of 2  -           -

No egress showed its address.
`},
		{"a probe that could not be made", []days.Line{line(0, "nat", "3.120.4.5"),
			days.LineOf(six, orders, probe.Report{}, errors.New("no egress could be invoked:\n expired\x1b[2J"))},
			`acme-orders in eu-central-1 of account 123456789012: 2 probes, 2026-12-02 06:00 to 2026-12-02 06:00 UTC

EGRESS  ADDRESS    PROBES  FIRST SEEN        LAST SEEN
1       3.120.4.5  1 of 1  2026-12-02 06:00  2026-12-02 06:00

In 1 probe no egress was invoked, the last time because: no egress could be invoked: expired [2J
In no probe did two egresses share an address.
No egress changed its address.
`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, days.ReportOf(test.lines).Text(0, false)); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReportAsJSON(t *testing.T) {
	var out bytes.Buffer
	r := days.ReportOf([]days.Line{line(0, "lambda", "3.120.4.5", "3.120.4.5")})
	if err := r.JSON(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"probesWithSharedAddress": 1`, `"fewestDistinctAddresses": 1`, `"first": "2026-12-02T06:00:00Z"`,
		`"probesWithBrokenPromise": 0`, `"address": "3.120.4.5"`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in\n%s", want, out.String())
		}
	}
}

func TestBrief(t *testing.T) {
	failed := days.LineOf(six, orders, probe.Report{}, errors.New("no egress could be invoked: expired"))
	for want, l := range map[string]days.Line{
		"2026-12-02 06:00:00  2 distinct: 3.120.4.5, 18.184.2.9":                          line(0, "nat", "3.120.4.5", "18.184.2.9"),
		"2026-12-02 06:00:00  1 distinct: 3.120.4.5, none (timeout)":                      line(0, "nat", "3.120.4.5", ""),
		"2026-12-02 06:00:00  no egress was invoked: no egress could be invoked: expired": failed,
	} {
		if diff := cmp.Diff(want, l.Brief()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}
