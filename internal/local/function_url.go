package local

import (
	"net/http"

	"github.com/sfngen/sfngen/internal/local/functionurl"
)

// functionURL is the template's AWS::Lambda::Url. Requests need no signature here:
// other machines do not reach a loopback address (see door).
func (w *Workflow) functionURL(g *generation) http.Handler {
	p := g.stack.Plan
	o := functionurl.Options{
		Function: orchestratorName(p),
		Invoke:   g.lambda.Invoke,
	}
	if p.FunctionURL != nil && p.FunctionURL.CORS != nil {
		o.CORS = functionurl.CORS(*p.FunctionURL.CORS) // a field that one of them lacks does not compile
	}
	g.origins = o.CORS.Origins
	return observed(w.withTriggers(g, functionurl.New(o)), w.options.Answered)
}
