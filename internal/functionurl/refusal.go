package functionurl

import (
	"encoding/json"
	"net/http"
)

// refusal is an answer that no function has given. AWS says little in it.
func refusal(status int, errorType, body string) Answer {
	header := http.Header{"Content-Type": {"application/json"}}
	if errorType != "" {
		header.Set("X-Amzn-Errortype", errorType)
	}
	return Answer{Status: status, Header: header, Body: []byte(body)}
}

func incomplete() Answer {
	return refusal(http.StatusBadRequest, "BadRequestException", message("Bad Request"))
}

func tooLarge() Answer {
	return refusal(http.StatusRequestEntityTooLarge, "RequestEntityTooLargeException", message("Request Entity Too Large"))
}

// BadGateway is the answer for a function that failed, could not be invoked, or
// answered with what is no HTTP response. AWS's 502 is plain text under the type of
// JSON.
func BadGateway() Answer {
	return refusal(http.StatusBadGateway, "", "Internal Server Error")
}

func timedOut() Answer { return refusal(http.StatusGatewayTimeout, "", "Gateway Timeout") }

// NotInvoked is the answer when Lambda has refused to invoke the function (API
// reference, Invoke, "Errors"). reason is that of TooManyRequestsException.
func NotInvoked(status int, code, text, reason string) Answer {
	switch status {
	case http.StatusTooManyRequests:
		return refusal(status, code, encode(map[string]string{"Reason": reason, "Type": "User", "message": text}))
	case http.StatusRequestEntityTooLarge:
		return refusal(status, code, message(text))
	}
	return BadGateway()
}

func message(text string) string { return encode(map[string]string{"Message": text}) }

func encode(body map[string]string) string {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err) // strings only
	}
	return string(text)
}
