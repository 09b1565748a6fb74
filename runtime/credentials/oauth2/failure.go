package oauth2

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/egress"
)

// errTooLarge is that of an answer beyond answerLimit.
var errTooLarge = fmt.Errorf("its answer is larger than %d KiB", answerLimit>>10)

// certificateRequired is how crypto/tls writes that alert (RFC 8446 6.2); it has no type.
const certificateRequired = "tls: certificate required"

// failure tells an error of the library as one of the token endpoint: the API has seen
// nothing yet.
func (e *endpoint) failure(ctx context.Context, err error) *egress.CredentialError {
	var refused *oauth2.RetrieveError
	var failed *url.Error
	switch {
	case errors.As(err, &refused):
		return e.refusal(refused)
	case errors.Is(err, errTooLarge):
		return e.unusable(errTooLarge.Error(), false)
	case ctx.Err() != nil:
		return e.unusable("it did not answer in time", true)
	case strings.Contains(err.Error(), certificateRequired):
		return e.unusable("it wants a client certificate (RFC 8705), which is shown to the API alone", false)
	case errors.As(err, &failed): // without the URL, whose query is nobody's business
		return e.unusable(plain(failed.Err.Error()), !egress.IsBlocked(err))
	}
	return e.unusable("its answer is none of RFC 6749 5.1: "+plain(strings.TrimPrefix(err.Error(), "oauth2: ")), false)
}

func (e *endpoint) unusable(why string, again bool) *egress.CredentialError {
	return &egress.CredentialError{Reason: "the token endpoint " + e.host + ": " + why, Again: again}
}

// refusal tells an error answer (RFC 6749 5.2). Of a body that is none nothing is told: it
// may be a page, or hold what was sent.
func (e *endpoint) refusal(r *oauth2.RetrieveError) *egress.CredentialError {
	why := strings.TrimSpace(fmt.Sprintf("%d %s", r.Response.StatusCode, http.StatusText(r.Response.StatusCode)))
	if r.ErrorCode != "" {
		why += ": " + plain(r.ErrorCode)
	}
	if r.ErrorDescription != "" {
		why += " (" + plain(r.ErrorDescription) + ")"
	}
	if hint := hints[r.ErrorCode]; hint != "" {
		why += "; " + hint
	}
	failure := e.unusable(why, mayWorkAgain(r))
	failure.Refused = r.ErrorCode == "invalid_client" || r.ErrorCode == "" && r.Response.StatusCode == http.StatusUnauthorized
	return failure
}

// hints say what to do about the errors that the spec of a stack can mend.
var hints = map[string]string{
	"invalid_client":         "check clientId and clientSecret, and whether it wants authStyle: body",
	"unauthorized_client":    "this client may not have tokens by client credentials",
	"unsupported_grant_type": "it gives no tokens by client credentials",
	"invalid_scope":          "check scopes",
	"invalid_target":         "check audience",
}

// mayWorkAgain: the endpoint is busy or broken. What it refuses once, it refuses again.
func mayWorkAgain(r *oauth2.RetrieveError) bool {
	switch r.ErrorCode {
	case "server_error", "temporarily_unavailable", "slow_down": // RFC 6749 4.1.2.1, RFC 8628 3.5
		return true
	}
	switch status := r.Response.StatusCode; status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	default:
		return status >= 500
	}
}

// longestType is that of a token's type, in bytes: those of RFC 6749 7.1 and RFC 9449 are shorter.
const longestType = 16

// tokenFault says why a token cannot go out; "" for one that can.
func tokenFault(answer *oauth2.Token) string {
	kind := cmp.Or(answer.TokenType, "bearer")
	switch {
	case !strings.EqualFold(kind, "bearer"):
		if len(kind) > longestType || !contract.IsToken(kind) { // it may be the token itself
			kind = "no known name"
		}
		return fmt.Sprintf("it gives a token of type %s: only bearer tokens go out (RFC 6750)", kind)
	case strings.ContainsAny(answer.AccessToken, " \t") || !contract.IsFieldValue(answer.AccessToken):
		return "its access_token is not one that a header can carry (RFC 6750 2.1)"
	}
	return ""
}

// plainLimit is in bytes.
const plainLimit = 1 << 10

// plain makes words from outside fit for a log. They may hold what was sent, which package
// credentials masks, and makes one line of: so nothing is cut or changed here. What is
// longer is left out.
func plain(text string) string {
	if len(text) > plainLimit {
		return fmt.Sprintf("%d bytes of text", len(text))
	}
	return text
}
