package engine

import (
	"strconv"
	"strings"
	"time"
)

// traceID is an X-Amzn-Trace-Id that is not sampled, with the form and length that
// AWS puts into a result (seen 2026-02; LocalStack's recordings blank it): it
// counts towards the size of the result. Nothing is traced here, so it comes from
// the invocation's id: the same run gives the same one.
func traceID(at time.Time, requestID string) string {
	id := (strings.ReplaceAll(requestID, "-", "") + zeros)[:len(zeros)]
	return "Root=1-" + epoch(at) + "-" + id[8:] + ";Parent=" + id[:16] + ";Sampled=0;Lineage=1:" + id[:8] + ":0"
}

// zeros replace the digits of an id that is not a UUID.
const zeros = "00000000000000000000000000000000"

// epoch is the time in seconds, in eight hexadecimal digits (X-Ray, trace ids).
func epoch(at time.Time) string {
	digits := strconv.FormatUint(uint64(uint32(at.Unix())), 16)
	return zeros[:8-len(digits)] + digits
}
