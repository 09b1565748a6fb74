//go:build moto

package main

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
)

const eventsSpec = `version: 1
name: orders
upstream: {url: 'https://api.example/v1', methods: [PUT]}
retry: {maxAttempts: 2}
egress: {count: 1}
workflow: {type: standard}
triggers:
  onFailure: {queue: true}
  events:
    - {name: changed, bus: shop, pattern: {source: [shop]}, request: {method: PUT, path: "/orders/{$.detail.id}", bodyFrom: $.detail}}
`

// A rule goes from one bus to another under its name, and there is a queue of failed
// executions.
func TestMotoRulesOfABusAndFailedExecutions(t *testing.T) {
	account(t, eventsSpec)
	ask(t, "events", "AWSEvents.CreateEventBus", map[string]string{"Name": "shop"}, &struct{}{})
	succeed(t, "deploy", "orders", "--create-bucket", "--yes")
	if got := rulesOn(t, "shop"); !slices.Equal(got, []string{"orders-changed"}) {
		t.Errorf("rules of the bus: %q", got)
	}
	if got := rulesOn(t, "default"); !slices.Equal(got, []string{"orders-failed-executions"}) {
		t.Errorf("rules of the default bus: %q", got)
	}
	var queues struct{ QueueUrls []string }
	ask(t, "sqs", "AmazonSQS.ListQueues", map[string]string{"QueueNamePrefix": "orders-failed"}, &queues)
	if len(queues.QueueUrls) != 1 || !strings.HasSuffix(queues.QueueUrls[0], "/orders-failed-executions") {
		t.Errorf("queues: %q", queues.QueueUrls)
	}
	write(t, "orders.yaml", strings.Replace(eventsSpec, "bus: shop, ", "", 1))
	succeed(t, "build", "orders.yaml")
	succeed(t, "deploy", "orders", "--yes")
	if got := rulesOn(t, "shop"); len(got) > 0 {
		t.Errorf("the bus still has the rules %q", got)
	}
	if got := rulesOn(t, "default"); !slices.Equal(got, []string{"orders-changed", "orders-failed-executions"}) {
		t.Errorf("rules of the default bus, with both: %q", got)
	}
	succeed(t, "destroy", "orders", "--yes")
}

func rulesOn(t *testing.T, bus string) []string {
	t.Helper()
	var list struct{ Rules []struct{ Name string } }
	ask(t, "events", "AWSEvents.ListRules", map[string]string{"EventBusName": bus}, &list)
	var names []string
	for _, r := range list.Rules {
		names = append(names, r.Name)
	}
	slices.Sort(names)
	return names
}

// ask calls moto, which goes by the name of the service in the signature and checks
// nothing else of it.
func ask(t *testing.T, service, action string, input, output any) {
	t.Helper()
	body, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, os.Getenv("SFNGEN_MOTO"), strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Amz-Target", action)
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("Authorization",
		"AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-central-1/"+service+"/aws4_request, SignedHeaders=host, Signature=0")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(output); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v", action, resp.Status, err)
	}
}
