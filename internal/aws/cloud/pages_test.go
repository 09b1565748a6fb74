package cloud_test

import (
	"errors"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

type numbered struct {
	number int
	next   string
}

func following(p *numbered) *string { return &p.next }

// pages asks a list whose pages are 1 to last, and returns what it was given.
func pages(last int, fails int, stop int) (got []int, asked []string, failed error) {
	ask := func(token *string) (*numbered, error) {
		number := 1
		if token != nil {
			asked = append(asked, *token)
			number, _ = strconv.Atoi(*token)
		}
		if number == fails {
			return nil, errors.New("refused")
		}
		next := strconv.Itoa(number + 1)
		if number == last {
			next = ""
		}
		return &numbered{number, next}, nil
	}
	for page, err := range cloud.Pages(ask, following) {
		if err != nil {
			failed = err
			continue
		}
		if got = append(got, page.number); page.number == stop {
			break
		}
	}
	return got, asked, failed
}

func TestPagesAreReadToTheEnd(t *testing.T) {
	for name, test := range map[string]struct {
		last, fails, stop int
		want              []int
		asked             []string
		failed            bool
	}{
		"one":     {last: 1, want: []int{1}},
		"three":   {last: 3, want: []int{1, 2, 3}, asked: []string{"2", "3"}},
		"stopped": {last: 3, stop: 2, want: []int{1, 2}, asked: []string{"2"}},
		"refused": {last: 3, fails: 2, want: []int{1}, asked: []string{"2"}, failed: true},
	} {
		got, asked, err := pages(test.last, test.fails, test.stop)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: pages (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(test.asked, asked); diff != "" {
			t.Errorf("%s: tokens (-want +got):\n%s", name, diff)
		}
		if (err != nil) != test.failed {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What answers in AWS's place may send anything, and the same page for ever.
func TestPagesThatDoNotEnd(t *testing.T) {
	asked := 0
	var failed error
	for _, err := range cloud.Pages(func(*string) (*numbered, error) { asked++; return &numbered{asked, "again"}, nil }, following) {
		failed = err
	}
	want := "AWS's list does not end: the same page comes again; is it AWS that answers? look at the proxy and at AWS_ENDPOINT_URL"
	if asked != 2 || failed == nil || failed.Error() != want {
		t.Errorf("asked %d times, then %v", asked, failed)
	}
}
