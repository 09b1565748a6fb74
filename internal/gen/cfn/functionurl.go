package cfn

import (
	"slices"

	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

const (
	functionURL           = "FunctionUrl"
	functionURLPermission = "FunctionUrlPermission"
	invokePermission      = "FunctionUrlInvokePermission"
	callerPolicy          = "CallerPolicy"
)

// functionURL is the orchestrator's URL and who may call it. Since October 2025 a
// caller needs two actions; the second is limited to calls through the URL (Lambda,
// "Control access to Lambda function URLs").
//
// With auth none everyone has both. With auth iam both name the account: the
// policies of its principals then decide which of them may call, as for any account
// that a resource policy trusts. CallerPolicy is such a policy, ready to attach.
func (b *builder) functionURL() {
	if !b.plan.Spec.HasFunctionURL() {
		b.callerPolicy(statement{actions: []string{"lambda:InvokeFunction"}})
		return
	}
	url := b.plan.Spec.Triggers.FunctionURL
	authType, principal := "AWS_IAM", document.Value(ref("AWS::AccountId"))
	if url.Auth == "none" {
		authType, principal = "NONE", "*"
	}
	p := properties{
		"TargetFunctionArn": getAtt(OrchestratorID, "Arn"),
		"AuthType":          authType,
		"InvokeMode":        "BUFFERED",
	}
	if len(url.CORS.Origins) > 0 {
		p["Cors"] = b.cors(url.CORS)
	}
	b.add(Resource{ID: functionURL, Type: typeURL, Properties: p})
	b.urlPermission(functionURLPermission, "lambda:InvokeFunctionUrl", principal, "FunctionUrlAuthType", authType)
	b.urlPermission(invokePermission, "lambda:InvokeFunction", principal, "InvokedViaFunctionUrl", true)
	if url.Auth != "none" {
		b.callerPolicy(urlStatements()...)
	}
}

func (b *builder) urlPermission(id, action string, principal document.Value, condition string, value document.Value) {
	b.add(Resource{ID: id, Type: typePermission, Properties: properties{
		"FunctionName": ref(OrchestratorID),
		"Action":       action,
		"Principal":    principal,
		condition:      value,
	}})
}

// callerPolicy is for callers; it allows nothing else on the function.
func (b *builder) callerPolicy(statements ...statement) {
	for i := range statements {
		statements[i].resources = getAtt(OrchestratorID, "Arn")
	}
	b.add(Resource{ID: callerPolicy, Type: typeManagedPolicy, Properties: properties{
		"Description":    "Lets a principal call " + b.name + ".",
		"PolicyDocument": policyDocument(statements...),
	}})
}

func urlStatements() []statement {
	return []statement{
		{actions: []string{"lambda:InvokeFunctionUrl"}, condition: document.Map{
			{Name: "StringEquals", Value: document.Map{{Name: "lambda:FunctionUrlAuthType", Value: "AWS_IAM"}}},
		}},
		{actions: []string{"lambda:InvokeFunction"}, condition: document.Map{
			{Name: "Bool", Value: document.Map{{Name: "lambda:InvokedViaFunctionUrl", Value: "true"}}},
		}},
	}
}

// cors lets a browser do what the spec says. Without a spec it may do what any
// other caller may: send the upstream's methods and the forwarded headers. It may
// read the headers that sfngen adds to the answer.
func (b *builder) cors(c spec.CORS) document.Map {
	methods, headers := c.Methods, c.Headers
	if len(methods) == 0 {
		methods = slices.DeleteFunc(slices.Clone(b.plan.Spec.Upstream.Methods), func(m string) bool { return m == "OPTIONS" })
	}
	if len(headers) == 0 {
		headers = b.plan.Spec.Upstream.ForwardHeaders
	}
	m := document.Map{{Name: "AllowOrigins", Value: document.Of(c.Origins)}}
	if len(methods) > 0 {
		m = append(m, document.Field{Name: "AllowMethods", Value: document.Of(methods)})
	}
	if len(headers) > 0 {
		m = append(m, document.Field{Name: "AllowHeaders", Value: document.Of(headers)})
	}
	return append(m,
		document.Field{Name: "ExposeHeaders", Value: document.Of(exposedHeaders)},
		document.Field{Name: "MaxAge", Value: seconds(c.MaxAge)})
}

var exposedHeaders = []string{"location", "retry-after", contract.HeaderAttempts, contract.HeaderEgress, contract.HeaderExecution,
	contract.HeaderTruncated}
