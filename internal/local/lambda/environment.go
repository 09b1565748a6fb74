package lambda

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// environmentLimit is for all variables of a function, in bytes (developer
// guide, "Lambda quotas").
const environmentLimit = 4 << 10

// AccessKeyID and SecretAccessKey are those of every function. They exist, but are not
// valid for AWS; what tells one run from another is the session token.
const (
	AccessKeyID     = "ASIALOCALSFNGEN00000"
	SecretAccessKey = "local-secret-access-key"
)

// variables are a function's own and those that Lambda sets (developer guide,
// "Defined runtime environment variables"), without the ones that depend on the
// sandbox.
func (o Options) variables(f Function) map[string]string {
	all := map[string]string{
		"AWS_ACCESS_KEY_ID":               AccessKeyID,
		"AWS_SECRET_ACCESS_KEY":           SecretAccessKey,
		"AWS_SESSION_TOKEN":               cmp.Or(f.SessionToken, "local-session-token"),
		"AWS_DEFAULT_REGION":              o.Region,
		"AWS_REGION":                      o.Region,
		"AWS_EXECUTION_ENV":               "AWS_Lambda_provided.al2023",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(f.MemoryMB),
		"AWS_LAMBDA_FUNCTION_NAME":        f.Name,
		"AWS_LAMBDA_FUNCTION_VERSION":     "$LATEST",
		"AWS_LAMBDA_INITIALIZATION_TYPE":  "on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME":       contract.LogGroup(f.Name),
		"AWS_XRAY_CONTEXT_MISSING":        "LOG_ERROR",
		"LANG":                            "en_US.UTF-8",
		"PATH":                            "/usr/local/bin:/usr/bin:/bin:/opt/bin",
		"TZ":                              ":UTC",
		"_HANDLER":                        "bootstrap",
	}
	maps.Copy(all, f.Environment)
	return all
}

// reserved are the names that CreateFunction refuses (developer guide,
// "Reserved environment variables").
var reserved = []string{
	"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
	"AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
	"LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
}

func checkEnvironment(variables map[string]string) error {
	size := 0
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		value := variables[name]
		size += len(name) + len(value)
		switch {
		case name == "" || strings.ContainsAny(name, "=\x00"):
			return fmt.Errorf("environment variable %q: a name is letters, digits and _", name)
		case strings.ContainsRune(value, 0):
			return fmt.Errorf("environment variable %s: the value has a NUL character", name)
		case slices.Contains(reserved, name), strings.HasPrefix(name, "AWS_LAMBDA_"):
			return fmt.Errorf("environment variable %s: Lambda sets it itself; use another name", name)
		}
	}
	if size > environmentLimit {
		return fmt.Errorf("the environment variables have %d bytes, and Lambda takes %d", size, environmentLimit)
	}
	return nil
}
