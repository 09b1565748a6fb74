package days

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// File is where lines are kept. It only grows: each line is one write and on the disk
// before the next probe, so an end of the process, whenever it comes, costs no line before.
type File struct{ Name string }

// Check opens the file as Append does, and makes it if there is none, so that what is wrong
// with it is said before the first probe. A file that holds something else is refused.
func (f File) Check() error {
	if info, err := os.Stat(f.Name); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return f.isNone() // to read a pipe would wait
	}
	if _, _, err := f.Read(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	out, err := f.open()
	if err != nil {
		return err
	}
	return out.Close()
}

func (f File) open() (*os.File, error) {
	return os.OpenFile(f.Name, os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o666)
}

// Append adds a line.
func (f File) Append(l Line) (err error) {
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	out, err := f.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	isCut, err := isCutOff(out)
	if err != nil {
		return err
	}
	if isCut {
		text = append([]byte{'\n'}, text...)
	}
	if _, err := out.Write(append(text, '\n')); err != nil {
		return err
	}
	return out.Sync()
}

// isCutOff reports whether the last line has no end: it was cut off by a full disk or a
// crash, and what follows must not become part of it.
func isCutOff(file *os.File) (bool, error) {
	info, err := file.Stat()
	if err != nil || info.Size() == 0 || !info.Mode().IsRegular() {
		return false, err
	}
	last := make([]byte, 1)
	_, err = file.ReadAt(last, info.Size()-1)
	return last[0] != '\n', err
}

// maxLine is more than any line of a probe has: 50 egresses, each invoked 100 times.
const maxLine = 1 << 20

// Read gives the lines in their order, and the numbers of those that are none of a probe,
// such as one that was cut off. It fails for a file that has text and no line of a probe.
// It never holds more than a line of what is no probe: a wrong name may be a disk's.
func (f File) Read() (lines []Line, left []int, err error) {
	file, err := os.Open(f.Name)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.Mode()&fs.ModeDevice != 0 {
		return nil, nil, f.isNone() // /dev/zero has no end
	}
	text := bufio.NewScanner(file)
	text.Buffer(nil, maxLine)
	for number := 1; text.Scan(); number++ {
		one := bytes.TrimSpace(text.Bytes())
		if len(one) == 0 {
			continue
		}
		var l Line
		if json.Unmarshal(one, &l) != nil || !l.isProbe() {
			left = append(left, number)
			continue
		}
		lines = append(lines, l)
	}
	err = text.Err()
	if errors.Is(err, bufio.ErrTooLong) || err == nil && len(lines) == 0 && len(left) > 0 {
		err = fmt.Errorf("%s holds something else than probes: name a file that is not there yet", f.Name)
	}
	if err != nil {
		return nil, nil, err
	}
	return lines, left, nil
}

// isNone is the error of what has the name of a file and is none.
func (f File) isNone() error { return fmt.Errorf("%s is no file that can be read again", f.Name) }
