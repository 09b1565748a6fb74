package local

import (
	"net/http"

	"github.com/sfngen/sfngen/internal/local/functionurl"
	"github.com/sfngen/sfngen/internal/local/guard"
)

// keyHeader carries the key of a private function URL. It never reaches a Lambda.
const keyHeader = "X-Sfngen-Key"

// door is the function URL's. A deployed one may require a signature; this one does
// not.
func (w *Workflow) door() guard.Door {
	d := guard.Door{
		Name: "this URL", Handler: http.HandlerFunc(w.serve),
		Allows:  func(origin string) bool { return functionurl.CORS{Origins: w.now().origins}.Allows(origin) },
		Advice:  "; add it to triggers.functionUrl.cors.origins if it should",
		Refused: w.refused,
	}
	if w.options.Private {
		d.Key, d.Carrier = w.key, guard.InHeader(keyHeader)
		d.Allows = func(string) bool { return true } // no page has the key: an Origin is the user's own header
	}
	return d
}

func (w *Workflow) serve(out http.ResponseWriter, in *http.Request) {
	g, leave := w.enter()
	defer leave()
	g.entry.ServeHTTP(out, in)
}

// refused reports what the door has answered.
func (w *Workflow) refused(in *http.Request, status int) {
	if w.options.Answered != nil {
		w.options.Answered(Answer{Method: in.Method, Path: in.URL.EscapedPath(), StatusCode: status})
	}
}

// Transport sends requests to the function URL, also to a private one. It follows no
// redirect and changes nothing of an answer.
func (w *Workflow) Transport() http.RoundTripper {
	return keyed{key: w.key, to: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}
}

// keyed adds the key to a copy: a record of the request does not have it.
type keyed struct {
	key guard.Key
	to  http.RoundTripper
}

func (k keyed) RoundTrip(in *http.Request) (*http.Response, error) {
	with := in.Clone(in.Context())
	with.Header.Set(keyHeader, k.key.Secret())
	return k.to.RoundTrip(with)
}

// statesDoor is Step Functions' API for one generation's orchestrator: the SDK sends
// the session token of its credentials, and the token is the key.
func (w *Workflow) statesDoor(g *generation) guard.Door {
	return guard.Door{
		Name: "the Step Functions API of this run", Key: w.key, Carrier: guard.InHeader("X-Amz-Security-Token"),
		// The version exists before any orchestrator can use it.
		Handler: http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) { g.version.ServeHTTP(out, in) }),
	}
}
