package eventbridge_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/eventbridge"
)

var defaults = eventbridge.Defaults{
	ID: "7bf73129", Time: time.Date(2026, 7, 1, 14, 0, 5, 999, time.FixedZone("", 2*60*60)), Account: "000000000000", Region: "eu-west-1",
}

func TestComplete(t *testing.T) {
	tests := []struct {
		name, event, want string
		added             []string
	}{
		{"nothing given", `{}`,
			`{"version":"0","id":"7bf73129","detail-type":"Fired by hand","source":"sfngen.dev","account":"000000000000",` +
				`"time":"2026-07-01T12:00:05Z","region":"eu-west-1","resources":[],"detail":{}}`,
			[]string{"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"}},
		{"what is given stays, where it is", `{"detail": {"b": 1.0, "a": "<"}, "source": "shop.orders", "detail-type": "OrderPlaced"}`,
			`{"detail":{"b":1.0,"a":"<"},"source":"shop.orders","detail-type":"OrderPlaced","version":"0","id":"7bf73129",` +
				`"account":"000000000000","time":"2026-07-01T12:00:05Z","region":"eu-west-1","resources":[]}`,
			[]string{"version", "id", "account", "time", "region", "resources"}},
		{"all given", `{"version":"0","id":"i","detail-type":"t","source":"s","account":"1","time":"2015-11-11T21:29:54Z","region":"r",` +
			`"resources":["a"],"detail":{},"replay-name":"x"}`,
			`{"version":"0","id":"i","detail-type":"t","source":"s","account":"1","time":"2015-11-11T21:29:54Z","region":"r","resources":["a"],` +
				`"detail":{},"replay-name":"x"}`, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, added, err := eventbridge.Complete([]byte(test.event), defaults)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Errorf("event (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.added, added); diff != "" {
				t.Errorf("added (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCompleteRefuses(t *testing.T) {
	tests := []struct{ name, event, want string }{
		{"nothing", ``, "the event: JSON: offset 0"},
		{"a list", `[{}]`, "the event is an array; an event is a JSON object"},
		{"detail as text", `{"detail": "{}"}`, "the event's detail is a string; EventBridge's is always an object"},
		{"a number for an id", `{"id": 1}`, "the event's id is a number; EventBridge's is always a string"},
		{"one resource", `{"resources": "arn"}`, "the event's resources is a string; EventBridge's is always an array"},
		{"an entry of PutEvents", `{"Source": "shop", "DetailType": "OrderPlaced", "Detail": "{}"}`,
			"the event has a field Source, as an entry of PutEvents has; write the event that EventBridge makes of it: source"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := eventbridge.Complete([]byte(test.event), defaults)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error = %v, want one with %q", err, test.want)
			}
		})
	}
}
