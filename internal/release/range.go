package release

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// Range is a set of releases, in the form that Terraform has for it (Terraform
// Language, "Version Constraints"): conditions with commas between them, all of which
// hold, such as ">= 0.4, < 0.6" or "~> 0.4". The zero Range holds every release.
type Range struct {
	text       string
	conditions []condition
}

// condition is an operator and the release behind it, as a tag.
type condition struct{ operator, tag string }

var oneCondition = lazyregexp.New(`^(=|!=|>|>=|<|<=|~>|)\s*v?((?:0|[1-9]\d{0,8})(?:\.(?:0|[1-9]\d{0,8})){0,2})(-[0-9A-Za-z.-]+)?$`)

// ParseRange reads a range. A release has one to three numbers; those that are not
// written are 0. One without an operator is that release alone.
func ParseRange(text string) (Range, error) {
	r := Range{text: text}
	for part := range strings.SplitSeq(text, ",") {
		m := oneCondition.FindStringSubmatch(strings.TrimSpace(part))
		if m == nil {
			return Range{}, fmt.Errorf("is no range of versions: %q; write conditions as in \">=0.4, <0.6\" or \"~> 0.4\"",
				strings.TrimSpace(part))
		}
		numbers := strings.Split(m[2], ".")
		if m[1] == "~>" {
			if len(numbers) == 1 {
				return Range{}, errors.New("~> needs two numbers or three: ~> 0.4 is 0.4 and above, below 1.0; ~> 0.4.2 is below 0.5")
			}
			r.add("<", next(numbers), "-")
			m[1] = ">="
		}
		r.add(m[1], numbers, m[3])
	}
	return r, nil
}

// add fills up the numbers. A pre-release "-" is none, and only marks the end of a ~>.
func (r *Range) add(operator string, numbers []string, pre string) {
	for len(numbers) < 3 {
		numbers = append(numbers[:len(numbers):len(numbers)], "0")
	}
	if operator == "" {
		operator = "="
	}
	r.conditions = append(r.conditions, condition{operator, "v" + strings.Join(numbers, ".") + strings.TrimSuffix(pre, "-")})
}

// next is the first release beyond a ~>: its last number may rise, those before may not.
func next(numbers []string) []string {
	beyond := append([]string{}, numbers[:len(numbers)-1]...)
	n, _ := strconv.Atoi(beyond[len(beyond)-1]) // nine digits at most
	beyond[len(beyond)-1] = strconv.Itoa(n + 1)
	return beyond
}

func (r Range) String() string { return r.text }

// Holds reports whether a release is in the range. A pre-release is only where the range
// names one of the same version, as for Terraform: what asks for 0.4 and above means
// releases.
func (r Range) Holds(release string) bool {
	named := isRelease(release)
	for _, c := range r.conditions {
		if !c.holds(release) {
			return false
		}
		named = named || !isRelease(c.tag) && core(c.tag) == core(release)
	}
	return named || len(r.conditions) == 0
}

func (c condition) holds(release string) bool {
	above, below := Newer(release, c.tag), Newer(c.tag, release)
	switch c.operator {
	case "=":
		return !above && !below
	case "!=":
		return above || below
	case ">":
		return above
	case ">=":
		return !below
	case "<":
		return below
	}
	return !above // <=
}

// core is a tag without its pre-release and what follows it.
func core(release string) string {
	release, _, _ = strings.Cut(release, "+")
	release, _, _ = strings.Cut(release, "-")
	return release
}

func isRelease(release string) bool {
	release, _, _ = strings.Cut(release, "+")
	return core(release) == release
}

// Query is what the go command installs a release of the range by, the newest one as a
// rule (Go Modules Reference, "Version queries").
func (r Range) Query() string {
	query := "latest"
	for _, c := range r.conditions {
		switch c.operator {
		case "=":
			return c.tag
		case "<", "<=":
			query = c.operator + c.tag
		}
	}
	return query
}
