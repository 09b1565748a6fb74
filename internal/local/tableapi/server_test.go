package tableapi_test

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/local/tableapi"
	"github.com/sfngen/sfngen/runtime/awscall"
)

var now = time.Date(2026, 12, 1, 22, 0, 0, 0, time.UTC)

// rig is a server with the table "pool", and a role that may use it.
type rig struct {
	*tableapi.Server
	client *awscall.Client
}

func newRig(t *testing.T, more ...string) *rig {
	t.Helper()
	r := &rig{Server: tableapi.New(tableapi.Options{
		Credentials: tableapi.Credentials{AccessKeyID: "ASIA", SecretAccessKey: "s", SessionToken: "t"}, Now: func() time.Time { return now },
		Partition: "aws", Region: "us-east-1", Account: "000000000000",
	})}
	r.Create("pool")
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	variables := map[string]string{
		"AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": server.URL,
		"AWS_ACCESS_KEY_ID": "ASIA", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t",
	}
	for i := 0; i < len(more); i += 2 {
		variables[more[i]] = more[i+1]
	}
	r.client = awscall.New(awscall.Options{
		Getenv: func(name string) string { return variables[name] }, Now: func() time.Time { return now },
		Limit: time.Minute, Idle: time.Minute, Most: 4 << 20,
	})
	t.Cleanup(r.client.Close)
	return r
}

// do answers with the code of a failure, or "", and the JSON.
func (r *rig) do(t *testing.T, operation, body string) (code string, answer map[string]any) {
	t.Helper()
	service := awscall.Service{Title: "DynamoDB", Name: "dynamodb", Version: "1.0"}
	got, err := r.client.Do(t.Context(), awscall.Call{Of: service, Target: "DynamoDB_20120810." + operation, Body: []byte(body)})
	if err != nil {
		t.Fatal(err)
	}
	if sum := strconv.FormatUint(uint64(crc32.ChecksumIEEE(got.Body)), 10); got.Header.Get("X-Amz-Crc32") != sum {
		t.Errorf("%s: X-Amz-Crc32 is %s, want %s", operation, got.Header.Get("X-Amz-Crc32"), sum)
	}
	if got.Header.Get("Date") != "Tue, 01 Dec 2026 22:00:00 GMT" {
		t.Errorf("date %s", got.Header.Get("Date"))
	}
	if err := json.Unmarshal(got.Body, &answer); err != nil {
		t.Fatal(err)
	}
	if code, _ = got.Failure(); (code == "") != (got.Status == 200) {
		t.Errorf("status %d with code %q", got.Status, code)
	}
	return code, answer
}

