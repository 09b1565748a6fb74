//go:build moto

package dynamodb

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sfngen/sfngen/runtime/awscall"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

// orderly is moto_server, one request after the other: its conditional writes are not
// atomic under threads.
func orderly(t *testing.T) (address string) {
	t.Helper()
	behind, err := url.Parse(os.Getenv("SFNGEN_MOTO"))
	if err != nil || behind.Host == "" {
		t.Fatal("SFNGEN_MOTO must be the URL of a moto_server")
	}
	var mutex sync.Mutex
	proxy := httputil.NewSingleHostReverseProxy(behind)
	proxy.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) } // who asked has gone
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		if r.Context().Err() == nil { // else who asked has gone while others went first
			proxy.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// onMoto gives the environment of a pool with a new table.
func onMoto(t *testing.T) coordination.Environment {
	t.Helper()
	name := "pool" + strings.Map(func(r rune) rune {
		if strings.ContainsRune("/#", r) {
			return '.'
		}
		return r
	}, t.Name())
	env := environment(orderly(t), contract.EnvTable, name)
	env.Now = time.Now // moto has no clock of its own
	call := func(operation, body string) awscall.Answer {
		answer, err := open(t, env).client.Do(t.Context(), awscall.Call{
			Of: service, Target: "DynamoDB_20120810." + operation, Body: []byte(body),
		})
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	call("DeleteTable", `{"TableName":"`+name+`"}`) // of a run before
	answer := call("CreateTable", `{"TableName":"`+name+`","BillingMode":"PAY_PER_REQUEST",
		"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
		"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"}]}`)
	if answer.Status != http.StatusOK {
		t.Fatalf("moto made no table: %s", answer.Body)
	}
	return env
}

func TestMotoTable(t *testing.T) {
	suite(t, func(t *testing.T) *store { return open(t, onMoto(t)) })
}

// Few, because moto takes some 20 ms for each, one after the other, and who is not the first
// asks again.
func TestMotoSomeChooseAtOnce(t *testing.T) { allChoose(t, onMoto(t), 10) }
