package curl

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// ReadAnswer reads what curl -i prints: the heads of all answers that came before (100
// Continue, a proxy's, redirects that -L followed), then the head and the body of the
// last one, which it gives.
func ReadAnswer(r io.Reader) (Answer, error) {
	text, err := io.ReadAll(io.LimitReader(r, mostRead+1))
	switch {
	case err != nil:
		return Answer{}, err
	case len(text) > mostRead:
		return Answer{}, ErrTooLong
	}
	return ParseAnswer(text)
}

// statusLine begins a head (RFC 9112 4). curl writes HTTP/2 and HTTP/3 without a minor
// version, and no words behind their status.
var statusLine = lazyregexp.New(`^HTTP/[0-9](?:\.[0-9])? ([0-9]{3})(?: [^\r\n]*)?(?:\r?\n|\z)`)

// ParseAnswer is ReadAnswer of a text that is already there.
func ParseAnswer(text []byte) (Answer, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !statusLine.Match(text) {
		return Answer{}, noAnswer(text)
	}
	for {
		a, rest, err := parseHead(text)
		if err != nil {
			return Answer{}, err
		}
		if !statusLine.Match(rest) || a.isAbout(rest) {
			a.Body = rest
			return a, a.checkLast()
		}
		text = rest
	}
}

// noAnswer says why a text is not what curl -i prints.
func noAnswer(text []byte) error {
	switch text = bytes.TrimSpace(text); {
	case len(text) == 0:
		return errors.New("there is nothing to read; if curl could not connect, it says why without -s")
	case bytes.HasPrefix(text, []byte("* ")), bytes.HasPrefix(text, []byte("> ")), bytes.HasPrefix(text, []byte("< ")):
		return errors.New("that is what curl -v prints; use curl -i")
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return fmt.Errorf("an answer begins with its status, as in HTTP/1.1 429 Too Many Requests, got %.40q; curl prints it with -i", line)
}

// parseHead reads the head that begins the text, and gives what follows it. The empty line
// may be missing at the end of a text that was copied.
func parseHead(text []byte) (a Answer, rest []byte, err error) {
	line, rest := cutLine(text)
	a.Proto, _, _ = strings.Cut(line, " ")
	a.StatusCode, _ = strconv.Atoi(string(statusLine.FindSubmatch(text)[1])) // three digits
	a.Header = http.Header{}
	last := ""
	for len(rest) > 0 {
		if line, rest = cutLine(rest); line == "" {
			break
		}
		name, value, found := strings.Cut(line, ":")
		switch folded := line[0] == ' ' || line[0] == '\t'; {
		case folded && last != "": // RFC 9112 5.2
			lines := a.Header[last]
			lines[len(lines)-1] += " " + strings.TrimSpace(line)
		case folded || !found || strings.TrimSpace(name) == "":
			return a, nil, fmt.Errorf("the line %.60q of the head is no 'Name: value'; an empty line ends the head", line)
		default:
			last = http.CanonicalHeaderKey(strings.TrimSpace(name))
			a.Header[last] = append(a.Header[last], strings.TrimSpace(value))
		}
	}
	return a, rest, nil
}

func cutLine(text []byte) (line string, rest []byte) {
	before, rest, _ := bytes.Cut(text, []byte("\n"))
	return strings.TrimSuffix(string(before), "\r"), rest
}

// isAbout reports whether what follows the head is its body although it looks like another
// head: a message about HTTP (RFC 9112 10.1), or as long as the head says. Of answers that
// curl went on from it prints no body.
func (a Answer) isAbout(rest []byte) bool {
	kind, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	return kind == "message/http" || a.StatusCode >= 200 && a.Header.Get("Content-Length") == strconv.Itoa(len(rest))
}

// checkLast: what is the last answer is no interim one (RFC 9110 15).
func (a Answer) checkLast() error {
	if a.StatusCode < 200 || a.StatusCode > 599 {
		return fmt.Errorf("the last status is %d, and that of an answer is 200 to 599", a.StatusCode)
	}
	return nil
}

// Fields reads header fields that are written as -H takes them. A field without a value is
// there, and empty.
func Fields(lines []string) (http.Header, error) {
	header := http.Header{}
	for _, line := range lines {
		name, value, err := splitHeader(line)
		if err != nil {
			return nil, err
		}
		header.Add(name, value)
	}
	return header, nil
}

// ReadBody reads a body as --data-binary takes it: a text, "@file", or "@-" for stdin. It
// names the flag in errors.
func ReadBody(flag, text string, stdin io.Reader) ([]byte, error) {
	body, _, err := read(flag, text, stdin)
	return body, err
}
