package engine

import (
	"net/http"

	"github.com/sfngen/sfngen/internal/engine/value"
)

// What each answer of lambda:invoke has in common, in the order recorded from
// AWS (LocalStack, TASK_SERVICE_LAMBDA_INVOKE).
var (
	latest     = value.OfString("$LATEST")
	keepAlive  = value.OfString("keep-alive")
	zero       = value.OfString("0")
	jsonType   = value.OfString("application/json")
	statusOK   = value.OfInt(http.StatusOK)
	latestList = value.OfArray(latest)
	aliveList  = value.OfArray(keepAlive)
	zeroList   = value.OfArray(zero)
	typeList   = value.OfArray(jsonType)
)

// invocation is a reply as lambda:invoke wraps it.
func (e *execution) invocation(r Reply) value.Value {
	id := value.OfString(r.RequestID)
	return value.OfObject(
		value.Member{Name: "ExecutedVersion", Value: latest},
		value.Member{Name: "Payload", Value: r.Payload},
		value.Member{Name: "SdkHttpMetadata", Value: e.httpMetadata(r, id)},
		value.Member{Name: "SdkResponseMetadata", Value: value.OfObject(value.Member{Name: "RequestId", Value: id})},
		value.Member{Name: "StatusCode", Value: statusOK},
	)
}

func (e *execution) httpMetadata(r Reply, id value.Value) value.Value {
	length := value.OfString(value.OfInt(int64(r.Payload.Size())).Number())
	now := e.env.Clock.Now()
	date := value.OfString(now.UTC().Format(http.TimeFormat))
	trace := value.OfString(traceID(now, r.RequestID))
	return value.OfObject(
		value.Member{Name: "AllHttpHeaders", Value: value.OfObject(
			value.Member{Name: "X-Amz-Executed-Version", Value: latestList},
			value.Member{Name: "x-amzn-Remapped-Content-Length", Value: zeroList},
			value.Member{Name: "Connection", Value: aliveList},
			value.Member{Name: "x-amzn-RequestId", Value: value.OfArray(id)},
			value.Member{Name: "Content-Length", Value: value.OfArray(length)},
			value.Member{Name: "Date", Value: value.OfArray(date)},
			value.Member{Name: "X-Amzn-Trace-Id", Value: value.OfArray(trace)},
			value.Member{Name: "Content-Type", Value: typeList},
		)},
		value.Member{Name: "HttpHeaders", Value: value.OfObject(
			value.Member{Name: "Connection", Value: keepAlive},
			value.Member{Name: "Content-Length", Value: length},
			value.Member{Name: "Content-Type", Value: jsonType},
			value.Member{Name: "Date", Value: date},
			value.Member{Name: "X-Amz-Executed-Version", Value: latest},
			value.Member{Name: "x-amzn-Remapped-Content-Length", Value: zero},
			value.Member{Name: "x-amzn-RequestId", Value: id},
			value.Member{Name: "X-Amzn-Trace-Id", Value: trace},
		)},
		value.Member{Name: "HttpStatusCode", Value: statusOK},
	)
}
