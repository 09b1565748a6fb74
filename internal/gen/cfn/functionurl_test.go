package cfn_test

import "testing"

var bothPermissions = [2]string{"FunctionUrlPermission", "FunctionUrlInvokePermission"}

func TestFunctionURLHasBothPermissions(t *testing.T) {
	for auth, want := range map[string]struct{ authType, principal string }{
		"iam":  {"AWS_IAM", "!Ref AWS::AccountId"},
		"none": {"NONE", "*"},
	} {
		t.Run(auth, func(t *testing.T) {
			all := resources(t, story+"triggers: {functionUrl: {auth: "+auth+"}}\n")
			diff(t, "url", object{"TargetFunctionArn": "!GetAtt Orchestrator.Arn", "AuthType": want.authType, "InvokeMode": "BUFFERED"},
				props(t, all, "FunctionUrl"))
			diff(t, "first", object{"FunctionName": "!Ref Orchestrator", "Action": "lambda:InvokeFunctionUrl",
				"Principal": want.principal, "FunctionUrlAuthType": want.authType}, props(t, all, bothPermissions[0]))
			diff(t, "second", object{"FunctionName": "!Ref Orchestrator", "Action": "lambda:InvokeFunction",
				"Principal": want.principal, "InvokedViaFunctionUrl": true}, props(t, all, bothPermissions[1]))
			if _, ok := all["CallerPolicy"]; ok != (auth == "iam") {
				t.Errorf("CallerPolicy: %v", ok)
			}
		})
	}
}

func TestCallerPolicyAllowsTheURLAndNothingElse(t *testing.T) {
	diff(t, "CallerPolicy", object{"Version": "2012-10-17", "Statement": []any{
		object{"Effect": "Allow", "Action": "lambda:InvokeFunctionUrl", "Resource": "!GetAtt Orchestrator.Arn",
			"Condition": object{"StringEquals": object{"lambda:FunctionUrlAuthType": "AWS_IAM"}}},
		object{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "!GetAtt Orchestrator.Arn",
			"Condition": object{"Bool": object{"lambda:InvokedViaFunctionUrl": "true"}}},
	}}, props(t, resources(t, story), "CallerPolicy")["PolicyDocument"].(object))
}

func TestGovCloudHasNoFunctionURL(t *testing.T) {
	all := resources(t, story+"partition: aws-us-gov\n")
	for _, id := range append(bothPermissions[:], "FunctionUrl") {
		if _, ok := all[id]; ok {
			t.Errorf("%s is there", id)
		}
	}
	diff(t, "CallerPolicy", object{"Version": "2012-10-17", "Statement": []any{
		object{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "!GetAtt Orchestrator.Arn"},
	}}, props(t, all, "CallerPolicy")["PolicyDocument"].(object))
}

func TestCORS(t *testing.T) {
	exposed := []any{"location", "retry-after", "x-sfngen-attempts", "x-sfngen-egress", "x-sfngen-execution", "x-sfngen-truncated"}
	for name, test := range map[string]struct {
		cors string
		want any
	}{
		"none": {"{}", nil},
		"as written": {"{origins: ['https://shop.example'], methods: [GET], headers: [content-type], maxAge: 1h}", object{
			"AllowOrigins": []any{"https://shop.example"}, "AllowMethods": []any{"GET"}, "AllowHeaders": []any{"content-type"},
			"ExposeHeaders": exposed, "MaxAge": 3600}},
		"with more to read and credentials": {"{origins: ['https://shop.example'], methods: [GET], headers: [accept], " +
			"exposeHeaders: [X-Total-Count, Location], allowCredentials: true}", object{
			"AllowOrigins": []any{"https://shop.example"}, "AllowMethods": []any{"GET"}, "AllowHeaders": []any{"accept"},
			"AllowCredentials": true, "ExposeHeaders": append(exposed[:6:6], "x-total-count"), "MaxAge": 0}},
		"what any caller may": {"{origins: ['*']}, auth: none", object{
			"AllowOrigins": []any{"*"}, "AllowMethods": []any{"GET", "POST"}, // Lambda answers OPTIONS itself
			"AllowHeaders":  []any{"accept", "content-type", "idempotency-key"},
			"ExposeHeaders": exposed, "MaxAge": 0}},
		"what any caller may who signs": {"{origins: ['*']}, auth: iam", object{
			"AllowOrigins": []any{"*"}, "AllowMethods": []any{"GET", "POST"},
			"AllowHeaders": []any{"accept", "content-type", "idempotency-key",
				"authorization", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"},
			"ExposeHeaders": exposed, "MaxAge": 0}},
	} {
		t.Run(name, func(t *testing.T) {
			all := resources(t, story+"triggers: {functionUrl: {cors: "+test.cors+"}}\n")
			diff(t, "Cors", test.want, props(t, all, "FunctionUrl")["Cors"])
		})
	}
}
