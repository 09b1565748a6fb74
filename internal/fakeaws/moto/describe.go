package moto

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/gen/cfn"
)

var status = regexp.MustCompile(`<StackStatus>[A-Z_]+</StackStatus>`)

// describe adds the outputs, and the status that a failure has left.
func (g *gateway) describe(w http.ResponseWriter, r *http.Request, nameOrID string) {
	if g.isLeft(nameOrID) {
		g.describeLeft(w, nameOrID)
		return
	}
	answer := g.pass(r)
	text := answer.Body.String()
	g.mu.Lock()
	left := g.failed[g.idOf(nameOrID)]
	g.mu.Unlock()
	switch {
	case left != "":
		text = status.ReplaceAllString(text, "<StackStatus>"+left+"</StackStatus>")
	case answer.Code == http.StatusOK && strings.Count(text, "<StackId>") == 1 && !strings.Contains(text, "REVIEW_IN_PROGRESS"):
		text = strings.Replace(text, "</StackName>", "</StackName>"+g.outputs(r.Context(), nameOrID), 1)
	}
	answer.Body.Reset()
	answer.Body.WriteString(text)
	answer.Header().Del("Content-Length")
	copyAnswer(w, answer)
}

// describeLeft describes a stack that only has a name.
func (g *gateway) describeLeft(w http.ResponseWriter, nameOrID string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	id := g.idOf(nameOrID)
	write(w, "DescribeStacks", fmt.Sprintf("<Stacks><member><StackName>%s</StackName><StackId>%s</StackId>"+
		"<CreationTime>2026-11-24T10:00:00Z</CreationTime><StackStatus>ROLLBACK_COMPLETE</StackStatus></member></Stacks>", nameOf(id), id))
}

// list is ListStackResources.
func (g *gateway) list(w http.ResponseWriter, r *http.Request, nameOrID string) {
	if g.isLeft(nameOrID) {
		write(w, "ListStackResources", "<StackResourceSummaries/>")
		return
	}
	g.proxy.ServeHTTP(w, r)
}

// readTemplate is GetTemplate, which moto cannot answer for a failed creation, or for
// a change set.
func (g *gateway) readTemplate(w http.ResponseWriter, r *http.Request, form url.Values) {
	nameOrID := form.Get("StackName")
	if !g.isLeft(nameOrID) && !form.Has("ChangeSetName") {
		g.proxy.ServeHTTP(w, r)
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	var text strings.Builder
	_ = xml.EscapeText(&text, []byte(g.template[nameOf(g.idOf(nameOrID))])) // to memory
	write(w, "GetTemplate", "<TemplateBody>"+text.String()+"</TemplateBody>")
}

// outputs are those of the generated templates. moto makes none of a stack that
// a change set has created.
func (g *gateway) outputs(ctx context.Context, stack string) string {
	template, err := g.moto.GetTemplate(ctx, &cloudformation.GetTemplateInput{StackName: &stack})
	if err != nil {
		g.t.Errorf("moto: %v", err)
		return ""
	}
	s, err := cfn.Read([]byte(aws.ToString(template.TemplateBody)))
	if err != nil {
		return "" // another tool's stack
	}
	arn := fmt.Sprintf("arn:aws:states:%s:%s:stateMachine:%s", fakeaws.Region, fakeaws.Account, s.StateMachine)
	var out strings.Builder
	out.WriteString("<Outputs>")
	outputs := [][2]string{
		{cfn.OutputFunctionURL, g.functionURL}, {cfn.OutputStateMachineARN, arn}, {cfn.OutputOrchestrator, s.Orchestrator},
		{cfn.OutputEgresses, strings.Join(s.Egresses, ",")},
	}
	if s.AuthType == "AWS_IAM" {
		outputs = append(outputs, [2]string{cfn.OutputCallerPolicyARN, "arn:aws:iam::" + fakeaws.Account + ":policy/" + s.Name +
			"-CallerPolicy-9XJ2K4LQ"})
	}
	for _, queue := range [][2]string{{cfn.OutputDeadLetters, "dead-letters"}, {cfn.OutputFailedExecutions, "failed-executions"}} {
		if strings.Contains(aws.ToString(template.TemplateBody), queue[0]+":") {
			outputs = append(outputs, [2]string{queue[0], fmt.Sprintf("https://sqs.%s.amazonaws.com/%s/%s-%s", fakeaws.Region, fakeaws.Account,
				s.Name, queue[1])})
		}
	}
	for _, output := range outputs {
		out.WriteString("<member><OutputKey>" + output[0] + "</OutputKey><OutputValue>")
		_ = xml.EscapeText(&out, []byte(output[1])) // to memory
		out.WriteString("</OutputValue></member>")
	}
	return out.String() + "</Outputs>"
}

// drift: only the templates change what moto has.
func (g *gateway) drift(w http.ResponseWriter, action string) {
	write(w, action, map[string]string{
		"DetectStackDrift": "<StackDriftDetectionId>detection-1</StackDriftDetectionId>",
		"DescribeStackDriftDetectionStatus": "<StackDriftDetectionId>detection-1</StackDriftDetectionId>" +
			"<DetectionStatus>DETECTION_COMPLETE</DetectionStatus>" +
			"<StackDriftStatus>IN_SYNC</StackDriftStatus><DriftedStackResourceCount>0</DriftedStackResourceCount>",
		"DescribeStackResourceDrifts": "<StackResourceDrifts/>",
	}[action])
}

// write answers in the Query protocol.
func write(w http.ResponseWriter, action, result string) {
	w.Header().Set("Content-Type", "text/xml")
	const envelope = `<%[1]sResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">` +
		`<%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse>`
	fmt.Fprintf(w, envelope, action, result)
}

func copyAnswer(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()) // a client that went away
}
