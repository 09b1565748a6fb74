package spec

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// ignoreForm is how a comment silences a warning.
const ignoreForm = "# sfngen:ignore RULE reason"

// ignore is one such comment.
type ignore struct {
	at           Position // of its #
	rule, reason string
	line         int // the line whose warnings it silences
}

// An instruction of a comment: what is between "sfngen:" and the next one, or between
// what was meant to be that. A comment may hold several, one behind the other.
var (
	instructionStart = lazyregexp.New(`(?i)#[ \t]*sfngen([ \t]*:|[-_. \t]?ignore\b)`)
	instructionWords = lazyregexp.New(`(?i)^#[ \t]*(sfngen(?:[ \t]*:[ \t]*[^ \t]*|[-_. \t]?ignore))[ \t]*([^ \t]*)[ \t]*(.*)$`)
)

// instruction is one of a comment, as it is written.
type instruction struct {
	at                 Position
	word, rule, reason string // word is "sfngen:ignore", if it is right
	alone              bool
}

// readIgnores finds the comments that silence warnings, in the order of the file, and
// warns of those that cannot.
func (r *reader) readIgnores() []ignore {
	var ignores []ignore
	below := r.belowComments()
	for _, c := range r.commentsOn(mayInstruct) {
		for _, i := range instructions(c) {
			if problem := ignoreProblem(i); problem != nil {
				r.findings = append(r.findings, problem(r.source, i))
				continue
			}
			line := i.at.Line
			if i.alone {
				line = below(line)
			}
			ignores = append(ignores, ignore{at: i.at, rule: i.rule, reason: i.reason, line: line})
		}
	}
	return ignores
}

// mayInstruct reports whether an instruction is on a line, if that is a comment there. A
// spec without any, such as one that only names its schema for editors, is not read a
// second time: 3 % of a build of 100.
func mayInstruct(line string) bool {
	return strings.Contains(strings.ToLower(line), "sfngen") && instructionStart.MatchString(line)
}

// instructions are those of a comment. On a line of its own a comment begins with
// one; what is commented out may end in another, which means nothing. Behind a value
// they may follow other words.
func instructions(c comment) []instruction {
	starts := instructionStart.FindAllStringIndex(c.text, -1)
	if len(starts) == 0 || c.alone && starts[0][0] != 0 {
		return nil
	}
	var found []instruction
	at, counted := c.at, 0
	for n, start := range starts {
		end := len(c.text)
		if n+1 < len(starts) {
			end = starts[n+1][0]
		}
		at.Column += utf8.RuneCountInString(c.text[counted:start[0]])
		counted = start[0]
		words := instructionWords.FindStringSubmatch(strings.TrimRight(c.text[start[0]:end], " \t"))
		if words == nil || isProse(words[1]) {
			continue
		}
		found = append(found, instruction{at: at, word: words[1], rule: words[2], reason: words[3], alone: c.alone})
	}
	return found
}

// isProse reports whether the words are rather the name of this program in a sentence,
// as in "# sfngen: see docs/spec.md".
func isProse(word string) bool {
	_, verb, isInstruction := strings.Cut(word, ":")
	bare := strings.TrimLeft(verb, " \t")
	return isInstruction && bare == "" || bare != verb && near(bare, []string{"ignore"}) == ""
}

// belowComments gives the first line below a comment that is no line of comments.
func (s *source) belowComments() func(line int) int {
	var below []int // by line - 1; made when it is needed
	return func(line int) int {
		if below == nil {
			below = make([]int, len(s.lines))
			for i := len(s.lines) - 1; i >= 0; i-- {
				below[i] = i + 2
				if i+1 < len(s.lines) && strings.HasPrefix(strings.TrimSpace(s.lines[i+1]), "#") {
					below[i] = below[i+1]
				}
			}
		}
		return below[line-1]
	}
}

// ignoreProblem is why an instruction silences nothing, as the maker of its finding;
// nil for a good one.
func ignoreProblem(i instruction) func(*source, instruction) Finding {
	_, known := ruleSeverity(i.rule)
	switch {
	case i.word != "sfngen:ignore":
		return (*source).misspelt
	case i.rule == "":
		return (*source).withoutRule
	case !known:
		return (*source).unknownRule
	case !CanBeIgnored(i.rule):
		return (*source).neverIgnored
	case !strings.ContainsFunc(i.reason, unicode.IsLetter):
		return (*source).withoutReason
	}
	return nil
}

func (s *source) misspelt(i instruction) Finding {
	return s.warn("ignore-incomplete", i.at, quoteShort(i.word)+" silences nothing", "a warning is silenced by "+ignoreForm)
}

func (s *source) withoutRule(i instruction) Finding {
	return s.warn("ignore-incomplete", i.at, "the comment names no rule, so it silences nothing",
		"write "+ignoreForm+", with the name that a warning ends in")
}

func (s *source) withoutReason(i instruction) Finding {
	return s.warn("ignore-incomplete", i.at, "the comment gives no reason, so it silences nothing",
		"say why the spec is right as it is: # sfngen:ignore "+i.rule+" reason")
}

func (s *source) unknownRule(i instruction) Finding {
	hint := didYouMean(near(i.rule, rulesOf(Warning)))
	switch {
	case strings.Contains(i.rule, ","):
		hint = "name one rule; a second one gets a comment of its own"
	case hint == "":
		hint = "write the name that a warning ends in, without the brackets"
	}
	return s.warn("ignore-unknown-rule", i.at, "there is no rule "+quoteShort(i.rule), hint)
}

func (s *source) neverIgnored(i instruction) Finding {
	if strings.HasPrefix(i.rule, "ignore-") {
		return s.warn("ignore-not-allowed", i.at, i.rule+" is about such comments, and cannot be ignored itself",
			"mend or remove that comment")
	}
	return s.warn("ignore-not-allowed", i.at, i.rule+" is an error, and only warnings can be ignored",
		"mend what it says, and remove the comment")
}
