// Package examples holds specs that people would write. Each is a test, and one
// is what `sfngen demo` runs.
package examples

import _ "embed"

// AcmeOrders is acme-orders.yaml: an API that counts calls per source address.
//
//go:embed acme-orders.yaml
var AcmeOrders []byte
