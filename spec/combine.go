package spec

import (
	"slices"
	"strings"
)

// Combine says once what is so in several environments of a spec. files are the
// environments that were looked at. A finding that is true of all of them, or stands in
// an environment itself, names none; any other names those that it is true of. So does
// one of a place in an environment that others take over by an alias or a merge key.
func Combine(findings []Finding, files []*File) []Finding {
	looked := map[string][]string{} // environments by the name of their spec
	for _, f := range files {
		looked[f.Name()] = append(looked[f.Name()], f.Environment())
	}
	return combine(findings, looked)
}

func combine(findings []Finding, looked map[string][]string) []Finding {
	var all []Finding
	known := map[said]int{}
	shared := map[int]bool{} // which of them stand in several environments
	for _, f := range findings {
		what := f.said()
		i, repeated := known[what]
		if repeated && f.Environments == nil && len(looked[f.File]) > 1 {
			continue // it was found before any of them was looked at
		}
		if !repeated || f.Environments == nil || all[i].Environments == nil {
			known[what], shared[len(all)] = len(all), len(f.Environments) > 1
			all = append(all, f)
			continue
		}
		shared[i] = shared[i] || f.Path != all[i].Path
		all[i].Environments = append(slices.Clone(all[i].Environments), f.Environments...)
	}
	for i := range all {
		own, everywhere := isInEnvironment(all[i].Path), len(all[i].Environments) == len(looked[all[i].File])
		if own && !shared[i] || !own && everywhere {
			all[i].Environments = nil
		}
	}
	return all
}

// said is what a finding says, whatever the environment.
type said struct {
	file, path, message, hint, rule string
	at, ignored                     Position
	severity                        Severity
}

func (f Finding) said() said {
	s := said{
		file: f.File, path: withoutEnvironment(f.Path), message: f.Message, hint: f.Hint, rule: f.Rule,
		at: f.Position, severity: f.Severity,
	}
	if f.Ignored != nil {
		s.ignored = f.Ignored.Position
	}
	return s
}

// withoutEnvironment is a path in an environment as it is in any of them.
func withoutEnvironment(path string) string {
	if !isInEnvironment(path) {
		return path
	}
	_, below, _ := strings.Cut(strings.TrimPrefix(path, environmentsKey+"."), ".")
	return environmentsKey + ".*." + below
}
