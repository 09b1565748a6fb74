package engine

import (
	"math"
	"strconv"
	"strings"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// What a retrier may say (developer guide, error handling).
const (
	maxRetryDelay   = 31_622_400 // seconds of MaxDelaySeconds: 366 days
	defaultInterval = 1
	defaultAttempts = 3
	defaultRate     = 2
)

// Reserved error names.
const (
	errAll         = "States.ALL"
	errTaskFailed  = "States.TaskFailed"
	errTimeout     = "States.Timeout"
	errRuntime     = "States.Runtime"
	errDataLimit   = "States.DataLimitExceeded"
	errIntrinsic   = "States.IntrinsicFailure"
	errResultPath  = "States.ResultPathMatchFailure"
	errNoChoice    = "States.NoChoiceMatched"
	reservedPrefix = "States."
)

// reserved are the error names of the language and of AWS that begin States.
var reserved = fields{
	errAll, errTaskFailed, errTimeout, errRuntime, errDataLimit, errIntrinsic, errResultPath, errNoChoice,
	"States.BranchFailed", "States.ExceedToleratedFailureThreshold", "States.HeartbeatTimeout",
	"States.ItemReaderFailed", "States.ParameterPathFailure", "States.Permissions",
	"States.QueryEvaluationError", "States.ResultWriterFailed",
}

func (o object) retriers() []retrier {
	var retriers []retrier
	items := o.items("Retry")
	for i, item := range items {
		item.refuse(item.place, item.value, retrierFields, "a retrier")
		item.comment()
		retriers = append(retriers, item.retrier(i == len(items)-1))
	}
	return retriers
}

func (o object) retrier(last bool) retrier {
	r := retrier{
		errors:   o.errorEquals(last),
		interval: float64(o.integer("IntervalSeconds", defaultInterval, 1, maxSeconds)),
		attempts: o.integer("MaxAttempts", defaultAttempts, 0, maxSeconds),
		rate:     o.rate(),
		maxDelay: float64(o.integer("MaxDelaySeconds", maxSeconds, 1, maxRetryDelay)),
		jitter:   o.oneOf("JitterStrategy", "NONE", "FULL") == "FULL",
	}
	return r
}

// rate reads BackoffRate, the one number that need not be whole.
func (o object) rate() float64 {
	v, ok := o.get("BackoffRate", jsonvalue.Number)
	if !ok {
		return defaultRate
	}
	rate, err := strconv.ParseFloat(v.Number(), 64)
	if err != nil || rate < 1 || math.IsInf(rate, 0) {
		o.findf(o.at("BackoffRate"), "must be a number from 1.0, not %s", v.Number())
		return defaultRate
	}
	return rate
}

func (o object) catchers(in *loaded) []catcher {
	items := o.items("Catch")
	catchers := make([]catcher, len(items))
	for i, item := range items {
		item.refuse(item.place, item.value, catcherFields, "a catcher")
		item.comment()
		c := &catchers[i]
		c.errors = item.errorEquals(i == len(items)-1)
		c.target, c.assign = item.target(), item.assign()
		item.lead(in, func(s *state) { c.next = s })
	}
	return catchers
}

func (o object) errorEquals(last bool) errorNames {
	if !o.has("ErrorEquals") {
		o.findf(o.at("ErrorEquals"), "is missing")
	}
	list, ok := o.get("ErrorEquals", jsonvalue.Array)
	if !ok {
		return errorNames{}
	}
	if list.Len() == 0 {
		o.findf(o.at("ErrorEquals"), "needs at least one error name")
	}
	var names errorNames
	for i := range list.Len() {
		at := o.at("ErrorEquals").item(i)
		if k := list.Index(i).Kind(); k != jsonvalue.String {
			o.findf(at, "must be a string, not %s", k.WithArticle())
			continue
		}
		names.add(list.Index(i).Text())
		o.checkErrorName(at, list.Index(i).Text())
	}
	if names.all && (list.Len() > 1 || !last) {
		o.findf(o.at("ErrorEquals"), "States.ALL must stand alone, in the last entry")
	}
	return names
}

func (l *loader) checkErrorName(at place, name string) {
	switch {
	case name == "":
		l.findf(at, "an error name must not be empty")
	case strings.HasPrefix(name, reservedPrefix) && !reserved.has(name):
		l.findf(at, "%q is no error of the language, and only those begin with States.", name)
	}
}
