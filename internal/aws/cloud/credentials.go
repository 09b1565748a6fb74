package cloud

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/processcreds"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/smithy-go"
)

// provider is the SDK's. Its errors carry the profile that it uses.
type provider struct {
	aws.CredentialsProvider
	profile config.SharedConfig
}

// withProfile adds the profile to the errors of a configuration's credentials.
func withProfile(c aws.Config) aws.CredentialsProvider {
	p := provider{CredentialsProvider: c.Credentials}
	for _, source := range c.ConfigSources {
		if shared, ok := source.(config.SharedConfig); ok {
			p.profile = shared
		}
	}
	return p
}

func (p provider) Retrieve(ctx context.Context) (aws.Credentials, error) {
	c, err := p.CredentialsProvider.Retrieve(ctx)
	if err != nil {
		return c, &credentialsError{profile: p.profile, err: err}
	}
	return c, nil
}

// ProviderSources is for the SDK's user agent.
func (p provider) ProviderSources() []aws.CredentialSource {
	if sources, ok := p.CredentialsProvider.(aws.CredentialProviderSource); ok {
		return sources.ProviderSources()
	}
	return nil
}

// credentialsError means that there are no credentials to sign with.
type credentialsError struct {
	profile config.SharedConfig // zero without one
	err     error
}

func (e *credentialsError) Error() string { return e.err.Error() }
func (e *credentialsError) Unwrap() error { return e.err }

// waysIn are the ways to credentials.
const waysIn = "sign in (aws sso login, aws login), store keys (aws configure), name a profile with --profile or AWS_PROFILE, " +
	"set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this machine a role"

// missingCredentials is about credentials that could not be loaded, unless AWS has
// refused them or an address did not answer: those failures say more themselves.
func missingCredentials(f *failedCall) Message {
	e := f.credentials
	var process *processcreds.ProviderError
	switch {
	case e == nil:
		return Message{}
	case f.service == "ec2imds":
		return e.none()
	case e.isSSO(f):
		return e.signInSSO()
	case strings.Contains(e.Error(), "reauthenticate"), f.service == "Signin" && f.status > 0:
		return Message{
			What: "the session of the profile " + e.profile.Profile + " has ended, or you never signed in",
			Do:   "aws login --profile " + e.profile.Profile,
		}
	case errors.As(e, &process):
		return Message{
			What: "the credential_process of the profile " + e.profile.Profile + " failed (" + innermostText(process) + ")",
			Do:   "run it by hand to see why: " + e.source().CredentialProcess,
		}
	case strings.Contains(e.Error(), "unable to read file at"):
		return Message{
			What: "the web identity token cannot be read" + after(e.Error(), "unable to read file at "),
			Do:   "AWS_WEB_IDENTITY_TOKEN_FILE, or web_identity_token_file of the profile, must name a file with one",
		}
	case !errors.As(e.err, new(*smithy.OperationError)):
		return Message{What: "no AWS credentials", Why: strings.TrimPrefix(e.Error(), "failed to refresh cached credentials, ")}
	}
	return Message{}
}

func (e *credentialsError) none() Message {
	const both = "set both, or neither"
	switch key, secret := os.Getenv("AWS_ACCESS_KEY_ID") != "", os.Getenv("AWS_SECRET_ACCESS_KEY") != ""; {
	case key && !secret:
		return Message{What: "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not", Do: both}
	case secret && !key:
		return Message{What: "AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not", Do: both}
	}
	name := e.profile.Profile
	if name == "" || name == "default" {
		return Message{What: "no AWS credentials found", Do: waysIn}
	}
	return Message{
		What: "the profile " + name + " has no credentials",
		Do:   "aws configure --profile " + name + " stores keys, aws configure sso --profile " + name + " sets up a sign-in",
	}
}

// source is the profile of the chain of source_profile that has its own credentials.
func (e *credentialsError) source() *config.SharedConfig {
	last := &e.profile
	for last.Source != nil {
		last = last.Source
	}
	return last
}

// isSSO reports whether the sign-in is missing or has ended. Identity Center answers
// 401 to a token that it no longer knows.
func (e *credentialsError) isSSO(f *failedCall) bool {
	s := e.source()
	if s.SSOSession == nil && s.SSOStartURL == "" {
		return false
	}
	return errors.As(e, new(*ssocreds.InvalidTokenError)) || strings.Contains(e.Error(), "SSO token") ||
		f.status == 401 || f.service == "SSO OIDC" && f.code != "" && f.status < 500
}

func (e *credentialsError) signInSSO() Message {
	s := e.source()
	state := " has expired"
	if errors.Is(e, fs.ErrNotExist) {
		state = " was never started on this machine"
	}
	if s.SSOSession != nil {
		return Message{
			What: "the SSO session " + s.SSOSession.Name + " of the profile " + s.Profile + state,
			Do:   "aws sso login --sso-session " + s.SSOSession.Name,
		}
	}
	return Message{What: "the SSO session of the profile " + s.Profile + state, Do: "aws sso login --profile " + s.Profile}
}

// origin says where the keys of a request came from, if that shows: those of the
// environment take precedence over AWS_PROFILE, which is often unexpected.
func (s signature) origin() string {
	switch {
	case s.key == "":
		return ""
	case s.key == os.Getenv("AWS_ACCESS_KEY_ID"):
		return fmt.Sprintf(" (%s, from AWS_ACCESS_KEY_ID in the environment)", s.key)
	}
	return fmt.Sprintf(" (%s)", s.key)
}

// after is what follows mark in text, as a remark.
func after(text, mark string) string {
	_, rest, ok := strings.Cut(text, mark)
	if !ok {
		return ""
	}
	return " (" + rest + ")"
}

func innermostText(err error) string {
	for {
		below := errors.Unwrap(err)
		if below == nil {
			return err.Error()
		}
		err = below
	}
}
