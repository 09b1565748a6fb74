package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/internal/term/count"
)

// cobra has no types for these errors, only texts; tests check them against the
// version that is compiled in.
var (
	exclusiveFlags = lazyregexp.New(`^if any flags in the group \[.*\] are set none of the others can be; \[(.+)\] were all set$`)
	unknownCommand = lazyregexp.New(`^(unknown command .+ for ".+")(?:\n\nDid you mean this\?\n((?:\t.+\n)+))?$`)
)

// inOurWords turns cobra's errors of wrong use into the form of sfngen's own: what is
// wrong, and where to find help. Other errors stay unchanged.
func inOurWords(c *cobra.Command, err error) error {
	if match := exclusiveFlags.FindStringSubmatch(err.Error()); match != nil {
		flags := strings.Fields(match[1])
		for i := range flags {
			flags[i] = "--" + flags[i]
		}
		return seeHelp(c, errors.New(count.And(flags...)+" cannot be used together"))
	}
	if match := unknownCommand.FindStringSubmatch(err.Error()); match != nil {
		text := match[1]
		if similar := strings.Fields(match[2]); len(similar) > 0 {
			text += " (did you mean " + count.Or(similar...) + "?)"
		}
		return seeHelp(c, errors.New(text))
	}
	return err
}

// flagError keeps the names of Go's functions out of errors about numbers.
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
