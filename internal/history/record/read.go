package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// limit is more than the longest history that Step Functions allows has of
// small states.
const limit = 256 << 20

// Read reads what `sfngen run --json` has written. name is for its errors: of
// anything else they say what it is, if that is known, and what to do.
func Read(name string, from io.Reader) (Record, error) {
	text, err := io.ReadAll(io.LimitReader(from, limit+1))
	switch {
	case err != nil:
		return Record{}, fmt.Errorf("reading the record: %w", err)
	case len(text) > limit:
		return Record{}, fmt.Errorf("%s is larger than %d MiB, which no record of sfngen run --json is", name, limit>>20)
	}
	r, err := parse(text)
	if err != nil {
		return Record{}, fmt.Errorf("%s %w", name, err)
	}
	return r, nil
}

// parse has errors that go on after a file's name. An UTF-8 byte order mark,
// which editors and shells of Windows write, is no part of the text.
func parse(text []byte) (Record, error) {
	var r Record
	members, err := membersOf(bytes.TrimPrefix(text, []byte("\ufeff")))
	if err == nil {
		err = refuse(members)
	}
	if err != nil {
		return r, err
	}
	for _, part := range []struct {
		name string
		to   any
	}{
		{"stack", &r.Stack}, {"upstream", &r.Upstream}, {"request", &r.Request},
		{"droppedHeaders", &r.DroppedHeaders}, {"droppedParameters", &r.DroppedParameters},
		{"droppedAnswerHeaders", &r.DroppedAnswerHeaders}, {"response", &r.Response},
		{"execution", &r.Execution}, {"attempts", &r.Attempts}, {"history", &r.History},
	} {
		if raw := members[part.name]; raw != nil {
			if err := json.Unmarshal(raw, part.to); err != nil {
				return r, damage(part.name, err)
			}
		}
	}
	return r, nil
}

// damage says which member of a record cannot be read; Go's names for that mean
// nothing to its reader.
func damage(member string, err error) error {
	const what = "is a damaged record of sfngen run --json: "
	var at *time.ParseError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &at):
		return fmt.Errorf("%s%s: %q is no time such as 2026-11-24T03:17:23.877Z", what, member, at.Value)
	case member == "history" && !errors.As(err, &kind):
		return fmt.Errorf("%s%w", what, err) // the engine's words
	}
	return fmt.Errorf("%s%s is not what that writes there", what, member)
}
