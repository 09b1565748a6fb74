package stack

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sfngen/sfngen/runtime/coordination"
	"github.com/sfngen/sfngen/runtime/credentials"
	"github.com/sfngen/sfngen/runtime/orchestrator"
)

// literal writes a config of the runtime as Go source: the composite literal that
// a generated main has, as gofmt has it there. It leaves out what has its zero value,
// except lists and durations.
func literal(config any) string {
	v := reflect.ValueOf(config)
	var fields []pair
	for i := range v.NumField() {
		if text := goSource(v.Field(i).Interface()); text != "" {
			fields = append(fields, pair{v.Type().Field(i).Name, text})
		}
	}
	return composite(v.Type().String(), fields, "\t")
}

// goSource writes one value; "" for one that is left out. A type that it does not
// know is a fault of sfngen, which every test that generates a stack finds.
func goSource(value any) string {
	switch v := value.(type) {
	case nil:
	case string:
		switch lines := strings.Split(v, "\n"); {
		case len(lines) > 1 && strconv.CanBackquote(strings.Join(lines, "")):
			return "`" + v + "`"
		case v != "":
			return fmt.Sprintf("%q", v)
		}
	case bool:
		if v {
			return "true"
		}
	case time.Duration:
		return fmt.Sprintf("%d * time.Second", int64(v/time.Second))
	case []string:
		return "[]string{" + strings.Join(quoted(v), ", ") + "}"
	case map[string]string:
		return goMap(v)
	case credentials.Config:
		return credentialSource(v, "\t\t")
	case coordination.Opener:
		return openerSource(v)
	case *orchestrator.Coordination:
		return coordinationSource(v, "\t\t")
	default:
		panic(fmt.Sprintf("stack: a main cannot have a %T", value))
	}
	return ""
}

func goMap(m map[string]string) string {
	if len(m) == 0 {
		return ""
	}
	var entries []pair
	for _, key := range slices.Sorted(maps.Keys(m)) {
		entries = append(entries, pair{fmt.Sprintf("%q", key), fmt.Sprintf("%q", m[key])})
	}
	return composite("map[string]string", entries, "\t\t")
}

func quoted(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = fmt.Sprintf("%q", s)
	}
	return out
}
