package dynamodb

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/sfngen/sfngen/internal/local/tableapi"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

func TestRequestsAreThoseOfTheProtocol(t *testing.T) {
	type sent struct{ target, body string }
	var got []sent
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		diff(t, "method and path", "POST /", r.Method+" "+r.URL.String())
		diff(t, "type", "application/x-amz-json-1.0", r.Header.Get("Content-Type"))
		want := "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/eu-central-1/dynamodb/aws4_request, SignedHeaders="
		if is := r.Header.Get("Authorization"); !strings.HasPrefix(is, want) {
			t.Errorf("authorization %q, want %q", is, want)
		}
		got = append(got, sent{r.Header.Get("X-Amz-Target"), string(body)})
		io.WriteString(w, "{}")
	})
	s := open(t, environment("http://127.0.0.1:1", "AWS_ENDPOINT_URL_DYNAMODB", url))
	small := coordination.Item{CoolDown: coordination.CoolDown{Until: noon}}
	if _, _, err := s.Read(t.Context(), ""); err != nil {
		t.Error(err)
	}
	if f := s.readCaller(t.Context(), "k1"); f.err != nil {
		t.Error(f.err)
	}
	write := func(changes ...coordination.Change) {
		if err := s.Write(t.Context(), changes); err != nil {
			t.Error(err)
		}
	}
	write()
	write(coordination.Change{Of: egress2, To: small})
	write(coordination.Change{Of: egress2, From: coordination.Item{Version: 7, CoolDown: coordination.CoolDown{Rule: "r"}}, To: small})
	diff(t, "requests", 4, len(got))
	for i, want := range []sent{
		{"DynamoDB_20120810.Query", `{"TableName":"acme-orders-pool","KeyConditionExpression":"pk = :pk",` +
			`"ExpressionAttributeValues":{":pk":{"S":"pool"}}}`},
		{"DynamoDB_20120810.GetItem", `{"TableName":"acme-orders-pool","Key":{"pk":{"S":"caller-k1"},"sk":{"S":"credential"}}}`},
		{"DynamoDB_20120810.UpdateItem", `{"TableName":"acme-orders-pool","Key":{"pk":{"S":"pool"},"sk":{"S":"egress-2"}},` +
			`"UpdateExpression":"SET #until = :until, #version = :version","ConditionExpression":"attribute_not_exists(#version)",` +
			`"ExpressionAttributeNames":{"#until":"until","#version":"version"},` +
			`"ExpressionAttributeValues":{":until":{"N":"1772366400000"},":version":{"N":"1"}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}`},
		{"DynamoDB_20120810.UpdateItem", `{"TableName":"acme-orders-pool","Key":{"pk":{"S":"pool"},"sk":{"S":"egress-2"}},` +
			`"UpdateExpression":"SET #until = :until, #version = :version REMOVE #rule","ConditionExpression":"#version = :read",` +
			`"ExpressionAttributeNames":{"#rule":"rule","#until":"until","#version":"version"},` +
			`"ExpressionAttributeValues":{":read":{"N":"7"},":until":{"N":"1772366400000"},":version":{"N":"8"}},` +
			`"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}`},
	} {
		diff(t, "target", want.target, got[i].target)
		diff(t, "body", want.body, got[i].body)
	}
}

// itemsOf are all that a store gives.
func itemsOf(t *testing.T, s coordination.Store, credential string) coordination.Items {
	t.Helper()
	items, _, err := s.Read(t.Context(), credential)
	if err != nil {
		t.Fatal(err)
	}
	return items
}

// suite is what each DynamoDB has to do alike.
func suite(t *testing.T, opened func(t *testing.T) *store) {
	t.Run("what is written is read", func(t *testing.T) { whatIsWrittenIsRead(t, opened(t)) })
	t.Run("what has changed meanwhile is told", func(t *testing.T) { changedMeanwhile(t, opened(t)) })
	t.Run("both items or none", func(t *testing.T) { bothOrNone(t, opened(t)) })
	t.Run("twenty book at once", func(t *testing.T) { twentyBook(t, opened(t)) })
}

func TestLocalTable(t *testing.T) {
	suite(t, func(t *testing.T) *store { return open(t, environment(newRig(t).url)) })
}

func whatIsWrittenIsRead(t *testing.T, s *store) {
	diff(t, "an empty table", coordination.Items{}, itemsOf(t, s, "k1"))
	for _, of := range []coordination.Identity{egress2, shared, whole, caller} {
		if err := s.Write(t.Context(), []coordination.Change{{Of: of, To: full(0)}}); err != nil {
			t.Fatal(err)
		}
	}
	want := coordination.Items{egress2: full(1), shared: full(1), whole: full(1)}
	diff(t, "items", want, itemsOf(t, s, ""))
	diff(t, "another caller's", want, itemsOf(t, s, "k2"))
	want[caller] = full(1)
	diff(t, "a caller's too", want, itemsOf(t, s, "k1"))

	less := coordination.Item{Logs: map[string]string{"b1000": "y"}}
	if err := s.Write(t.Context(), []coordination.Change{{Of: egress2, From: full(1), To: less}}); err != nil {
		t.Fatal(err)
	}
	less.Version = 2
	want[egress2] = less
	diff(t, "what is zero is removed", want, itemsOf(t, s, "k1"))
}

func wantConflict(t *testing.T, err error, want coordination.Items) {
	t.Helper()
	var changed *coordination.Conflict
	if !errors.As(err, &changed) {
		t.Fatalf("got %v, want a conflict", err)
	}
	diff(t, "conflict", want, changed.Items)
}

