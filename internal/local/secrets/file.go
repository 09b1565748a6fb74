package secrets

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// FileName is the file beside a spec that has values of its credentials.
const FileName = ".sfngen.env"

// mostRead bounds a file of values. Secrets Manager takes 64 KiB for one.
const mostRead = 1 << 20

// leastValue is what an egress takes for a secret, in bytes (package credentials).
const leastValue = 4

// line is one value of a file.
type line struct {
	name, value string
	number      int // of the line, from 1
}

// parseFile reads NAME=VALUE lines, as shells and docker read them: comments, quotes,
// export. A value in quotes may have several lines. Nothing is put in place of $NAME. An
// error says which line, and repeats nothing of it.
func parseFile(text string) ([]line, error) {
	text = strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n")
	var all []line
	seen := map[string]int{}
	for number := 1; text != ""; {
		one, rest, err := parseLine(text)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		if one.name != "" {
			if before := seen[one.name]; before > 0 {
				return nil, fmt.Errorf("line %d: line %d gives a value of the same name", number, before)
			}
			one.number, seen[one.name] = number, number
			all = append(all, one)
		}
		number += strings.Count(text[:len(text)-len(rest)], "\n")
		text = rest
	}
	return all, nil
}

// parseLine takes the first line, which has no name if it says nothing, or as many as a
// value in quotes has.
func parseLine(text string) (one line, rest string, err error) {
	first, after, _ := strings.Cut(text, "\n")
	first = strings.TrimSpace(first)
	if first == "" || strings.HasPrefix(first, "#") {
		return line{}, after, nil
	}
	name, _, ok := strings.Cut(first, "=")
	name = strings.TrimSpace(name)
	if word, exported, _ := strings.Cut(name, " "); word == "export" {
		name = strings.TrimSpace(exported)
	}
	if !ok || name == "" || strings.ContainsAny(name, " \t\"'") {
		return line{}, "", errors.New("must be NAME=VALUE, a comment, or empty")
	}
	_, value, _ := strings.Cut(text, "=")
	value = strings.TrimLeft(value, " \t")
	if first, _ := utf8.DecodeRuneInString(value); strings.ContainsRune("“”„‘’‚", first) {
		return line{}, "", errTypographic
	}
	if value != "" && (value[0] == '"' || value[0] == '\'') {
		one.value, rest, err = quoted(value)
	} else {
		one.value, rest, err = bare(value)
	}
	one.name = name
	return one, rest, err
}

// bare ends with its line, or before a # that follows a space.
func bare(text string) (value, rest string, err error) {
	value, rest, _ = strings.Cut(text, "\n")
	for i := 1; i < len(value); i++ {
		if value[i] == '#' && (value[i-1] == ' ' || value[i-1] == '\t') {
			value = value[:i]
			break
		}
	}
	value = strings.TrimSpace(value)
	if strings.HasPrefix(value, "#") {
		value = ""
	}
	return value, rest, checkLine(value)
}

var (
	errEmpty = errors.New("the value is empty")
	errShort = errors.New("the value has fewer than 4 bytes, which is no secret, and which an egress refuses: it could not mask it")
	errQuote = errors.New("the quote is not closed")
	// A page or a mail makes them of plain ones.
	errTypographic = errors.New("the value begins with a typographic quote: write ' or \"")
	// A value in quotes is a value in quotes, and no part of one.
	errBehind = errors.New("something follows the closing quote: put the whole value into quotes, and \\ before a quote within double ones")
)

func checkLine(value string) error {
	if strings.TrimSpace(value) == "" {
		return errEmpty
	}
	return nil
}

// escapes are those between double quotes.
var escapes = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n", `\r`, "\r", `\t`, "\t", `\$`, "$")

// quoted is between single quotes as it is, and between double quotes with escapes.
func quoted(text string) (value, rest string, err error) {
	end := closing(text)
	if end < 0 {
		return "", "", errQuote
	}
	value = text[1:end]
	if text[0] == '"' {
		value = escapes.Replace(value)
	}
	behind, rest, _ := strings.Cut(text[end+1:], "\n")
	if behind = strings.TrimSpace(behind); behind != "" && !strings.HasPrefix(behind, "#") {
		return "", "", errBehind
	}
	return value, rest, checkLine(value)
}

// closing is where the quote that text begins with ends; -1 if it does not.
func closing(text string) int {
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && text[0] == '"':
			i++
		case text[i] == text[0]:
			return i
		}
	}
	return -1
}
