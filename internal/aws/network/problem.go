package network

import "github.com/sfngen/sfngen/internal/term/printable"

// Problem is something about a network that AWS would refuse, or that would not do what
// the spec promises.
type Problem struct {
	Fatal bool   // the stack could not be deployed, or no egress could call anything
	Field string // of the spec
	What  string
	Do    string
}

// String is one line.
func (p Problem) String() string {
	text := p.Field + ": " + p.What
	if p.Do != "" {
		text += "; " + p.Do
	}
	return printable.Line(text)
}

// Report is what AWS says of a network.
type Report struct {
	Problems []Problem
	// Notes are about what could not be asked.
	Notes []string
}

// Fatal are the problems that end a deployment.
func (r Report) Fatal() []Problem { return r.of(true) }

// Doubts are the others.
func (r Report) Doubts() []Problem { return r.of(false) }

func (r Report) of(fatal bool) []Problem {
	var list []Problem
	for _, p := range r.Problems {
		if p.Fatal == fatal {
			list = append(list, p)
		}
	}
	return list
}
