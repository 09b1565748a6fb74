package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// cobra has no types for these errors, so its words have to do; the tests hold
// them against the version that is built in.
var (
	exclusiveFlags = lazyregexp.New(`^if any flags in the group \[.*\] are set none of the others can be; \[(.+)\] were all set$`)
	unknownCommand = lazyregexp.New(`^(unknown command .+ for ".+")(?:\n\nDid you mean this\?\n((?:\t.+\n)+))?$`)
)

// inOurWords says of wrong use what sfngen's own checks say, too: what is wrong,
// and where help is. Errors that are not cobra's stay as they are.
func inOurWords(c *cobra.Command, err error) error {
	if match := exclusiveFlags.FindStringSubmatch(err.Error()); match != nil {
		return seeHelp(c, errors.New("--"+listed(strings.Fields(match[1]), ", --", " and --")+" exclude each other"))
	}
	if match := unknownCommand.FindStringSubmatch(err.Error()); match != nil {
		text := match[1]
		if similar := strings.Fields(match[2]); len(similar) > 0 {
			text += " (did you mean " + listed(similar, ", ", " or ") + "?)"
		}
		return seeHelp(c, errors.New(text))
	}
	return err
}

// flagError keeps the names of Go's functions out of what is said of a number.
func flagError(c *cobra.Command, err error) error {
	var number *strconv.NumError
	if !errors.As(err, &number) {
		return seeHelp(c, err)
	}
	must := "must be a whole number"
	switch {
	case errors.Is(number, strconv.ErrRange):
		must = "is out of range"
	case number.Func == "ParseBool":
		must = "must be true or false"
	case number.Func == "ParseFloat":
		must = "must be a number"
	}
	return seeHelp(c, errors.New(strings.Replace(err.Error(), number.Error(), must, 1)))
}

// seeHelp ends an error of wrong use.
func seeHelp(c *cobra.Command, err error) error {
	return fmt.Errorf("%w; see '%s --help'", err, c.CommandPath())
}

// listed puts words into a sentence: a, b and c.
func listed(words []string, comma, last string) string {
	n := len(words) - 1
	if n < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n], comma) + last + words[n]
}
