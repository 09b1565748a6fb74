package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/spec"
)

func TestPortsOut(t *testing.T) {
	for _, c := range []struct {
		name, fields string
		want         []int
	}{
		{"https", "upstream: {url: https://api.example}\n", []int{443}},
		{"ports of their own", "upstream:\n  url: https://api.example:8443\n  credentials:\n    oauth2: {" +
			"tokenUrl: 'https://id.example:9443/t', clientId: {parameter: /id}, clientSecret: {parameter: /s}}\n", []int{443, 8443, 9443}},
		{"an echo of one's own", "upstream: {url: https://api.example}\negress: {addressEcho: 'https://echo.example:4443'}\n",
			[]int{443, 4443}},
		{"without TLS", "upstream: {url: http://api.example}\n", []int{80, 443}},
	} {
		file, findings := spec.Parse("spec.yaml", []byte("version: 1\nname: acme\nretry: {maxAttempts: 1}\n"+c.fields))
		if spec.HasErrors(findings) {
			t.Fatalf("%s: %v", c.name, findings)
		}
		p, _ := plan.New(file)
		if diff := cmp.Diff(c.want, p.PortsOut()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