func changedMeanwhile(t *testing.T, s *store) {
	write := func(from, to coordination.Item) error {
		return s.Write(t.Context(), []coordination.Change{{Of: egress2, From: from, To: to}})
	}
	wantConflict(t, write(full(3), full(0)), coordination.Items{egress2: {}})
	diff(t, "first", error(nil), write(coordination.Item{}, full(0)))
	wantConflict(t, write(coordination.Item{}, full(0)), coordination.Items{egress2: full(1)})
	diff(t, "second", error(nil), write(full(1), full(0)))
	wantConflict(t, write(full(1), full(0)), coordination.Items{egress2: full(2)})
}

func bothOrNone(t *testing.T, s *store) {
	if err := s.Write(t.Context(), []coordination.Change{{Of: shared, To: full(0)}}); err != nil {
		t.Fatal(err)
	}
	both := []coordination.Change{{Of: egress2, To: full(0)}, {Of: shared, To: full(0)}}
	wantConflict(t, s.Write(t.Context(), both), coordination.Items{shared: full(1)})
	diff(t, "none", coordination.Items{shared: full(1)}, itemsOf(t, s, ""))
	both[1].From = full(1)
	diff(t, "error", error(nil), s.Write(t.Context(), both))
	diff(t, "both", coordination.Items{shared: full(2), egress2: full(1)}, itemsOf(t, s, ""))
}

// Each of twenty takes the next number of two logs, as a booking does: none is taken twice.
func twentyBook(t *testing.T, s *store) {
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			if err := take(t, s, fmt.Sprintf(",%d", i)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	items := itemsOf(t, s, "")
	for _, of := range []coordination.Identity{egress2, shared} {
		diff(t, "bookings", 20, strings.Count(items[of].Logs["w1000"], ","))
		diff(t, "version", int64(20), items[of].Version)
	}
	diff(t, "both logs are the same", items[egress2].Logs, items[shared].Logs)
}

func take(t *testing.T, s *store, entry string) error {
	items, _, err := s.Read(t.Context(), "")
	if err != nil {
		return err
	}
	for {
		var changes []coordination.Change
		for _, of := range []coordination.Identity{egress2, shared} {
			log := items[of].Logs["w1000"] + entry
			changes = append(changes, coordination.Change{Of: of, From: items[of], To: coordination.Item{Logs: map[string]string{"w1000": log}}})
		}
		err := s.Write(t.Context(), changes)
		var changed *coordination.Conflict
		if !errors.As(err, &changed) {
			return err
		}
		for of, item := range changed.Items {
			items[of] = item
		}
	}
}

func TestTheDateOfTheServerIsPassedOn(t *testing.T) {
	_, date, err := open(t, environment(newRig(t).url)).Read(t.Context(), "k1")
	diff(t, "error", error(nil), err)
	diff(t, "date", noon, date)
}

// The answer to a booking by two identities may be lost: the second try is the same booking.
func TestALostAnswerIsNoSecondBooking(t *testing.T) {
	r := newRig(t)
	var writes atomic.Int64
	r.fault = func(operation string) *tableapi.Fault {
		if operation == "TransactWriteItems" && writes.Add(1) == 1 {
			return &tableapi.Fault{Lost: true}
		}
		return nil
	}
	s := open(t, environment(r.url))
	err := s.Write(t.Context(), []coordination.Change{{Of: egress2, To: full(0)}, {Of: shared, To: full(0)}})
	diff(t, "error", error(nil), err)
	diff(t, "tries", int64(2), writes.Load())
	diff(t, "items", coordination.Items{egress2: full(1), shared: full(1)}, itemsOf(t, s, ""))
}

func TestItemsOfANewerRuntime(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(answer{Items: []attributes{
			{"pk": text("pool"), "sk": text("weather"), "version": number(1)},
			{"pk": text("pool"), "sk": text("pool"), "version": number(4), "mood": text("good"), "w1": number(1), "burst": text("x")},
		}})
	})
	diff(t, "items", coordination.Items{whole: {Version: 4}}, itemsOf(t, open(t, environment(url)), ""))
}

func TestOpenNamesWhatIsMissing(t *testing.T) {
	for _, name := range []string{"", "x", "a/b/c", strings.Repeat("a", 256)} {
		if _, err := Open(environment("", contract.EnvTable, name)); err == nil || !strings.Contains(err.Error(), contract.EnvTable) {
			t.Errorf("%q: got %v, want %s", name, err, contract.EnvTable)
		}
	}
	_, _, err := open(t, environment("http://127.0.0.1:1", "AWS_REGION", "")).Read(t.Context(), "")
	if !errors.Is(err, coordination.ErrUnavailable) || !strings.Contains(err.Error(), "AWS_REGION") {
		t.Errorf("got %v, want AWS_REGION", err)
	}
}

// An item with the logs of two windows is a unit of a write.
func TestItemsAreSmall(t *testing.T) {
	item := full(1 << 40)
	item.Logs = map[string]string{"w3600000": strings.Repeat("x", 350), "w1000": strings.Repeat("x", 350)}
	size := 0
	for name, v := range encode(item) {
		size += len(name) + len(v.text()) + 9
	}
	if size > 1000 {
		t.Errorf("%d bytes", size)
	}
}

func BenchmarkReadAndWrite(b *testing.B) {
	s := open(b, environment(newRig(b).url))
	var item coordination.Item
	for b.Loop() {
		if _, _, err := s.Read(b.Context(), ""); err != nil {
			b.Fatal(err)
		}
		next := full(0)
		if err := s.Write(b.Context(), []coordination.Change{{Of: egress2, From: item, To: next}}); err != nil {
			b.Fatal(err)
		}
		item = full(item.Version + 1)
	}
}
