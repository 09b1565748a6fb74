package stack_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/sfngen/sfngen/docs"
	"github.com/sfngen/sfngen/internal/aws/check"
	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
	"github.com/sfngen/sfngen/internal/fakeaws/ec2"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/spec"
)

// breaks gives what sfngen says of the spec that breaks a rule.
func breaks(t *testing.T, r docs.Rule) []spec.Finding {
	t.Helper()
	if r.Form == docs.FormAWS {
		return fromAWS(t, r.Breaks)
	}
	return foundIn(t, r, r.Breaks)
}

// foundIn checks a spec in the form that the rule's entry has.
func foundIn(t *testing.T, r docs.Rule, text string) []spec.Finding {
	t.Helper()
	sources := []stack.Source{edge("testdata/edges/spec.yaml", inForm(t, r.Form, text))} // with a ca.pem beside it
	sources[0].Name = "spec.yaml"
	if r.Form == docs.FormSecond {
		sources[0].Text = []byte(r.Breaks)
		sources = append(sources, stack.Source{Name: "other.yaml", Text: []byte(text)})
	}
	_, found := stack.LoadAll(sources)
	return found
}

var askedAbout = regexp.MustCompile("(?ms)^```yaml about which AWS is asked\n(.*?)```\n")

// fromAWS gives what sfngen makes of an answer of AWS about the page's own spec.
func fromAWS(t *testing.T, answer string) []spec.Finding {
	t.Helper()
	asked := askedAbout.FindStringSubmatch(readPage(t))
	if asked == nil {
		t.Fatal("the page has no spec about which AWS is asked")
	}
	if strings.Contains(answer, `"network"`) {
		return aboutNetwork(t, asked[1], answer)
	}
	var out sfn.ValidateStateMachineDefinitionOutput
	if err := json.Unmarshal([]byte(answer), &out); err != nil { // its fields are the JSON's, whatever the case
		t.Fatal(err)
	}
	file, found := spec.Parse("spec.yaml", []byte(asked[1]))
	if spec.HasErrors(found) {
		t.Fatal(found)
	}
	return check.Findings(file, &out)
}

// aboutNetwork gives what sfngen makes of a region in which the page's own spec would have
// a network.
func aboutNetwork(t *testing.T, text, answer string) []spec.Finding {
	t.Helper()
	region, quotas := &ec2.Fake{Zones: []string{"eu-central-1a", "eu-central-1b"}}, ec2.Quotas{}
	is := struct {
		Network string
		Quotas  *map[string]float64
		VPCs    *[]ec2.VPC
		Denied  *[]string
	}{Quotas: &quotas.Values, VPCs: &region.VPCs, Denied: &region.Denied}
	if err := json.Unmarshal([]byte(answer), &is); err != nil {
		t.Fatal(err)
	}
	s, found := stack.Load("spec.yaml", []byte(text+"egress: {network: "+is.Network+"}\n"))
	if spec.HasErrors(found) {
		t.Fatal(found)
	}
	fakeaws.Serve(t, map[string]http.Handler{"ec2": region, "servicequotas": quotas, "cloudformation": &cloudformation.Fake{}})
	c, err := cloud.Open(t.Context(), cloud.Options{})
	if err != nil {
		t.Fatal(err)
	}
	said, err := check.Network(t.Context(), c, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	return said
}

// inForm is the text as bytes: what Markdown cannot hold is written as Go escapes,
// what it should not hold as a repetition.
func inForm(t *testing.T, form, text string) []byte {
	t.Helper()
	var times int
	switch form {
	case "", docs.FormSecond:
		return []byte(text)
	case docs.FormRepeated:
		return []byte(repeated.ReplaceAllStringFunc(text, repeatLine))
	case docs.FormEscaped:
		raw, err := strconv.Unquote(`"` + strings.ReplaceAll(text, "\n", `\n`) + `"`)
		if err != nil {
			t.Fatal(err)
		}
		return []byte(raw)
	}
	if _, err := fmt.Sscanf(form, "repeated %d times", &times); err != nil {
		t.Fatalf("fence %q: not one of those that this test knows", form)
	}
	return bytes.Repeat([]byte(text), times)
}

// repeated is a line "@N line", which stands for N of them, # for their number.
var repeated = regexp.MustCompile(`(?m)^@(\d+) (.*\n)`)

func repeatLine(line string) string {
	match := repeated.FindStringSubmatch(line)
	times, _ := strconv.Atoi(match[1])
	var out strings.Builder
	for i := range times {
		out.WriteString(strings.ReplaceAll(match[2], "#", strconv.Itoa(i+1)))
	}
	return out.String()
}
