// Package lazyregexp has regular expressions that are compiled when they are first
// used. A program that starts for some milliseconds does not compile fifty of them
// for errors that mostly do not come.
package lazyregexp

import (
	"regexp"
	"sync"
)

// Pattern is a regular expression (package regexp).
type Pattern struct {
	text string
	once sync.Once
	made *regexp.Regexp
}

// New takes an expression. A wrong one panics at its first use: it is for those
// that are written in the source, and a test uses each.
func New(text string) *Pattern {
	return &Pattern{text: text} // and no function: each package has many, before main
}

func (p *Pattern) compiled() *regexp.Regexp {
	p.once.Do(func() { p.made = regexp.MustCompile(p.text) })
	return p.made
}

func (p *Pattern) String() string { return p.text }

// MatchString and those below are regexp's.
func (p *Pattern) MatchString(s string) bool { return p.compiled().MatchString(s) }

func (p *Pattern) FindString(s string) string { return p.compiled().FindString(s) }

func (p *Pattern) FindAllString(s string, n int) []string { return p.compiled().FindAllString(s, n) }

func (p *Pattern) FindAllStringIndex(s string, n int) [][]int {
	return p.compiled().FindAllStringIndex(s, n)
}

func (p *Pattern) FindStringSubmatch(s string) []string { return p.compiled().FindStringSubmatch(s) }

func (p *Pattern) FindAllStringSubmatch(s string, n int) [][]string {
	return p.compiled().FindAllStringSubmatch(s, n)
}

func (p *Pattern) FindStringSubmatchIndex(s string) []int {
	return p.compiled().FindStringSubmatchIndex(s)
}

func (p *Pattern) FindSubmatch(b []byte) [][]byte { return p.compiled().FindSubmatch(b) }

func (p *Pattern) Match(b []byte) bool { return p.compiled().Match(b) }

func (p *Pattern) ReplaceAllString(s, with string) string {
	return p.compiled().ReplaceAllString(s, with)
}

func (p *Pattern) ExpandString(to []byte, template, src string, match []int) []byte {
	return p.compiled().ExpandString(to, template, src, match)
}
