package functionurl

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// CORS is what a function URL answers to browsers, instead of the function (API
// reference, Cors; Fetch standard, "CORS protocol"). Without Origins it does
// nothing, and leaves CORS to the function.
type CORS struct {
	Origins          []string      // "*", "https://*" or an origin
	Methods          []string      // "*" or methods; OPTIONS is no matter of the function
	Headers          []string      // that a request may have; "*": any
	ExposeHeaders    []string      // that a script may read
	MaxAge           time.Duration // 0..24h, whole seconds; how long a browser may remember it
	AllowCredentials bool
}

func (c CORS) enabled() bool { return len(c.Origins) > 0 }

// isPreflight reports whether a browser asks before it sends (Fetch standard,
// "CORS-preflight request").
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}

// allowOrigin writes the fields that every response to an allowed origin has.
func (c CORS) allowOrigin(header http.Header, r *http.Request) {
	origin := r.Header.Get("Origin")
	anyone := slices.Contains(c.Origins, "*") && !c.AllowCredentials
	if !anyone {
		header.Add("Vary", "Origin") // also without an Origin: the response may be cached
	}
	if origin == "" || !c.Allows(origin) {
		return
	}
	if anyone {
		origin = "*"
	}
	header.Set("Access-Control-Allow-Origin", origin)
	if c.AllowCredentials {
		header.Set("Access-Control-Allow-Credentials", "true")
	}
	if len(c.ExposeHeaders) > 0 && !isPreflight(r) {
		header.Set("Access-Control-Expose-Headers", strings.Join(c.ExposeHeaders, ","))
	}
}

// Allows reports whether a page of an origin may call.
func (c CORS) Allows(origin string) bool {
	return slices.ContainsFunc(c.Origins, func(allowed string) bool {
		prefix, wildcard := strings.CutSuffix(allowed, "*")
		return strings.EqualFold(allowed, origin) || wildcard && strings.HasPrefix(origin, prefix)
	})
}

// preflight answers without the function. An origin that is not allowed also gets
// 200, but no field that allows anything.
func (c CORS) preflight(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	if c.Allows(r.Header.Get("Origin")) {
		set(header, "Access-Control-Allow-Methods", c.Methods)
		set(header, "Access-Control-Allow-Headers", c.Headers)
		if c.MaxAge > 0 {
			header.Set("Access-Control-Max-Age", strconv.Itoa(int(c.MaxAge/time.Second)))
		}
	}
	header.Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
}

func set(header http.Header, name string, values []string) {
	if len(values) > 0 {
		header.Set(name, strings.Join(values, ","))
	}
}
