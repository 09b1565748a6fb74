package spec

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

// patternWidth is at how many places of its program a regular expression can stand at
// once, in whatever text: its price for a byte. A word stands at one or two, a{500} at 500.
// It is counted by following all texts at once; where they lead to too many sets of
// places, it is the whole program.
func patternWidth(pattern string) int {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return 0 // regular-expression says it
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return 0
	}
	w := widening{program: program, letters: lettersOf(program), seen: map[string]bool{}}
	if all := w.weight(allPlaces(program)); len(program.Inst)*len(w.letters) > mostSteps || !w.follow() {
		return all
	}
	return w.widest
}

// mostSteps bounds the work of following all texts.
const mostSteps = 400_000

type widening struct {
	program *syntax.Prog
	letters []rune
	seen    map[string]bool // sets of places
	todo    [][]uint32
	widest  int
	steps   int
}

// follow reports whether it came to an end.
func (w *widening) follow() bool {
	w.reach(nil)
	for len(w.todo) > 0 {
		places := w.todo[len(w.todo)-1]
		w.todo = w.todo[:len(w.todo)-1]
		for _, letter := range w.letters {
			if w.steps += len(places); w.steps > mostSteps {
				return false
			}
			w.reach(w.after(places, letter))
		}
	}
	return true
}

// after are the places behind a letter.
func (w *widening) after(places []uint32, letter rune) []uint32 {
	next := []uint32{}
	for _, at := range places {
		if inst := &w.program.Inst[at]; isRune(inst) && inst.MatchRune(letter) {
			next = append(next, inst.Out)
		}
	}
	return next
}

// reach adds the set of places that is reached without a letter from these, and from the
// beginning, where a pattern may begin anywhere. Conditions as \b are taken to hold.
func (w *widening) reach(from []uint32) {
	in := make([]bool, len(w.program.Inst))
	todo := from
	if from == nil || w.program.StartCond()&syntax.EmptyBeginText == 0 {
		todo = append(todo, uint32(w.program.Start))
	}
	var set []uint32
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if in[at] {
			continue
		}
		in[at] = true
		set = append(set, at)
		switch inst := w.program.Inst[at]; inst.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			todo = append(todo, inst.Out, inst.Arg)
		case syntax.InstCapture, syntax.InstEmptyWidth, syntax.InstNop:
			todo = append(todo, inst.Out)
		}
	}
	slices.Sort(set)
	if key := fmt.Sprint(set); !w.seen[key] {
		w.seen[key] = true
		w.todo = append(w.todo, set)
		w.widest = max(w.widest, w.weight(set))
	}
}

// weight counts places; one with many ranges of letters, as \pL, takes as long as three.
func (w *widening) weight(places []uint32) int {
	weight := 0
	for _, at := range places {
		weight++
		if len(w.program.Inst[at].Rune) > 16 {
			weight += 2
		}
	}
	return weight
}

func allPlaces(program *syntax.Prog) []uint32 {
	all := make([]uint32, len(program.Inst))
	for i := range all {
		all[i] = uint32(i)
	}
	return all
}

func isRune(inst *syntax.Inst) bool {
	switch inst.Op {
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		return true
	}
	return false
}

// lettersOf is one letter of each kind that the program tells apart, at least.
func lettersOf(program *syntax.Prog) []rune {
	letters := []rune{0, '\n', '\n' + 1, utf8.MaxRune}
	for i := range program.Inst {
		if inst := &program.Inst[i]; isRune(inst) {
			for _, r := range inst.Rune {
				letters = append(letters, r, r+1)
				for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
					letters = append(letters, other, other+1)
				}
			}
		}
	}
	slices.Sort(letters)
	return slices.Compact(letters)
}