func diff(t *testing.T, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// update is the body of an UpdateItem of the item "a"; rest are further members.
func update(rest string) string {
	return `{"TableName":"pool","Key":{"pk":{"S":"pool"},"sk":{"S":"a"}},` + rest + `}`
}

const (
	increase = `"UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1"}}`
	first    = `"UpdateExpression":"SET #u = :u","ConditionExpression":"attribute_not_exists(#u)","ExpressionAttributeNames":{"#u":"until"},` +
		`"ExpressionAttributeValues":{":u":{"N":"5"}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"`
)

func item(members ...string) map[string]any {
	m := map[string]any{"pk": map[string]any{"S": "pool"}, "sk": map[string]any{"S": "a"}}
	for i := 0; i < len(members); i += 3 {
		m[members[i]] = map[string]any{members[i+1]: members[i+2]}
	}
	return m
}

func TestAnItemIsWrittenAndRead(t *testing.T) {
	r := newRig(t)
	code, answer := r.do(t, "UpdateItem", update(first+`,"ReturnValues":"ALL_NEW"`))
	diff(t, "written", []any{"", map[string]any{"Attributes": item("until", "N", "5")}}, []any{code, answer})
	code, answer = r.do(t, "UpdateItem", update(first))
	diff(t, "the condition fails", "ConditionalCheckFailedException", code)
	diff(t, "the old item", map[string]any{
		"__type":  "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
		"message": "The conditional request failed", "Item": item("until", "N", "5"),
	}, answer)
	_, answer = r.do(t, "UpdateItem", update(strings.ReplaceAll(first, "ALL_OLD", "NONE")))
	diff(t, "no old item", nil, answer["Item"])
	_, answer = r.do(t, "GetItem", `{"TableName":"pool","Key":{"pk":{"S":"pool"},"sk":{"S":"a"}}}`)
	diff(t, "read", map[string]any{"Item": item("until", "N", "5")}, answer)
	_, answer = r.do(t, "DeleteItem", update(`"ReturnValues":"ALL_OLD"`))
	diff(t, "deleted", map[string]any{"Attributes": item("until", "N", "5")}, answer)
	_, answer = r.do(t, "GetItem", `{"TableName":"pool","Key":{"pk":{"S":"pool"},"sk":{"S":"a"}}}`)
	diff(t, "absent", map[string]any{}, answer)
}

func TestUpdates(t *testing.T) {
	values := `"ExpressionAttributeValues":{":one":{"N":"1"},":x":{"S":"x"}}`
	for _, test := range []struct {
		expression, want string
	}{
		{"SET n = n + :one, s = :x", "n=4 s=x"},
		{"SET n = n - :one REMOVE s SET m = :x", `The "SET" section can only be used once`},
		{"SET n = s, s = n, m = :one, k = :x", "k=x m=1 n=y s=3"},
		{"SET m = if_not_exists(m, :one), n = if_not_exists(n, :one), s = :x", "m=1 n=3 s=x"},
		{"ADD n :one, m :one SET s = :x", "m=1 n=4 s=x"},
		{"remove s, absent set n = :one, x = :x", "n=1 x=x"},
		{"SET n = absent, s = :one, m = :x", "refers to an attribute that does not exist in the item"},
		{"SET n = s + :one, m = :x", "An operand in the update expression has an incorrect data type"},
		{"SET n = :one, n = :x", "Two document paths overlap"},
		{"SET pk = :x, n = :one", "Cannot update attribute pk. This attribute is part of the key"},
		{"SET until = :one, n = :x", "Attribute name is a reserved keyword; reserved keyword: until"},
		{"SET n = :two, m = :one, s = :x", "not defined; attribute value: :two"},
		{"SET #n = :one, m = :x", "not defined; attribute name: #n"},
		{"SET n = :one", "unused in expressions: keys: {:x}"},
		{"SET a.b = :one, n = :x", `"." is nothing that the expressions of this machine's tables have`},
		{"DELETE n :one", "the expression has DELETE where the tables of this machine want SET, REMOVE or ADD"},
		{"SET n = list_append(n, :x)", "the expression has ( where"},
		{"SET n = ", "the expression has its end where"},
		{"", "The expression can not be empty"},
	} {
		t.Run(test.expression, func(t *testing.T) {
			r := newRig(t)
			r.do(t, "UpdateItem", update(`"UpdateExpression":"SET n = :n, s = :s","ExpressionAttributeValues":{":n":{"N":"3"},":s":{"S":"y"}}`))
			code, answer := r.do(t, "UpdateItem", update(`"ReturnValues":"ALL_NEW","UpdateExpression":"`+test.expression+`",`+values))
			if code != "" {
				if message := answer["message"].(string); code != "ValidationException" || !strings.Contains(message, test.want) {
					t.Errorf("got %s: %s, want %s", code, message, test.want)
				}
				return
			}
			diff(t, "attributes", test.want, line(answer["Attributes"]))
		})
	}
}

// line is an item without its key, in a line.
func line(attributes any) string {
	var parts []string
	for _, name := range []string{"k", "m", "n", "s", "x"} {
		for _, v := range asMap(asMap(attributes)[name]) {
			parts = append(parts, fmt.Sprintf("%s=%v", name, v))
		}
	}
	return strings.Join(parts, " ")
}

func asMap(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func TestConditions(t *testing.T) {
	for expression, want := range map[string]bool{
		"n = :three":                            true,
		"n <> :three":                           false,
		"n < :ten AND n > :two AND n >= :three": true, // as numbers: 3 < 10
		"n <= :two OR s = :y":                   true,
		"NOT n = :two AND (s = :y OR n = :ten)": true,
		"n = :y":                                false,
		"n < :y":                                false,
		"absent <> :y":                          true,
		"absent = :y":                           false,
		"absent < :ten":                         false,
		"attribute_exists(n) AND attribute_not_exists(o)": true,
		"begins_with(s, :y)":                              true,
		"begins_with(n, :y)":                              false,
		"n = :two OR n = :three AND s = :ten":             false, // AND binds first
		"s = :y and not attribute_exists(absent)":         true,
	} {
		t.Run(expression, func(t *testing.T) {
			r := newRig(t)
			r.do(t, "UpdateItem", update(`"UpdateExpression":"SET n = :n, s = :s","ExpressionAttributeValues":{":n":{"N":"3"},":s":{"S":"y"}}`))
			var values []string
			for name, value := range map[string]string{":two": `{"N":"2"}`, ":three": `{"N":"03"}`, ":ten": `{"N":"10"}`, ":y": `{"S":"y"}`} {
				if strings.Contains(expression, name) {
					values = append(values, `"`+name+`":`+value)
				}
			}
			rest := ""
			if len(values) > 0 {
				rest = `,"ExpressionAttributeValues":{` + strings.Join(values, ",") + `}`
			}
			code, answer := r.do(t, "UpdateItem", update(`"UpdateExpression":"REMOVE o","ConditionExpression":"`+expression+`"`+rest))
			if code != "" && code != "ConditionalCheckFailedException" || (code == "") != want {
				t.Errorf("got %s %v, want %t", code, answer["message"], want)
			}
		})
	}
}

func TestQueriesAndScans(t *testing.T) {
	r := newRig(t)
	for _, place := range []string{
		`"a"},"sk":{"S":"x"`, `"pool"},"sk":{"S":"egress-10"`, `"pool"},"sk":{"S":"egress-2"`, `"pool"},"sk":{"S":"pool"`,
	} {
		r.do(t, "UpdateItem", `{"TableName":"pool","Key":{"pk":{"S":`+place+`}},`+increase+`}`)
	}
	for _, test := range []struct{ operation, rest, want string }{
		{"Query", `"KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"pool"}}`, "egress-10 egress-2 pool"},
		{"Query", `"KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"none"}}`, ""},
		{"Query", `"KeyConditionExpression":"pk = :p AND begins_with(sk, :s)","ExpressionAttributeValues":{":p":{"S":"pool"},":s":{"S":"egr"}}`,
			"egress-10 egress-2"},
		{"Query", `"KeyConditionExpression":"pk = :p AND sk > :s","ExpressionAttributeValues":{":p":{"S":"pool"},":s":{"S":"egress-2"}}`, "pool"},
		{"Query", `"Limit":1,"KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"pool"}}`, "egress-10 and more"},
		{"Query", `"ExclusiveStartKey":{"pk":{"S":"pool"},"sk":{"S":"egress-10"}},"KeyConditionExpression":"pk = :p",` +
			`"ExpressionAttributeValues":{":p":{"S":"pool"}}`, "egress-2 pool"},
		{"Scan", `"ConsistentRead":true`, "x egress-10 egress-2 pool"},
		{"Query", `"KeyConditionExpression":"sk = :p","ExpressionAttributeValues":{":p":{"S":"pool"}}`,
			"ValidationException: Query condition missed key schema element: pk"},
		{"Query", `"KeyConditionExpression":"pk = :p AND n = :p","ExpressionAttributeValues":{":p":{"S":"pool"}}`,
			"ValidationException: Query key condition not supported: the second part compares sk with a value"},
		{"Query", `"ProjectionExpression":"n"`,
			`ValidationException: the tables of this machine do not know the parameter "ProjectionExpression"`},
	} {
		code, answer := r.do(t, test.operation, `{"TableName":"pool",`+test.rest+`}`)
		got := code
		for i, one := range toList(answer["Items"]) {
			got += strings.Repeat(" ", min(i, 1)) + asMap(asMap(one)["sk"])["S"].(string)
		}
		if answer["LastEvaluatedKey"] != nil {
			got += " and more"
		}
		if code != "" {
			got += ": " + answer["message"].(string)
		}
		diff(t, test.operation+" "+test.rest, test.want, got)
	}
}

func toList(v any) []any {
	list, _ := v.([]any)
	return list
}

// transaction is two updates: of the item "a" and the item "b".
func transaction(token, one, other string) string {
	return `{"ClientRequestToken":"` + token + `","TransactItems":[{"Update":` + update(one) + `},{"Update":` +
		strings.Replace(update(other), `"S":"a"`, `"S":"b"`, 1) + `}]}`
}

func TestTransactions(t *testing.T) {
	r := newRig(t)
	for range 2 { // the second is the first, once more
		code, answer := r.do(t, "TransactWriteItems", transaction("t1", increase, increase))
		diff(t, "both", []any{"", map[string]any{}}, []any{code, answer})
	}
	code, _ := r.do(t, "TransactWriteItems", transaction("t1", increase, first))
	diff(t, "another one with its token", "IdempotentParameterMismatchException", code)
	r.do(t, "UpdateItem", update(first))
	code, answer := r.do(t, "TransactWriteItems", transaction("t2", first, increase))
	diff(t, "none", "TransactionCanceledException", code)
	diff(t, "reasons", []any{
		map[string]any{"Code": "ConditionalCheckFailed", "Message": "The conditional request failed",
			"Item": item("n", "N", "1", "until", "N", "5")},
		map[string]any{"Code": "None"},
	}, answer["CancellationReasons"])
	text, err := json.Marshal(r.Items("pool"))
	diff(t, "items",
		`[{"n":{"N":"1"},"pk":{"S":"pool"},"sk":{"S":"a"},"until":{"N":"5"}},`+
			`{"n":{"N":"1"},"pk":{"S":"pool"},"sk":{"S":"b"}}] <nil>`,
		fmt.Sprint(string(text), " ", err))
	code, _ = r.do(t, "TransactWriteItems",
		`{"TransactItems":[{"Update":`+update(increase)+`},{"Update":`+update(increase)+`}]}`)
	diff(t, "the same item twice", "ValidationException", code)
	code, _ = r.do(t, "TransactWriteItems", `{"TransactItems":[{"ConditionCheck":`+
		update(`"ConditionExpression":"attribute_not_exists(pk)"`)+
		`},{"Update":`+strings.Replace(update(increase), `"S":"a"`, `"S":"c"`, 1)+`}]}`)
	diff(t, "a check", "TransactionCanceledException", code)
}

func TestRefusals(t *testing.T) {
	const key = `"Key":{"pk":{"S":"pool"},"sk":{"S":"a"}}`
	for _, test := range []struct{ operation, body, want string }{
		{"GetItem", `{"TableName":"other",` + key + `}`, "ResourceNotFoundException"},
		{"GetItem", `{` + key + `}`, "ValidationException"},
		{"GetItem", `{"TableName":"pool","Key":{"id":{"S":"pool"}}}`, "ValidationException"},
		{"GetItem", `{"TableName":"pool","Key":{"pk":{"S":"pool"},"sk":{"N":"1"}}}`, "ValidationException"},
		{"GetItem", `{"TableName":"pool","Key":{"pk":{"S":"pool"},"sk":{"S":""}}}`, "ValidationException"},
		{"GetItem", `{"TableName":"pool",` + key + `,"ReturnConsumedCapacity":"TOTAL"}`, "ValidationException"},
		{"GetItem", `{"TableName":"pool",` + key + `} {}`, "SerializationException"},
		{"GetItem", `[`, "SerializationException"},
		{"PutItem", `{}`, "UnknownOperationException"},
		{"UpdateItem", update(`"UpdateExpression":"SET n = :n","ExpressionAttributeValues":{":n":{"N":"1.5"}}`), "ValidationException"},
		{"UpdateItem", update(`"UpdateExpression":"SET n = :n","ExpressionAttributeValues":{":n":{"L":[]}}`), "ValidationException"},
		{"UpdateItem", update(`"UpdateExpression":"SET n = :n","ExpressionAttributeValues":{":n":{"S":"a","N":"1"}}`), "ValidationException"},
		{"UpdateItem", update(`"UpdateExpression":"SET n = :n","ExpressionAttributeValues":{":n":{"S":"` + strings.Repeat("x", 400<<10) + `"}}`),
			"ValidationException"},
		{"UpdateItem", update(increase + `,"ReturnValues":"UPDATED_NEW"`), "ValidationException"},
	} {
		code, answer := newRig(t).do(t, test.operation, test.body)
		if code != test.want {
			t.Errorf("%s %.200s: got %s (%v), want %s", test.operation, test.body, code, answer["message"], test.want)
		}
	}
	code, _ := newRig(t, "AWS_SECRET_ACCESS_KEY", "x").do(t, "GetItem", `{}`)
	diff(t, "another role", "InvalidSignatureException", code)
}

func TestTables(t *testing.T) {
	r := newRig(t)
	code, answer := r.do(t, "DescribeTable", `{"TableName":"pool"}`)
	diff(t, "keys", []any{"", []any{
		map[string]any{"AttributeName": "pk", "KeyType": "HASH"}, map[string]any{"AttributeName": "sk", "KeyType": "RANGE"},
	}}, []any{code, asMap(answer["Table"])["KeySchema"]})
	const create = `{"TableName":"other","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],` +
		`"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]}`
	for _, test := range []struct{ operation, body, want string }{
		{"CreateTable", create, ""},
		{"CreateTable", create, "ResourceInUseException"},
		{"CreateTable", strings.NewReplacer("other", "third", `"id","AttributeType"`, `"ix","AttributeType"`).Replace(create),
			"ValidationException"},
		{"Scan", `{"TableName":"other"}`, ""},
		{"DeleteTable", `{"TableName":"other"}`, ""},
		{"Scan", `{"TableName":"other"}`, "ResourceNotFoundException"},
		{"DescribeTable", `{"TableName":"other"}`, "ResourceNotFoundException"},
	} {
		code, answer := r.do(t, test.operation, test.body)
		if code != test.want {
			t.Errorf("%s %s: got %s (%v), want %s", test.operation, test.body, code, answer["message"], test.want)
		}
	}
}

func TestWritesAreAtomic(t *testing.T) {
	r := newRig(t)
	var group sync.WaitGroup
	var mutex sync.Mutex
	made := 0
	for range 50 {
		group.Go(func() {
			r.do(t, "UpdateItem", update(increase))
			if code, _ := r.do(t, "UpdateItem", strings.Replace(update(first), `"S":"a"`, `"S":"b"`, 1)); code == "" {
				mutex.Lock()
				defer mutex.Unlock()
				made++
			}
		})
	}
	group.Wait()
	_, answer := r.do(t, "GetItem", `{"TableName":"pool","Key":{"pk":{"S":"pool"},"sk":{"S":"a"}}}`)
	diff(t, "count, and who was first", []any{item("n", "N", "50"), 1}, []any{answer["Item"], made})
}
