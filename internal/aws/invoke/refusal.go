package invoke

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/internal/term/shell"
	"github.com/sfngen/sfngen/runtime/contract"
)

// refusal says why Lambda answered in place of the workflow, and what to do
// (Lambda developer guide, "Invoking Lambda function URLs" and "Control access to
// Lambda function URLs").
func (r Reply) refusal() string {
	if r.Answer.Header.Get("X-Amzn-Requestid") == "" {
		return "it is not from AWS either, whose answers have an x-amzn-RequestId; look for a proxy in between"
	}
	function := r.who.function
	switch r.Answer.StatusCode {
	case http.StatusForbidden:
		return r.forbidden()
	case http.StatusRequestEntityTooLarge:
		return fmt.Sprintf("the request is over the %d MB that a function URL takes; the workflow carries %d KiB",
			contract.PayloadLimit>>20, contract.RequestLimit>>10)
	case http.StatusTooManyRequests:
		return fmt.Sprintf("Lambda has no capacity for another %s%s, and nothing was sent to the API. Try again; if it stays so, "+
			"look at what is reserved (triggers.functionUrl.concurrency; 0 stops it): aws lambda get-function-concurrency "+
			"--function-name %s --region %s",
			function, inBrackets(r.said("Reason")), shell.Quote(function), shell.Quote(r.who.region))
	case http.StatusBadGateway:
		return fmt.Sprintf("%s crashed, or could not start; the API may have acted on the request. Its log says more: aws logs tail "+
			"%s --since 15m --region %s", function, shell.Quote(contract.LogGroup(function)), shell.Quote(r.who.region))
	case http.StatusGatewayTimeout:
		return fmt.Sprintf("%s ran out of time; its execution may continue: %s lists the latest", function, r.who.command("trace"))
	}
	if !r.Failed() {
		return "the function URL itself answered (CORS), and nothing was started"
	}
	return fmt.Sprintf("Lambda itself refuses%s. Try again; if it stays so, deploy the stack again, and look at %s",
		inBrackets(r.said("Message")), contract.HealthPage)
}

// forbidden distinguishes a wrong signature from one without the permission.
func (r Reply) forbidden() string {
	said := r.said("Message")
	switch lower := strings.ToLower(said); {
	case strings.Contains(lower, "signature"):
		return fmt.Sprintf("AWS does not take the signature%s. Compare this machine's clock with the real time, and the secret key "+
			"with that of %s", inBrackets(firstSentence(said)), r.who.caller)
	case strings.Contains(lower, "security token"):
		return fmt.Sprintf("AWS does not take the credentials%s. Log in again (aws sso login), or name others with --profile",
			inBrackets(firstSentence(said)))
	case !r.who.signed:
		return r.maybeGone(said) + "the stack was deployed with auth: none, but its function URL refuses requests without a " +
			"signature: its AuthType or its permissions were changed by hand, or a policy of your organization forbids it. Compare with " +
			"the template: aws cloudformation detect-stack-drift --stack-name " + shell.Quote(r.who.stack) + " --region " + shell.Quote(r.who.region)
	}
	return r.maybeGone(said) + fmt.Sprintf("%s may not call it. %s allow lambda:InvokeFunctionUrl and lambda:InvokeFunction, "+
		"both, on %s. If it has them, look for a Deny (a permissions boundary, a policy of your organization), or a permission of "+
		"the function that was changed by hand",
		r.who.caller, r.policyAdvice(), r.who.function)
}

// maybeGone is advice for a refusal without a reason, which is also the answer for a
// function URL that no longer exists (seen, not documented).
func (r Reply) maybeGone(said string) string {
	if said != "" {
		return ""
	}
	return fmt.Sprintf("Lambda gives no reason. Perhaps the function URL no longer exists, because it was deleted or recreated: "+
		"%s shows the current one. If it exists, ", r.who.command("deploy"))
}

func (r Reply) policyAdvice() string {
	if r.who.policy == "" {
		return "Its own policies must"
	}
	return "Attach " + r.who.policy + " to it, or let its own policies"
}

// said is a member of Lambda's answer; services write them in both cases.
func (r Reply) said(member string) string {
	var body map[string]any
	if json.Unmarshal(r.Answer.Body, &body) != nil {
		return ""
	}
	for name, value := range body {
		if text, ok := value.(string); ok && strings.EqualFold(name, member) {
			return printable.Line(text)
		}
	}
	return ""
}

func firstSentence(text string) string {
	sentence, _, _ := strings.Cut(text, ". ")
	line, _, _ := strings.Cut(sentence, "\n")
	return strings.TrimSuffix(line, ".")
}

func inBrackets(text string) string {
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}
