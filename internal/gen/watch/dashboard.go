package watch

import (
	"github.com/sfngen/sfngen/internal/gen/document"
)

// Names are those that only a deployment knows.
type Names struct {
	Region   string
	Workflow string   // the ARN of the state machine
	Alarms   []string // ARNs; nil for none
}

// Dashboard is the body of the dashboard (CloudWatch API, "Dashboard Body Structure and
// Syntax"). Numbers come from AWS's own metrics, and what only the lines have from the logs:
// it needs no metric of its own. A query reads the lines of the time that is shown, each
// time that somebody looks.
func (s Stack) Dashboard(names Names) document.Map {
	d := &board{stack: s, names: names}
	d.alarms()
	d.row(d.executions(), d.answers())
	d.row(d.answersByStatus(), d.attemptsOfRequests())
	d.row(d.attemptsOfEgresses(), d.refusals())
	d.row(d.waitAndWork(), d.times())
	d.row(d.cost(), d.throttles())
	if queues := d.queues(); queues != nil {
		d.row(queues)
	}
	return document.Map{
		{Name: "start", Value: "-PT3H"},
		{Name: "periodOverride", Value: "inherit"},
		{Name: "widgets", Value: d.widgets},
	}
}

// board lays widgets out in rows. The grid has 24 columns.
type board struct {
	stack   Stack
	names   Names
	y       int
	widgets document.List
}

const (
	columns = 24
	height  = 6
)

// widget is one without its place.
type widget struct {
	kind       string
	properties document.Map
}

// row gives each of the widgets the same width. A nil one is left out.
func (d *board) row(all ...*widget) {
	var shown []*widget
	for _, w := range all {
		if w != nil {
			shown = append(shown, w)
		}
	}
	width := columns / len(shown)
	for i, w := range shown {
		d.put(*w, i*width, width, height)
	}
	d.y += height
}

func (d *board) put(w widget, x, width, tall int) {
	d.widgets = append(d.widgets, document.Map{
		{Name: "type", Value: w.kind},
		{Name: "x", Value: int64(x)}, {Name: "y", Value: int64(d.y)},
		{Name: "width", Value: int64(width)}, {Name: "height", Value: int64(tall)},
		{Name: "properties", Value: w.properties},
	})
}

// alarms are at the top, the loudest first, eight in a line.
func (d *board) alarms() {
	if len(d.names.Alarms) == 0 {
		return
	}
	const inLine = 8
	tall := 1 + (len(d.names.Alarms)+inLine-1)/inLine
	d.put(widget{"alarm", document.Map{
		{Name: "title", Value: "Alarms"},
		{Name: "sortBy", Value: "stateUpdatedTimestamp"},
		{Name: "alarms", Value: document.Of(d.names.Alarms)},
	}}, 0, columns, tall)
	d.y += tall
}

// graph is of metrics over time; the sum of five minutes, unless a metric says otherwise.
func (d *board) graph(title string, metrics document.List, more ...document.Field) *widget {
	return &widget{"metric", append(document.Map{
		{Name: "title", Value: title},
		{Name: "region", Value: d.names.Region},
		{Name: "view", Value: "timeSeries"},
		{Name: "stat", Value: "Sum"},
		{Name: "period", Value: int64(300)},
		{Name: "metrics", Value: metrics},
	}, more...)}
}

// table is what a query of CloudWatch Logs Insights finds.
func (d *board) table(title, query string) *widget { return d.query(title, "table", query) }

func (d *board) query(title, view, query string) *widget {
	return &widget{"log", document.Map{
		{Name: "title", Value: title},
		{Name: "region", Value: d.names.Region},
		{Name: "view", Value: view},
		{Name: "query", Value: query},
	}}
}

// metric is one of a graph: its path, and how it is shown.
func metric(namespace, name, dimension, value string, shown ...document.Field) document.List {
	m := document.List{namespace, name, dimension, value}
	if len(shown) > 0 {
		m = append(m, document.Map(shown))
	}
	return m
}

func (d *board) ofWorkflow(name string, shown ...document.Field) document.List {
	return metric("AWS/States", name, "StateMachineArn", d.names.Workflow, shown...)
}

func ofLambda(name, function string, shown ...document.Field) document.List {
	return metric("AWS/Lambda", name, "FunctionName", function, shown...)
}

func computed(text, label string, more ...document.Field) document.List {
	return document.List{append(document.Map{{Name: "expression", Value: text}, {Name: "label", Value: label}}, more...)}
}

func label(text string) document.Field { return document.Field{Name: "label", Value: text} }
func id(text string) document.Field    { return document.Field{Name: "id", Value: text} }
func color(text string) document.Field { return document.Field{Name: "color", Value: text} }

// unseen is a metric that only expressions use.
func unseen(name string) []document.Field {
	return []document.Field{id(name), {Name: "visible", Value: false}}
}

// The colours of the console.
const (
	green  = "#2ca02c"
	orange = "#ff7f0e"
	red    = "#d62728"
)
