package local

import (
	"net/http"

	"github.com/sfngen/sfngen/internal/local/functionurl"
	"github.com/sfngen/sfngen/internal/stack"
)

// functionURL is what the template's AWS::Lambda::Url is. Requests need no
// signature here: nobody else reaches a loopback address.
func (w *Workflow) functionURL(s *stack.Stack) http.Handler {
	p := s.Plan
	o := functionurl.Options{
		Function: orchestratorName(p),
		Invoke:   w.lambda.Invoke,
	}
	if p.Spec.HasFunctionURL() {
		cors := p.Spec.Triggers.FunctionURL.CORS
		o.CORS = functionurl.CORS{Origins: cors.Origins, Methods: cors.Methods, Headers: cors.Headers, MaxAge: cors.MaxAge}
	}
	return told(guarded(w.options.Listen, o.CORS.Origins, w.withTriggers(s, functionurl.New(o))), w.options.Answered)
}
