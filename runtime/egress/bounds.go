package egress

import (
	"io"
	"maps"
	"net/http"
	"slices"

	"github.com/sfngen/sfngen/runtime/contract"
)

// An upstream decides how large its answer is; the memory and the CPU share of a small
// Lambda do not grow with it. So only what could pass is kept.

// bodyKept is how much of a body is kept in memory: what rules look at, which is more
// than fits into an answer. JSON has at least a byte for each byte of it, so a longer one
// fits nowhere; of a failure far less does.
const bodyKept = max(contract.SuccessLimit, contract.BodyLimit)

// readBody keeps the beginning of a body. size is that of all of it, or bodyLimit+1 for
// a longer one.
func readBody(from io.Reader) (kept []byte, size int64, err error) {
	kept, err = io.ReadAll(io.LimitReader(from, bodyKept))
	if err != nil || len(kept) < bodyKept {
		return kept, int64(len(kept)), err
	}
	rest, err := io.Copy(io.Discard, io.LimitReader(from, bodyLimit+1-bodyKept))
	return kept, bodyKept + rest, err
}

// field is a header field with all its lines.
type field struct {
	name   string
	values []string
	size   int // bytes of its lines
}

// boundHeader leaves fields out of a header beyond contract.HeaderLinesLimit and
// HeaderBytesLimit: the largest, those of one size together, and those that decide last.
// It takes time in proportion to the header. dropped counts lines.
func boundHeader(header http.Header, waitHeaders []string) (kept http.Header, dropped int) {
	all := room{contract.HeaderLinesLimit, contract.HeaderBytesLimit}
	for name, values := range header {
		all.take(fieldOf(name, values))
		dropped += len(values)
	}
	if !all.over() {
		return header, 0
	}
	kept = http.Header{}
	left := room{contract.HeaderLinesLimit, contract.HeaderBytesLimit}
	for _, fields := range byImportance(header, waitHeaders) {
		left.keep(kept, fields)
	}
	return kept, dropped - (contract.HeaderLinesLimit - left.lines)
}

func fieldOf(name string, values []string) field {
	f := field{name: name, values: values, size: len(values) * len(name)}
	for _, value := range values {
		f.size += len(value)
	}
	return f
}

// byImportance groups the fields of a header that is too large: those that every
// failure carries, those about limits, all others. Of a field of the first two that
// comes very often the first lines count, as nobody reads more.
func byImportance(header http.Header, waitHeaders []string) (groups [3][]field) {
	carried := map[string]bool{}
	for name := range carriedHeaders(waitHeaders) {
		carried[http.CanonicalHeaderKey(name)] = true
	}
	groups[2] = make([]field, 0, len(header))
	for name, values := range header {
		group := 2
		switch {
		case carried[name]:
			group = 0
		case isAboutLimits(name):
			group = 1
		}
		if group < 2 {
			values = values[:min(len(values), fieldLimit)]
		}
		groups[group] = append(groups[group], fieldOf(name, values))
	}
	return groups
}

// room is what a header may still take.
type room struct{ lines, bytes int }

func (r *room) take(f field) { r.lines, r.bytes = r.lines-len(f.values), r.bytes-f.size }
func (r room) over() bool    { return r.lines < 0 || r.bytes < 0 }

// keep adds the fields up to a size: the largest for which they all have room. Sorting
// the few sizes that there are, not the fields, keeps it linear.
func (r *room) keep(header http.Header, fields []field) {
	ofSize := map[int]room{}
	for _, f := range fields {
		sum := ofSize[f.size]
		ofSize[f.size] = room{sum.lines + len(f.values), sum.bytes + f.size}
	}
	longest := -1
	for _, size := range slices.Sorted(maps.Keys(ofSize)) {
		after := room{r.lines - ofSize[size].lines, r.bytes - ofSize[size].bytes}
		if after.over() {
			break
		}
		*r, longest = after, size
	}
	for _, f := range fields {
		if f.size <= longest {
			header[f.name] = f.values
		}
	}
}
