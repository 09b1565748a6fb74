package mockapi

import "slices"

// journalBytes limits the total size of the kept requests.
const journalBytes = 64 << 20

// journal holds the latest requests.
type journal struct {
	keep     int
	seen     int // including those no longer kept
	bytes    int
	requests []*Request
	dropped  int // at the front of requests, to be removed
}

func (j *journal) add(q *Request) {
	j.requests = append(j.requests, q)
	j.grow(q, q.size())
}

// grow counts bytes of a request and drops the oldest requests to make room, but
// never the latest.
func (j *journal) grow(q *Request, bytes int) {
	if !j.holds(q) {
		return
	}
	j.bytes += bytes
	for j.dropped < len(j.requests)-1 && (j.bytes > journalBytes || len(j.requests)-j.dropped > j.keep) {
		j.bytes -= j.requests[j.dropped].size()
		j.requests[j.dropped] = nil
		j.dropped++
	}
	if j.dropped > len(j.requests)/2 { // rarely, so the cost per request stays constant
		j.requests = slices.Clone(j.requests[j.dropped:])
		j.dropped = 0
	}
}

func (j *journal) holds(q *Request) bool {
	kept := j.requests[j.dropped:]
	return len(kept) > 0 && q.Number >= kept[0].Number && q.Number-kept[0].Number < len(kept) && kept[q.Number-kept[0].Number] == q
}

func (j *journal) all() []Request {
	kept := j.requests[j.dropped:]
	out := make([]Request, len(kept))
	for i, q := range kept {
		out[i] = *q
	}
	return out
}
