// Package sqs is SQS on loopback, for tests: standard queues that are given, as
// ReceiveMessage, ChangeMessageVisibilityBatch, DeleteMessageBatch and GetQueueAttributes
// treat them (AWS JSON 1.0). A message that was received is hidden until its time is over,
// by the clock of the test.
package sqs

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sfngen/sfngen/internal/fakeaws/awsjson"
)

// Message is one of a queue.
type Message struct {
	ID         string
	Body       string
	Attributes map[string]string // the message's own
	Sent       time.Time

	hidden   time.Time // until then
	received int
}

// Service has queues. Set its fields before the first call.
type Service struct {
	Now func() time.Time
	// Before may refuse a call by an error of AWS: its code and text; "" lets it go.
	Before func(action string) (code, text string)

	mu     sync.Mutex
	queues map[string][]*Message // by URL
	calls  []string
}

// New has these queues, by their URLs, and the machine's time.
func New(queues map[string][]Message) *Service {
	s := &Service{Now: time.Now, queues: map[string][]*Message{}}
	for url, messages := range queues {
		s.queues[url] = nil
		for _, m := range messages {
			s.queues[url] = append(s.queues[url], &m)
		}
	}
	return s
}

// Left are the ids of the messages of a queue, and whether each can be received.
func (s *Service) Left(url string) map[string]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	left := map[string]bool{}
	for _, m := range s.queues[url] {
		left[m.ID] = !s.Now().Before(m.hidden)
	}
	return left
}

// Calls are the actions that were asked for, in their order.
func (s *Service) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// request has the fields of all operations. A field that is not here is refused.
type request struct {
	QueueURL          string   `json:"QueueUrl"`
	Most              *int     `json:"MaxNumberOfMessages"`
	Visibility        *int     `json:"VisibilityTimeout"`
	Wait              *int     `json:"WaitTimeSeconds"`
	MessageAttributes []string `json:"MessageAttributeNames"`
	SystemAttributes  []string `json:"MessageSystemAttributeNames"`
	Attributes        []string `json:"AttributeNames"`
	Entries           []entry
}

type entry struct {
	ID         string `json:"Id"`
	Handle     string `json:"ReceiptHandle"`
	Visibility *int   `json:"VisibilityTimeout"`
}

// ServeHTTP answers one call.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out, refusal := s.answer(r)
	awsjson.Answer(w, awsjson.V1_0, out, refusal)
}

