package cfn

import (
	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/gen/plan"
)

// functionURL is the orchestrator's URL and who may call it. Since October 2025 a
// caller needs two actions; the second is limited to calls through the URL (Lambda,
// "Control access to Lambda function URLs").
//
// With auth none everyone has both. With auth iam both name the account: the
// policies of its principals then decide which of them may call, as for any account
// that a resource policy trusts. CallerPolicy is such a policy, ready to attach.
func (b *builder) functionURL() {
	if b.plan.FunctionURL == nil {
		b.callerPolicy(statement{actions: []string{"lambda:InvokeFunction"}})
		return
	}
	url := b.plan.FunctionURL
	authType, principal := "AWS_IAM", document.Value(ref("AWS::AccountId"))
	if url.Public {
		authType, principal = "NONE", "*"
	}
	p := properties{
		"TargetFunctionArn": getAtt(OrchestratorID, "Arn"),
		"AuthType":          authType,
		"InvokeMode":        "BUFFERED",
	}
	if url.CORS != nil {
		p["Cors"] = cors(*url.CORS)
	}
	b.add(urlID, p)
	b.urlPermission(urlPermissionID, "lambda:InvokeFunctionUrl", principal, "FunctionUrlAuthType", authType)
	b.urlPermission(invokePermissionID, "lambda:InvokeFunction", principal, "InvokedViaFunctionUrl", true)
	if !url.Public {
		b.callerPolicy(urlStatements()...)
	}
}

func (b *builder) urlPermission(id, action string, principal document.Value, condition string, value document.Value) {
	b.add(id, properties{
		"FunctionName": ref(OrchestratorID),
		"Action":       action,
		"Principal":    principal,
		condition:      value,
	})
}

// callerPolicy is for callers; it allows nothing else on the function.
func (b *builder) callerPolicy(statements ...statement) {
	for i := range statements {
		statements[i].resources = getAtt(OrchestratorID, "Arn")
	}
	b.add(callerPolicyID, properties{
		"Description":    "Lets a principal call " + b.name + ".",
		"PolicyDocument": policyDocument(statements...),
	})
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

func cors(c plan.CORS) document.Map {
	m := document.Map{{Name: "AllowOrigins", Value: document.Of(c.Origins)}}
	if len(c.Methods) > 0 {
		m = append(m, document.Field{Name: "AllowMethods", Value: document.Of(c.Methods)})
	}
	if len(c.Headers) > 0 {
		m = append(m, document.Field{Name: "AllowHeaders", Value: document.Of(c.Headers)})
	}
	if c.AllowCredentials {
		m = append(m, document.Field{Name: "AllowCredentials", Value: true})
	}
	return append(m,
		document.Field{Name: "ExposeHeaders", Value: document.Of(c.ExposeHeaders)},
		document.Field{Name: "MaxAge", Value: seconds(c.MaxAge)})
}
