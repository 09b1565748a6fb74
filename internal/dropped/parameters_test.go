package dropped_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/dropped"
)

func TestParametersThatTheSpecReplaces(t *testing.T) {
	r := dropped.Rules{FixedParameters: []string{"version", "ids[]"}, ShownParameters: []string{"api_key"}}
	for query, want := range map[string][]string{
		"":                         nil,
		"page=2&Version=1":         nil,
		"version=1&page=2":         {"lost the parameter version: upstream.query sends its own"},
		"api%5Fkey=mine&api_key=2": {"lost the parameter api_key: upstream.credentials sends its own"},
		"a=1;version=2&ids%5B%5D=3&api_key": {"lost the parameters version and ids[]: upstream.query sends its own",
			"lost the parameter api_key: upstream.credentials sends its own"},
	} {
		if diff := cmp.Diff(want, sentences(r.OfQuery(query))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
}

func sentences(fields []dropped.Field) []string {
	if len(fields) == 0 {
		return nil
	}
	return dropped.Sentences("lost", fields)
}

// A header and a parameter that are dropped for one reason are two sentences.
func TestHeadersAndParametersApart(t *testing.T) {
	r := dropped.Rules{Shown: []string{"x-key"}, ShownParameters: []string{"key"}}
	fields := append(r.Of(http.Header{"X-Key": {"1"}}, nil), r.OfQuery("key=1")...)
	want := []string{"lost the header x-key: upstream.credentials sends its own", "lost the parameter key: upstream.credentials sends its own"}
	if diff := cmp.Diff(want, sentences(fields)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
