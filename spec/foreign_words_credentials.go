package spec

import "cmp"

// referenceHints show what stands in a spec in place of a key: where it is kept. By the
// field that a word leads to; any other is about headers.
var referenceHints = map[string]string{
	credentialsPath + ".oauth2": "write where the client's secret is kept, as in upstream.credentials.oauth2: " +
		"{tokenUrl: 'https://id.acme.example/token', clientId: orders-client, clientSecret: {secret: prod/acme-oauth}}",
	credentialsPath + ".clientCertificate": "write where it is kept, as in upstream.credentials.clientCertificate: " +
		"{secret: prod/acme-mtls}, PEM with the private key",
	credentialsPath + ".caBundle": "write the file beside the spec, as in upstream.credentials.caBundle: ca.pem",
}

const headerHint = "write where it is kept, as in upstream.credentials.headers: " +
	`{authorization: {secret: prod/acme, key: token, prefix: "Bearer "}}`

func referenceHint(target string) string { return cmp.Or(referenceHints[target], headerHint) }

// credentialWords are those of what the API wants to see of the one that calls. No value
// is carried over: it may be the secret itself.
var credentialWords = []foreign{
	{"secrets", "GitHub Actions and Kubernetes", "upstream.credentials", noValue, nil},
	{"secretsManager", "AWS", "upstream.credentials", noValue, nil},
	{"parameterStore", "AWS", "upstream.credentials", noValue, nil},
	{"ssm", "AWS", "upstream.credentials", noValue, nil},
	{"auth", "axios and many HTTP clients", "upstream.credentials", noValue, nil},
	{"authentication", "Step Functions' HTTP task", "upstream.credentials", noValue, nil},
	{"connectionArn", "Step Functions' HTTP task", "upstream.credentials", noValue, nil},
	{"secret", "many systems", "upstream.credentials.headers", noValue, nil},
	{"secretArn", "AWS", "upstream.credentials.headers", noValue, nil},
	{"secretHeaders", "many HTTP clients", "upstream.credentials.headers", noValue, nil},
	{"authHeader", "many HTTP clients", "upstream.credentials.headers", noValue, nil},
	{"apiKey", "OpenAPI and many APIs", "upstream.credentials.headers", noValue, nil},
	{"apiKeys", "many systems", "upstream.credentials.headers", noValue, nil},
	{"token", "many HTTP clients", "upstream.credentials.headers", noValue, nil},
	{"password", "many HTTP clients", "upstream.credentials.headers", noValue, nil},
	{"authorization", "many HTTP clients", "upstream.credentials.headers.authorization", noValue, nil},
	{"bearerToken", "many HTTP clients", "upstream.credentials.headers.authorization", noValue, nil},
	{"bearer", "many HTTP clients", "upstream.credentials.headers.authorization", noValue, nil},
	{"basicAuth", "Kong and nginx", "upstream.credentials.headers.authorization", noValue, nil},
	{"oauth", "Kong", "upstream.credentials.oauth2", noValue, nil},
	{"clientCredentials", "OAuth 2", "upstream.credentials.oauth2", noValue, nil},
	{"tokenEndpoint", "OpenID Connect", "upstream.credentials.oauth2.tokenUrl", sameValue, nil},
	{"tls", "Istio and Envoy", "upstream.credentials.clientCertificate", noValue, nil},
	{"mtls", "Istio and Kong", "upstream.credentials.clientCertificate", noValue, nil},
	{"mutualTls", "API Gateway", "upstream.credentials.clientCertificate", noValue, nil},
	{"clientCert", "Kong and nginx", "upstream.credentials.clientCertificate", noValue, nil},
	{"caCertificates", "Istio", "upstream.credentials.caBundle", noValue, nil},
	{"caCert", "many HTTP clients", "upstream.credentials.caBundle", noValue, nil},
	{"ca", "Node.js", "upstream.credentials.caBundle", noValue, nil},
}
