package egress

import "strings"

// rateLimitField is the one field that carries both the end of a window and the
// calls that are left in it.
const rateLimitField = "ratelimit"

// readRateLimit reads the RateLimit field of draft-ietf-httpapi-ratelimit-headers:
// items such as "default";r=0;t=30; or its older form, limit=100, remaining=0,
// reset=30. A line in which nothing of both stands is garbled.
func readRateLimit(lines []string) []window {
	var windows []window
	for _, line := range lines {
		found := readItems(line)
		if !found.known {
			windows = append(windows, window{end: strings.TrimSpace(line), garbled: true})
		}
		windows = append(windows, found.windows...)
	}
	return windows
}

// items are the windows of one line. A window begins with a name, or with a parameter
// that the one before has already.
type items struct {
	windows []window // of which the end is known
	open    window
	known   bool // there was any of the parameters
}

func readItems(line string) items {
	var all items
	for _, item := range splitOutsideQuotes(line, ',') {
		for i, part := range splitOutsideQuotes(item, ';') {
			key, value, assigned := strings.Cut(part, "=")
			if i == 0 && !assigned {
				all.close()
			}
			all.parameter(strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value))
		}
	}
	all.close()
	return all
}

func (all *items) parameter(key, value string) {
	switch key {
	case "r", "remaining":
		if all.open.left != notSaid {
			all.close()
		}
		all.open.left, all.known = readCalls(value), true
	case "t", "reset":
		if all.open.end != "" {
			all.close()
		}
		all.open.end, all.known = value, true
	case "limit":
		all.known = true
	}
}

func (all *items) close() {
	if all.open.end != "" {
		all.windows = append(all.windows, all.open)
	}
	all.open = window{}
}

// splitOutsideQuotes splits at separator where it is not within a string
// (RFC 9651 3.3.3).
func splitOutsideQuotes(text string, separator byte) []string {
	var parts []string
	start, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '"':
			quoted = !quoted
		case text[i] == '\\' && quoted:
			i++
		case text[i] == separator && !quoted:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}
