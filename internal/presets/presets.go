// Package presets holds specs for real APIs, which `sfngen init --preset` writes. A preset
// is one file, NAME.yaml: its head says what was read, where and when, and what the API's
// rules say of calls from many addresses. Each number of the vendor names its source.
package presets

import (
	"embed"
	"io/fs"
	"strings"
	"sync"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

//go:embed *.yaml
var files embed.FS

// Preset is one spec for a real API.
type Preset struct {
	Name  string // of the file, without .yaml
	Title string // the API, in a few words
	Read  string // when the sources were read, as 2026-12-01
	// Sources are the pages, of which the spec's comments name the first as [1]. They are the
	// vendor's own, unless Quoted.
	Sources []string
	Quoted  bool // some facts are others' quotes of the vendor, or their reports; each says so
	// Pool says what the rules that were read say of calls from many addresses.
	Pool Pool
	Why  string // the sentence behind Pool
	// Text is the spec; NAME is the placeholder of its name.
	Text string
}

// Pool is what an API's rules say of calls from many addresses.
type Pool string

const (
	PoolUnopposed Pool = "ok?"     // nothing against it was read; the terms were not checked
	PoolBreaks    Pool = "no"      // the rule counts you over all addresses: a pool breaks it
	PoolUnclear   Pool = "unclear" // the rule does not say it
	PoolMoot      Pool = "moot"    // counted per key or account: a pool gains nothing
)

// head is what a preset begins with: title, date, sources, and the sentence about a pool.
var head = lazyregexp.New(`^# (.+)\n#\n# Facts of (\d{4}-\d\d-\d\d), ` +
	`read in the vendor's own page(; what is only quoted by others says so)?:\n` +
	`((?:#   \[\d\] \S+\n)+)#\n` +
	`# A pool of addresses \(([a-z?]+)\): ((?:.+\n)(?:# .+\n)*)\nversion: 1\nname: NAME\n`)

// All are the presets, by name.
var All = sync.OnceValue(func() []Preset {
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		panic(err) // the pattern is written here
	}
	var all []Preset
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			panic(err) // it was listed
		}
		all = append(all, parse(strings.TrimSuffix(name, ".yaml"), string(text)))
	}
	return all
})

// parse reads the head; a preset whose head has another form has no title, and fails its
// test.
func parse(name, text string) Preset {
	p := Preset{Name: name, Text: text}
	match := head.FindStringSubmatch(text)
	if match == nil {
		return p
	}
	p.Title, p.Read, p.Quoted, p.Pool = match[1], match[2], match[3] != "", Pool(match[5])
	for line := range strings.Lines(match[4]) {
		p.Sources = append(p.Sources, strings.Fields(line)[2])
	}
	p.Why = strings.Join(strings.Fields(strings.ReplaceAll(match[6], "\n# ", " ")), " ")
	return p
}

// Named is the preset of a name.
func Named(name string) (p Preset, ok bool) {
	for _, p := range All() {
		if p.Name == name {
			return p, true
		}
	}
	return Preset{}, false
}

// Spec is the preset as a spec of its own: with a name, and for an editor that reads the
// schema beside it.
func (p Preset) Spec(name string) string {
	return "# yaml-language-server: $schema=./sfngen.schema.json\n#\n" + strings.ReplaceAll(p.Text, "NAME", name)
}
