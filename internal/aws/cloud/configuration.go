package cloud

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
)

// configurationError means that this machine's configuration of AWS cannot be read.
type configurationError struct {
	err error
}

func (e *configurationError) Error() string { return e.err.Error() }
func (e *configurationError) Unwrap() error { return e.err }

// message explains the errors of the SDK that do not say what to do.
func (e *configurationError) message() Message {
	var role config.SharedConfigAssumeRoleError
	var missing config.SharedConfigProfileNotExistError
	var path *fs.PathError
	switch {
	case errors.As(e, &role) && errors.As(e, &missing):
		return Message{
			What: "the source_profile " + missing.Profile + ", which assumes the role " + role.RoleARN + ", does not exist",
			Why:  knownProfiles(),
		}
	case errors.As(e, &missing):
		return Message{What: "the profile " + missing.Profile + " does not exist", Why: knownProfiles()}
	case errors.As(e, new(config.AssumeRoleTokenProviderNotSetError)):
		return Message{
			What: "the profile needs an MFA code, and sfngen does not ask for one",
			Do:   `run eval "$(aws configure export-credentials --profile PROFILE --format env)" first, which does, and leave --profile out`,
		}
	case errors.As(e, &path) && path.Path == os.Getenv("AWS_CA_BUNDLE"):
		return Message{What: "AWS_CA_BUNDLE names " + path.Path + ", which cannot be read", Why: path.Err.Error()}
	case strings.Contains(e.Error(), "SSO session section"):
		return Message{
			What: "the profile names an [sso-session " + lastWord(e.Error()) + "] that " + configFile() + " does not have",
			Do:   "aws configure sso creates one",
		}
	}
	return Message{What: strings.Join(strings.Fields(e.Error()), " ")}
}

// endpointVariables are those of the services that sfngen calls ("SDKs and Tools",
// service-specific endpoints).
var endpointVariables = []string{
	"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_CLOUDFORMATION", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "AWS_ENDPOINT_URL_EC2",
	"AWS_ENDPOINT_URL_LAMBDA", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL_SERVICE_QUOTAS",
	"AWS_ENDPOINT_URL_SFN", "AWS_ENDPOINT_URL_SSM", "AWS_ENDPOINT_URL_STS",
}

// checkEndpoints checks the addresses that the environment has instead of AWS's: the
// SDK would accept anything, and fail with each call. The value is not shown: it may
// hold a password.
func checkEndpoints() error {
	if strings.EqualFold(os.Getenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), "true") {
		return nil
	}
	for _, name := range endpointVariables {
		value := os.Getenv(name)
		if value == "" {
			continue
		}
		if u, err := url.Parse(value); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return fmt.Errorf("%s is not a URL that calls could go to: write it as in http://127.0.0.1:5555, or do not set it", name)
		}
	}
	return nil
}

func lastWord(text string) string {
	fields := strings.Fields(text)
	return fields[len(fields)-1]
}

// knownProfiles says which profiles exist.
func knownProfiles() string {
	names := append(profiles(configFile()), profiles(credentialsFile())...)
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) == 0 {
		return "there are none in " + configFile() + "; aws configure creates one"
	}
	return "there are " + strings.Join(names, ", ") + " in " + configFile() + " and " + filepath.Base(credentialsFile())
}

func configFile() string {
	return cmp.Or(os.Getenv("AWS_CONFIG_FILE"), config.DefaultSharedConfigFilename())
}

func credentialsFile() string {
	return cmp.Or(os.Getenv("AWS_SHARED_CREDENTIALS_FILE"), config.DefaultSharedCredentialsFilename())
}

// profiles are the names in a file's section headers: [default], [profile x], and
// [x] in the one for credentials.
func profiles(file string) []string {
	f, err := os.Open(file)
	if err != nil {
		return nil
	}
	defer f.Close()
	var names []string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		header, _, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(lines.Text()), "["), "]")
		if !ok || !strings.HasPrefix(strings.TrimSpace(lines.Text()), "[") {
			continue
		}
		kind, name, named := strings.Cut(strings.TrimSpace(header), " ")
		switch {
		case !named:
			names = append(names, kind)
		case kind == "profile":
			names = append(names, strings.TrimSpace(name))
		}
	}
	return names
}
