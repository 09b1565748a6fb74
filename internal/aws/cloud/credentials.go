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

// provider is the SDK's, with the profile that it goes by in its errors.
type provider struct {
	aws.CredentialsProvider
	profile config.SharedConfig
}

// withProfile makes a configuration's credentials tell where they come from when
// there are none.
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

// credentialsError is when there are no credentials to sign with.
type credentialsError struct {
	profile config.SharedConfig // zero without one
	err     error
}

func (e *credentialsError) Error() string { return e.err.Error() }
func (e *credentialsError) Unwrap() error { return e.err }

const waysIn = "sign in (aws sso login, aws login), store keys (aws configure), name a profile with --profile or AWS_PROFILE, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this machine a role"

// missingCredentials is about those that could not be had, other than by a
// refusal of AWS or an address that does not answer: these say more themselves.
func missingCredentials(f *failure) string {
	e := f.credentials
	var process *processcreds.ProviderError
	switch {
	case e == nil:
		return ""
	case f.service == "ec2imds":
		return e.none()
	case e.isSSO(f):
		return e.signInSSO()
	case strings.Contains(e.Error(), "reauthenticate"), f.service == "Signin" && f.status > 0:
		return fmt.Sprintf("the session of the profile %s has ended, or was never begun: aws login --profile %s", e.profile.Profile, e.profile.Profile)
	case errors.As(e, &process):
		return fmt.Sprintf("the credential_process of the profile %s failed (%s): run it by hand to see why: %s", e.profile.Profile, innermostText(process), e.source().CredentialProcess)
	case strings.Contains(e.Error(), "unable to read file at"):
		return "the web identity token cannot be read" + after(e.Error(), "unable to read file at ") + ": AWS_WEB_IDENTITY_TOKEN_FILE, or web_identity_token_file of the profile, must name one"
	case !errors.As(e.err, new(*smithy.OperationError)):
		return "no AWS credentials: " + strings.TrimPrefix(e.Error(), "failed to refresh cached credentials, ")
	}
	return ""
}

func (e *credentialsError) none() string {
	switch key, secret := os.Getenv("AWS_ACCESS_KEY_ID") != "", os.Getenv("AWS_SECRET_ACCESS_KEY") != ""; {
	case key && !secret:
		return "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not: set both, or neither"
	case secret && !key:
		return "AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not: set both, or neither"
	}
	if e.profile.Profile == "" || e.profile.Profile == "default" {
		return "no AWS credentials found: " + waysIn
	}
	return fmt.Sprintf("the profile %s has no credentials: aws configure --profile %s stores keys, aws configure sso --profile %s sets up a sign-in", e.profile.Profile, e.profile.Profile, e.profile.Profile)
}

// source is the profile of the chain of source_profile that has credentials of
// its own.
func (e *credentialsError) source() *config.SharedConfig {
	last := &e.profile
	for last.Source != nil {
		last = last.Source
	}
	return last
}

// isSSO reports whether it is the sign-in that is missing or over. Identity
// Center answers 401 to a token that it does not know any more.
func (e *credentialsError) isSSO(f *failure) bool {
	s := e.source()
	if s.SSOSession == nil && s.SSOStartURL == "" {
		return false
	}
	return errors.As(e, new(*ssocreds.InvalidTokenError)) || strings.Contains(e.Error(), "SSO token") ||
		f.status == 401 || f.service == "SSO OIDC" && f.code != "" && f.status < 500
}

func (e *credentialsError) signInSSO() string {
	s := e.source()
	state := "has expired"
	if errors.Is(e, fs.ErrNotExist) {
		state = "was never begun on this machine"
	}
	if s.SSOSession != nil {
		return fmt.Sprintf("the SSO session %s of the profile %s %s: aws sso login --sso-session %s", s.SSOSession.Name, s.Profile, state, s.SSOSession.Name)
	}
	return fmt.Sprintf("the SSO session of the profile %s %s: aws sso login --profile %s", s.Profile, state, s.Profile)
}

// origin says where the keys of a request came from, as far as that shows: those
// of the environment go before a profile of AWS_PROFILE, which surprises.
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
