package engine

import (
	"net/http"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// What each answer of lambda:invoke has in common, in the order recorded from
// AWS (LocalStack, TASK_SERVICE_LAMBDA_INVOKE).
var (
	latest     = jsonvalue.OfString("$LATEST")
	keepAlive  = jsonvalue.OfString("keep-alive")
	zero       = jsonvalue.OfString("0")
	jsonType   = jsonvalue.OfString("application/json")
	statusOK   = jsonvalue.OfInt(http.StatusOK)
	latestList = jsonvalue.OfArray(latest)
	aliveList  = jsonvalue.OfArray(keepAlive)
	zeroList   = jsonvalue.OfArray(zero)
	typeList   = jsonvalue.OfArray(jsonType)
)

// invocation is a reply as lambda:invoke wraps it.
func (e *execution) invocation(r Reply) jsonvalue.Value {
	id := jsonvalue.OfString(r.RequestID)
	return jsonvalue.OfObject(
		jsonvalue.Member{Name: "ExecutedVersion", Value: latest},
		jsonvalue.Member{Name: "Payload", Value: r.Payload},
		jsonvalue.Member{Name: "SdkHttpMetadata", Value: e.httpMetadata(r, id)},
		jsonvalue.Member{Name: "SdkResponseMetadata", Value: jsonvalue.OfObject(jsonvalue.Member{Name: "RequestId", Value: id})},
		jsonvalue.Member{Name: "StatusCode", Value: statusOK},
	)
}

func (e *execution) httpMetadata(r Reply, id jsonvalue.Value) jsonvalue.Value {
	length := jsonvalue.OfString(jsonvalue.OfInt(int64(r.Payload.Size())).Number())
	now := e.env.Clock.Now()
	date := jsonvalue.OfString(now.UTC().Format(http.TimeFormat))
	trace := jsonvalue.OfString(traceID(now, r.RequestID))
	return jsonvalue.OfObject(
		jsonvalue.Member{Name: "AllHttpHeaders", Value: jsonvalue.OfObject(
			jsonvalue.Member{Name: "X-Amz-Executed-Version", Value: latestList},
			jsonvalue.Member{Name: "x-amzn-Remapped-Content-Length", Value: zeroList},
			jsonvalue.Member{Name: "Connection", Value: aliveList},
			jsonvalue.Member{Name: "x-amzn-RequestId", Value: jsonvalue.OfArray(id)},
			jsonvalue.Member{Name: "Content-Length", Value: jsonvalue.OfArray(length)},
			jsonvalue.Member{Name: "Date", Value: jsonvalue.OfArray(date)},
			jsonvalue.Member{Name: "X-Amzn-Trace-Id", Value: jsonvalue.OfArray(trace)},
			jsonvalue.Member{Name: "Content-Type", Value: typeList},
		)},
		jsonvalue.Member{Name: "HttpHeaders", Value: jsonvalue.OfObject(
			jsonvalue.Member{Name: "Connection", Value: keepAlive},
			jsonvalue.Member{Name: "Content-Length", Value: length},
			jsonvalue.Member{Name: "Content-Type", Value: jsonType},
			jsonvalue.Member{Name: "Date", Value: date},
			jsonvalue.Member{Name: "X-Amz-Executed-Version", Value: latest},
			jsonvalue.Member{Name: "x-amzn-Remapped-Content-Length", Value: zero},
			jsonvalue.Member{Name: "x-amzn-RequestId", Value: id},
			jsonvalue.Member{Name: "X-Amzn-Trace-Id", Value: trace},
		)},
		jsonvalue.Member{Name: "HttpStatusCode", Value: statusOK},
	)
}