func (s *Service) answer(r *http.Request) (any, *awsjson.Refusal) {
	action := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AmazonSQS.")
	if kind := r.Header.Get("Content-Type"); kind != awsjson.V1_0 {
		return nil, awsjson.Refuse("SerializationException", "the content type is "+kind)
	}
	body, _ := io.ReadAll(r.Body)
	var in request
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil {
		return nil, awsjson.Refuse("SerializationException", err.Error())
	}
	if s.Before != nil {
		if code, text := s.Before(action); code != "" {
			return nil, awsjson.Refuse("com.amazon.coral.service#"+code, text)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, action)
	if _, known := s.queues[in.QueueURL]; !known {
		return nil, awsjson.Refuse("com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist.")
	}
	switch action {
	case "ReceiveMessage":
		return s.receive(in)
	case "ChangeMessageVisibilityBatch":
		return s.batch(in, s.hide)
	case "DeleteMessageBatch":
		return s.batch(in, s.remove)
	case "GetQueueAttributes":
		return s.attributes(in)
	}
	return nil, awsjson.Refuse("UnknownOperationException", action)
}

func outside(value *int, least, most int) bool {
	return value == nil || *value < least || *value > most
}

func (s *Service) receive(in request) (any, *awsjson.Refusal) {
	if outside(in.Most, 1, 10) || outside(in.Visibility, 0, 43200) || outside(in.Wait, 0, 20) {
		return nil, awsjson.Refuse("com.amazonaws.sqs#InvalidParameterValue", "a value is out of its range")
	}
	found := []map[string]any{}
	for _, m := range s.queues[in.QueueURL] {
		if len(found) == *in.Most || s.Now().Before(m.hidden) {
			continue
		}
		m.hidden = s.Now().Add(time.Duration(*in.Visibility) * time.Second)
		m.received++
		found = append(found, m.onWire(in))
	}
	if len(found) == 0 {
		return struct{}{}, nil
	}
	return map[string]any{"Messages": found}, nil
}

// onWire has the attributes that were asked for.
func (m *Message) onWire(in request) map[string]any {
	out := map[string]any{"MessageId": m.ID, "ReceiptHandle": m.handle(), "Body": m.Body}
	if slices.Contains(in.SystemAttributes, "SentTimestamp") {
		out["Attributes"] = map[string]string{"SentTimestamp": strconv.FormatInt(m.Sent.UnixMilli(), 10)}
	}
	if slices.Contains(in.MessageAttributes, "All") && len(m.Attributes) > 0 {
		attributes := map[string]any{}
		for name, value := range m.Attributes {
			attributes[name] = map[string]string{"StringValue": value, "DataType": "String"}
		}
		out["MessageAttributes"] = attributes
	}
	return out
}

// handle is another one each time that it is received.
func (m *Message) handle() string { return fmt.Sprintf("handle/%s/%d", m.ID, m.received) }

// batch treats up to ten messages; each has its own result.
func (s *Service) batch(in request, do func(url string, e entry) *awsjson.Refusal) (any, *awsjson.Refusal) {
	if len(in.Entries) == 0 {
		return nil, awsjson.Refuse("com.amazonaws.sqs#EmptyBatchRequest", "There should be at least one entry in the request.")
	}
	if len(in.Entries) > 10 {
		return nil, awsjson.Refuse("com.amazonaws.sqs#TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10.")
	}
	done, failed := []map[string]any{}, []map[string]any{}
	ids := map[string]bool{}
	for _, e := range in.Entries {
		if ids[e.ID] || e.ID == "" {
			return nil, awsjson.Refuse("com.amazonaws.sqs#BatchEntryIdsNotDistinct", "Id "+e.ID+" repeated.")
		}
		ids[e.ID] = true
		if err := do(in.QueueURL, e); err != nil {
			failed = append(failed, map[string]any{"Id": e.ID, "Code": err.Type, "Message": err.Message, "SenderFault": true})
			continue
		}
		done = append(done, map[string]any{"Id": e.ID})
	}
	return map[string]any{"Successful": done, "Failed": failed}, nil
}

func (s *Service) find(url, handle string) int {
	return slices.IndexFunc(s.queues[url], func(m *Message) bool { return m.received > 0 && m.handle() == handle })
}

// hide refuses messages that are not held any more, as SQS does.
func (s *Service) hide(url string, e entry) *awsjson.Refusal {
	if outside(e.Visibility, 0, 43200) {
		return awsjson.Refuse("InvalidParameterValue", "VisibilityTimeout")
	}
	i := s.find(url, e.Handle)
	if i < 0 || !s.Now().Before(s.queues[url][i].hidden) {
		return awsjson.Refuse("MessageNotInflight", "The specified message isn't in flight.")
	}
	s.queues[url][i].hidden = s.Now().Add(time.Duration(*e.Visibility) * time.Second)
	return nil
}

func (s *Service) remove(url string, e entry) *awsjson.Refusal {
	i := s.find(url, e.Handle)
	if i < 0 || e.Visibility != nil {
		return awsjson.Refuse("ReceiptHandleIsInvalid", "The input receipt handle is invalid.")
	}
	s.queues[url] = slices.Delete(s.queues[url], i, i+1)
	return nil
}

func (s *Service) attributes(in request) (any, *awsjson.Refusal) {
	visible, hidden := 0, 0
	for _, m := range s.queues[in.QueueURL] {
		if s.Now().Before(m.hidden) {
			hidden++
		} else {
			visible++
		}
	}
	all := map[string]string{"ApproximateNumberOfMessages": strconv.Itoa(visible),
		"ApproximateNumberOfMessagesNotVisible": strconv.Itoa(hidden)}
	out := map[string]string{}
	for _, name := range in.Attributes {
		value, known := all[name]
		if !known {
			return nil, awsjson.Refuse("com.amazonaws.sqs#InvalidAttributeName", "Unknown Attribute "+name+".")
		}
		out[name] = value
	}
	return map[string]any{"Attributes": out}, nil
}
