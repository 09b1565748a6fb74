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

// configurationError is when what this machine says of AWS cannot be read.
type configurationError struct {
	err error
}

func (e *configurationError) Error() string { return e.err.Error() }
func (e *configurationError) Unwrap() error { return e.err }

// words are nothing for errors that speak for themselves.
func (e *configurationError) words() string {
	var role config.SharedConfigAssumeRoleError
	var missing config.SharedConfigProfileNotExistError
	var path *fs.PathError
	switch {
	case errors.As(e, &role) && errors.As(e, &missing):
		return fmt.Sprintf("the source_profile %s, which the role %s is taken on with, does not exist%s", missing.Profile, role.RoleARN, knownProfiles())
	case errors.As(e, &missing):
		return fmt.Sprintf("the profile %s does not exist%s", missing.Profile, knownProfiles())
	case errors.As(e, new(config.AssumeRoleTokenProviderNotSetError)):
		return `the profile asks for an MFA code, and sfngen does not ask for one: run eval "$(aws configure export-credentials --profile PROFILE --format env)" first, which does, and leave --profile out`
	case errors.As(e, &path) && path.Path == os.Getenv("AWS_CA_BUNDLE"):
		return fmt.Sprintf("AWS_CA_BUNDLE names %s, which cannot be read: %v", path.Path, path.Err)
	case strings.Contains(e.Error(), "SSO session section"):
		return "the profile names an [sso-session " + lastWord(e.Error()) + "] that " + configFile() + " does not have: aws configure sso makes one"
	}
	return strings.Join(strings.Fields(e.Error()), " ")
}

// endpointVariables are those of the services that sfngen calls ("SDKs and Tools",
// service-specific endpoints).
var endpointVariables = []string{
	"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_CLOUDFORMATION", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "AWS_ENDPOINT_URL_LAMBDA",
	"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_SFN", "AWS_ENDPOINT_URL_STS",
}

// checkEndpoints looks at what the environment has instead of AWS's addresses: the
// SDK would take anything, and fail with each call. The value is not shown: it may
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

// knownProfiles tells what there is instead.
func knownProfiles() string {
	names := append(profiles(configFile()), profiles(credentialsFile())...)
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) == 0 {
		return ": there are none in " + configFile() + "; aws configure makes one"
	}
	return ": there are " + strings.Join(names, ", ") + " in " + configFile() + " and " + filepath.Base(credentialsFile())
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
