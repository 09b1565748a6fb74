package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// For a wrong file, trace says what the file is and what to do. The errors here are
// what follows the file's name.

// membersOf reads an object, and nothing else, from a text.
func membersOf(text []byte) (map[string]json.RawMessage, error) {
	var members map[string]json.RawMessage
	decoder := json.NewDecoder(bytes.NewReader(text))
	var whole json.RawMessage
	if err := decoder.Decode(&whole); err != nil {
		return nil, noJSON(text, err)
	}
	if json.Unmarshal(whole, &members) != nil || members == nil {
		return nil, errors.New("is JSON of something else than a record of sfngen run --json")
	}
	if len(bytes.TrimSpace(text[decoder.InputOffset():])) > 0 {
		return nil, errors.New("continues after its JSON: it must hold one record of sfngen run --json, and nothing of stderr")
	}
	return members, nil
}

// noJSON returns why a text could not be read.
func noJSON(text []byte, err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("is empty: 'sfngen run SPEC METHOD PATH --json' writes a record; when it has written none, its stderr says why")
	case bytes.HasPrefix(text, []byte{0xff, 0xfe}), bytes.HasPrefix(text, []byte{0xfe, 0xff}):
		return errors.New("is in UTF-16, as Windows PowerShell writes it: write it by '| Out-File -Encoding utf8 FILE' instead of '> FILE'")
	case isSpec(text):
		return specError(firstMatch(specName, text))
	case !bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")):
		return beginsOtherwise(text)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("ends in the middle of its JSON: whatever wrote it was stopped, or its disk was full; write it again")
	case errors.As(err, &syntax):
		line := 1 + bytes.Count(text[:min(int(syntax.Offset), len(text))], []byte("\n"))
		return fmt.Errorf("is no record of sfngen run --json: its JSON is broken in line %d", line)
	}
	return errors.New("is no record of sfngen run --json: it is no JSON")
}

var (
	// of a spec in YAML: what every one must have, and hardly anything else has
	specMember = lazyregexp.New(`(?m)^(upstream|retry):`)
	specName   = lazyregexp.New(`(?m)^name:[ \t]*["']?([a-z0-9-]+)`)
)

func isSpec(text []byte) bool { return specMember.Match(text) }

func firstMatch(pattern *lazyregexp.Pattern, text []byte) string {
	if match := pattern.FindSubmatch(text); match != nil {
		return string(match[1])
	}
	return ""
}

func specError(name string) error {
	return fmt.Errorf("is a spec: 'sfngen trace %s' shows what its deployed stack did, 'sfngen run SPEC METHOD PATH --json | "+
		"sfngen trace -' what it does on this machine",
		orPlace(name, "STACK"))
}

func beginsOtherwise(text []byte) error {
	const shown = 40
	first, _, _ := strings.Cut(strings.TrimSpace(string(text[:min(len(text), 4*shown)])), "\n")
	if runes := []rune(first); len(runes) > shown {
		first = string(runes[:shown]) + "…"
	}
	advice := ""
	if bytes.Contains(text, []byte("\n{")) {
		advice = "; if that came from stderr, leave out 2>&1"
	}
	return fmt.Errorf("is no record of sfngen run --json: it begins with %q, and a record is JSON%s", first, advice)
}

// recordMembers are in every record.
var recordMembers = []string{"stack", "execution", "history"}

// refuse recognises what else sfngen and AWS write as JSON.
func refuse(members map[string]json.RawMessage) error {
	has := func(names ...string) bool {
		for _, name := range names {
			if members[name] == nil {
				return false
			}
		}
		return true
	}
	stack := orPlace(textOf(members["stack"]), "STACK")
	switch {
	case has(recordMembers...):
		return nil
	case has("host", "request", "tookMs"):
		return invokeError(stack, textOf(members["execution"]))
	case has("stack", "execution", "attempts"):
		return traceError(stack, members["execution"])
	case has("stack", "executions"):
		return fmt.Errorf("is a list of sfngen trace --json: 'sfngen trace %s EXECUTION' shows one of its executions", stack)
	case has("events"):
		return errors.New("is a history as aws stepfunctions get-execution-history writes it: 'sfngen trace STACK EXECUTION' fetches " +
			"it, and shows it")
	case has("version", "upstream"), has("upstream", "retry"):
		return specError(textOf(members["name"]))
	}
	return fmt.Errorf("is JSON of something else than a record of sfngen run --json: it lacks %s", strings.Join(lacking(members), ", "))
}

func lacking(members map[string]json.RawMessage) []string {
	var names []string
	for _, name := range recordMembers {
		if members[name] == nil {
			names = append(names, name)
		}
	}
	return names
}

func invokeError(stack, execution string) error {
	const what = "is a record of sfngen invoke --json, which holds the answer but no attempts: "
	if execution == "" {
		return errors.New(what + "it names no execution, so there are none to show")
	}
	return fmt.Errorf("%s'sfngen trace %s %s' shows them", what, stack, orPlace(execution, "EXECUTION"))
}

func traceError(stack string, execution json.RawMessage) error {
	var x struct{ Name string }
	_ = json.Unmarshal(execution, &x) // without a name there is the word for it
	return fmt.Errorf("has been written by sfngen trace --json, and has no history to be shown from: 'sfngen trace %s %s' asks "+
		"AWS for it, and a record of sfngen run --json has its own",
		stack, orPlace(x.Name, "EXECUTION"))
}

func textOf(raw json.RawMessage) string {
	var text string
	_ = json.Unmarshal(raw, &text) // what is no text is not known
	return text
}

// plain is what a shell takes for itself.
var plain = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$`)

// orPlace is a word of a command, or its place: files are anybody's.
func orPlace(word, place string) string {
	if !plain.MatchString(word) {
		return place
	}
	return word
}
