package cloud_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/fakeaws"
)

const profilesFile = `[default]
region = eu-central-1

[profile sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = dev

[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-central-1

[profile oldsso]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-central-1
sso_account_id = 123456789012
sso_role_name = dev

[profile viasso]
role_arn = arn:aws:iam::123456789012:role/deployer
source_profile = sso

[profile nosession]
sso_session = gone
sso_account_id = 123456789012
sso_role_name = dev

[profile login]
login_session = arn:aws:iam::123456789012:user/ada

[profile role]
role_arn = arn:aws:iam::123456789012:role/deployer
source_profile = nowhere

[profile mfa]
role_arn = arn:aws:iam::123456789012:role/deployer
mfa_serial = arn:aws:iam::123456789012:mfa/ada
source_profile = keys

[profile assumed]
role_arn = arn:aws:iam::123456789012:role/deployer
source_profile = keys

[profile keys]
aws_access_key_id = AKIAPROFILE
aws_secret_access_key = secret

[profile half]
aws_access_key_id = AKIAPROFILE

[profile process]
credential_process = /bin/sh -c "exit 3"

[profile bare]
region = eu-central-1
`

// home is a machine with profiles and without credentials in its environment.
func home(t *testing.T, endpoint string) string {
	t.Helper()
	fakeaws.Environment(t, endpoint)
	dir := t.TempDir()
	file := filepath.Join(dir, "config")
	if err := os.WriteFile(file, []byte(profilesFile), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"HOME": dir, "USERPROFILE": dir, "AWS_CONFIG_FILE": file, "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(dir, "credentials"),
		"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "",
	} {
		t.Setenv(name, value)
	}
	return file
}

// TestCredentials has the words for each way in which a machine has none.
func TestCredentials(t *testing.T) {
	const asking = "asking AWS whose credentials these are: "
	const reading = "reading the AWS configuration: "
	known := ": there are assumed, bare, default, half, keys, login, mfa, nosession, oldsso, process, role, sso, viasso in @CONFIG and " +
		"credentials"
	tests := []struct {
		name, profile string
		want          string
	}{
		{"none at all", "",
			asking + "no AWS credentials found: sign in (aws sso login, aws login), store keys (aws configure), name a profile with --profile " +
				"or AWS_PROFILE, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this machine a role"},
		{"a profile without any", "bare",
			asking + "the profile bare has no credentials: aws configure --profile bare stores keys, aws configure sso --profile bare sets up a " +
				"sign-in"},
		{"no such profile", "nope",
			reading + "the profile nope does not exist" + known},
		{"a source profile that is missing", "role",
			reading + "the source_profile nowhere, which assumes the role arn:aws:iam::123456789012:role/deployer, does not exist" + known},
		{"SSO, not signed in", "sso",
			asking + "the SSO session corp of the profile sso was never started on this machine: aws sso login --sso-session corp"},
		{"SSO in the old form, not signed in", "oldsso",
			asking + "the SSO session of the profile oldsso was never started on this machine: aws sso login --profile oldsso"},
		{"a role by way of SSO", "viasso",
			asking + "the SSO session corp of the profile sso was never started on this machine: aws sso login --sso-session corp"},
		{"no such SSO session", "nosession",
			reading + "the profile names an [sso-session gone] that @CONFIG does not have: aws configure sso creates one"},
		{"aws login, not signed in", "login",
			asking + "the session of the profile login has ended, or you never signed in: aws login --profile login"},
		{"MFA", "mfa",
			reading + `the profile needs an MFA code, and sfngen does not ask for one: run eval "$(aws configure export-credentials --profile ` +
				`PROFILE --format env)" first, which does, and leave --profile out`},
		{"half of the keys", "half",
			reading + "error fetching config from profile, half, Error using profile: 1, partial credentials found for profile profile half"},
		{"a process that fails", "process",
			asking + `the credential_process of the profile process failed (exit status 3): run it by hand to see why: /bin/sh -c "exit 3"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file := home(t, "")
			_, err := cloud.Open(context.Background(), cloud.Options{Profile: test.profile})
			explains(t, err, strings.ReplaceAll(test.want, "@CONFIG", file))
		})
	}
}

func TestNoProfiles(t *testing.T) {
	home(t, "")
	t.Setenv("AWS_CONFIG_FILE", "/nowhere/config")
	_, err := cloud.Open(context.Background(), cloud.Options{Profile: "acme"})
	explains(t, err, "reading the AWS configuration: the profile acme does not exist: there are none in /nowhere/config; aws configure "+
		"creates one")
}

// TestSSOSessionExpired: the token of a sign-in is there, and its time is over.
func TestSSOSessionExpired(t *testing.T) {
	file := home(t, "")
	cache := filepath.Join(filepath.Dir(file), ".aws", "sso", "cache")
	if err := os.MkdirAll(cache, 0o700); err != nil {
		t.Fatal(err)
	}
	// The name is the SHA-1 of "corp".
	token := filepath.Join(cache, "ee0bfd2552fbd840c02cc48b6e823320543c450f.json")
	if err := os.WriteFile(token, []byte(`{"accessToken": "t", "expiresAt": "2020-01-01T00:00:00Z"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := cloud.Open(context.Background(), cloud.Options{Profile: "sso"})
	explains(t, err, "asking AWS whose credentials these are: the SSO session corp of the profile sso has expired: aws sso login "+
		"--sso-session corp")
}

// TestRoleDenied: the refusal is of the call below, for the credentials.
func TestRoleDenied(t *testing.T) {
	queryError(t, 403, "AccessDenied", "User: arn:aws:iam::123456789012:user/ada is not authorized to perform: sts:AssumeRole on "+
		"resource: arn:aws:iam::123456789012:role/deployer")
	c := loaded(t)
	c.Config.Credentials = stscreds.NewAssumeRoleProvider(sts.NewFromConfig(c.Config), "arn:aws:iam::123456789012:role/deployer")
	explains(t, createChangeSet(c), "AWS denies sts:AssumeRole on arn:aws:iam::123456789012:role/deployer to "+
		"arn:aws:iam::123456789012:user/ada: it gives no reason; https://github.com/sfngen/sfngen/blob/main/docs/deploy.md has the policy "+
		"that sfngen needs (request 1111-2222)")
}

// TestKeysOfAProfile are not said to be those of the environment.
func TestKeysOfAProfile(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`<ErrorResponse><Error><Code>ExpiredToken</Code></Error></ErrorResponse>`))
	}))
	defer server.Close()
	home(t, server.URL)
	_, err := cloud.Open(context.Background(), cloud.Options{Profile: "keys"})
	explains(t, err, "asking AWS whose credentials these are: the session of these credentials (AKIAPROFILE) has ended: sign in again "+
		"(aws sso login, aws login), or get new ones as you got these")
}

