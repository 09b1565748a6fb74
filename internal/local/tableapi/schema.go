package tableapi

import (
	"fmt"

	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/internal/local/awsapi"
)

// names are those of tables (API Reference, CreateTable).
var names = lazyregexp.New(`^[a-zA-Z0-9_.-]{3,255}$`)

type (
	keyElement struct{ AttributeName, KeyType string }
	definition struct{ AttributeName, AttributeType string }
)

func (s *Server) createTable(body []byte) (any, error) {
	var in struct {
		TableName            string
		KeySchema            []keyElement
		AttributeDefinitions []definition
		BillingMode          string
	}
	if err := decode(body, &in); err != nil {
		return nil, err
	}
	t := &table{name: in.TableName, created: s.options.Now(), items: map[key]Item{}}
	switch {
	case !names.MatchString(in.TableName):
		return nil, invalid("TableName must have 3 to 255 characters of a-z, A-Z, 0-9, _, - and .")
	case s.tables[in.TableName] != nil:
		return nil, awsapi.Invalid("ResourceInUseException", "Table already exists: "+in.TableName)
	case in.BillingMode != "PAY_PER_REQUEST":
		return nil, invalid("the tables of this machine are on demand: BillingMode must be PAY_PER_REQUEST")
	}
	for i, element := range in.KeySchema {
		switch {
		case i == 0 && element.KeyType == "HASH":
			t.hash = element.AttributeName
		case i == 1 && element.KeyType == "RANGE":
			t.sort = element.AttributeName
		default:
			return nil, invalid("KeySchema: a HASH, and after it perhaps a RANGE")
		}
	}
	if err := t.checkDefinitions(in.AttributeDefinitions); err != nil {
		return nil, err
	}
	s.tables[in.TableName] = t
	return map[string]any{"TableDescription": s.description(t)}, nil
}

func (t *table) checkDefinitions(given []definition) error {
	if t.hash == "" || t.hash == t.sort || len(given) != len(t.attributes()) {
		return invalid("KeySchema and AttributeDefinitions must name the same attributes, each once")
	}
	for _, name := range t.attributes() {
		if given[0] != (definition{name, "S"}) && given[len(given)-1] != (definition{name, "S"}) {
			return invalid(fmt.Sprintf("AttributeDefinitions must have %s, of type S", name))
		}
	}
	return nil
}

func (s *Server) named(body []byte) (*table, error) {
	var in struct{ TableName string }
	if err := decode(body, &in); err != nil {
		return nil, err
	}
	t, err := s.table(in.TableName)
	if err != nil && in.TableName != "" {
		return nil, awsapi.Invalid("ResourceNotFoundException", "Requested resource not found: Table: "+in.TableName+" not found")
	}
	return t, err
}

func (s *Server) describeTable(body []byte) (any, error) {
	t, err := s.named(body)
	if err != nil {
		return nil, err
	}
	return map[string]any{"Table": s.description(t)}, nil
}

func (s *Server) deleteTable(body []byte) (any, error) {
	t, err := s.named(body)
	if err != nil {
		return nil, err
	}
	delete(s.tables, t.name)
	return map[string]any{"TableDescription": s.description(t)}, nil
}

// description is TableDescription, as far as there is something to say.
func (s *Server) description(t *table) map[string]any {
	schema := []keyElement{{t.hash, "HASH"}}
	if t.sort != "" {
		schema = append(schema, keyElement{t.sort, "RANGE"})
	}
	var definitions []definition
	for _, name := range t.attributes() {
		definitions = append(definitions, definition{name, "S"})
	}
	size := 0
	for _, item := range t.items {
		size += item.size()
	}
	return map[string]any{
		"TableName": t.name, "TableStatus": "ACTIVE", "KeySchema": schema, "AttributeDefinitions": definitions,
		"TableArn":         fmt.Sprintf("arn:%s:dynamodb:%s:%s:table/%s", s.options.Partition, s.options.Region, s.options.Account, t.name),
		"CreationDateTime": t.created.Unix(), "ItemCount": len(t.items), "TableSizeBytes": size,
		"BillingModeSummary": map[string]string{"BillingMode": "PAY_PER_REQUEST"},
	}
}