// TestCredentialsAlone are asked for by who signs a request itself.
func TestCredentialsAlone(t *testing.T) {
	home(t, "")
	c, err := cloud.Load(context.Background(), cloud.Options{Profile: "sso"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Credentials.Retrieve(context.Background())
	explains(t, err, "the SSO session corp of the profile sso was never started on this machine: aws sso login --sso-session corp")
}

func TestUnreadableFiles(t *testing.T) {
	tests := []struct {
		name, variable, want string
	}{
		{"CA bundle", "AWS_CA_BUNDLE", "reading the AWS configuration: AWS_CA_BUNDLE names /nowhere/file, which cannot be read: no such file " +
			"or directory"},
		{"web identity token", "AWS_WEB_IDENTITY_TOKEN_FILE", "asking AWS whose credentials these are: the web identity token cannot be read " +
			"(/nowhere/file: open /nowhere/file: no such file or directory): AWS_WEB_IDENTITY_TOKEN_FILE, or web_identity_token_file of the " +
			"profile, must name a file with one"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			home(t, "")
			t.Setenv(test.variable, "/nowhere/file")
			t.Setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/deployer")
			explains(t, open(t), test.want)
		})
	}
}

// Half of a pair of keys is none, and it shows which half.
func TestHalfAPairOfKeys(t *testing.T) {
	for set, missing := range map[string]string{"AWS_ACCESS_KEY_ID": "AWS_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY": "AWS_ACCESS_KEY_ID"} {
		home(t, "")
		t.Setenv("AWS_CONFIG_FILE", "/dev/null")
		t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
		t.Setenv("AWS_ACCESS_KEY_ID", "")
		t.Setenv("AWS_SECRET_ACCESS_KEY", "")
		t.Setenv(set, "x")
		_, err := cloud.Open(context.Background(), cloud.Options{Region: "eu-central-1"})
		explains(t, err, "asking AWS whose credentials these are: "+set+" is set, but "+missing+" is not: set both, or neither")
	}
}

// What cannot be an address is said before anything is sent there.
func TestEndpointsThatAreNoAddress(t *testing.T) {
	for name, value := range map[string]string{"AWS_ENDPOINT_URL": "foo", "AWS_ENDPOINT_URL_S3": "localhost:5555",
		"AWS_ENDPOINT_URL_STS": "http://"} {
		t.Run(name, func(t *testing.T) {
			home(t, "")
			t.Setenv(name, value)
			explains(t, open(t), name+" is not a URL that calls could go to: write it as in http://127.0.0.1:5555, or do not set it")
		})
	}
}

// Addresses of services that sfngen does not call, or that nobody follows, are no
// business of its.
func TestEndpointsOfOthers(t *testing.T) {
	for name, variables := range map[string][2]string{
		"of another service": {"AWS_ENDPOINT_URL_DYNAMODB", ""},
		"ignored":            {"AWS_ENDPOINT_URL_S3", "true"},
	} {
		t.Run(name, func(t *testing.T) {
			home(t, "")
			t.Setenv(variables[0], "localhost:8000")
			t.Setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", variables[1])
			if _, err := cloud.Load(context.Background(), cloud.Options{}); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestNoRegion(t *testing.T) {
	home(t, "")
	t.Setenv("AWS_REGION", "")
	t.Setenv("AWS_CONFIG_FILE", "/dev/null")
	_, err := cloud.Open(context.Background(), cloud.Options{})
	explains(t, err, "no AWS region: name it with --region, set AWS_REGION, or give the profile one (aws configure set region REGION)")
}
