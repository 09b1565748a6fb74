package spec

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExpressions(t *testing.T) {
	tests := []struct{ name, expression, problem string }{
		{"rate", "rate(5 minutes)", ""},
		{"rate of one", "rate(1 hour)", ""},
		{"rate of one, plural", "rate(1 hours)", "one hour is singular"},
		{"rate of several, singular", "rate(2 day)", "2 day is plural"},
		{"rate of seconds", "rate(30 seconds)", "rate() takes a whole number and minutes, hours or days, got 30 seconds"},
		{"rate of none", "rate(0 minutes)", "rate() takes a whole number and minutes, hours or days, got 0 minutes"},
		{"at", "at(2030-01-31T08:00:00)", ""},
		{"at on no day", "at(2030-02-30T08:00:00)", "at() takes a date and a time, got 2030-02-30T08:00:00"},
		{"at with milliseconds", "at(2030-01-31T08:00:00.000)", "at() takes a date and a time, got 2030-01-31T08:00:00.000"},
		{"at with a decimal comma", "at(2030-01-31T08:00:00,5)", "at() takes a date and a time, got 2030-01-31T08:00:00,5"},
		{"at with a short hour", "at(2030-01-31T8:00:00)", "at() takes a date and a time, got 2030-01-31T8:00:00"},
		{"at without seconds", "at(2030-01-31T08:00)", "at() takes a date and a time, got 2030-01-31T08:00"},
		{"at with a space", "at(2030-01-31 08:00:00)", "at() takes a date and a time, got 2030-01-31 08:00:00"},
		{"at with an offset", "at(2030-01-31T08:00:00Z)", "at() takes a date and a time, got 2030-01-31T08:00:00Z"},
		{"cron at night", "cron(0 3 * * ? *)", ""},
		{"cron by steps", "cron(0/15 8-18 ? * MON-FRI *)", ""},
		{"cron by lists", "cron(0,30 6 1,15 1-6 ? 2030-2035)", ""},
		{"cron on the last day", "cron(0 0 L * ? *)", ""},
		{"cron on the last weekday", "cron(0 0 LW * ? *)", ""},
		{"cron on the weekday next to the 15th", "cron(0 0 15W * ? *)", ""},
		{"cron on the second Tuesday", "cron(0 0 ? * 3#2 *)", ""},
		{"cron on the last Friday", "cron(0 0 ? * 6L *)", ""},
		{"cron over the weekend", "cron(0 0 ? * FRI-MON *)", ""},
		{"cron with a day too many", "cron(0 3 * * * *)", "either the day of month or the day of week must be ?"},
		{"cron without a day", "cron(0 3 ? * ? *)", "either the day of month or the day of week must be ?"},
		{"cron of Unix", "cron(0 3 * * *)", "cron() takes six fields (minutes, hours, day of month, month, day of week, year), got 5"},
		{"cron with a sign", "cron(+5 3 * * ? *)", `"+5" does not fit the field minutes, from 0 to 59`},
		{"cron with a signed step", "cron(0/+15 3 * * ? *)", `"0/+15" does not fit the field minutes, from 0 to 59`},
		{"cron at minute 60", "cron(60 3 * * ? *)", `"60" does not fit the field minutes, from 0 to 59`},
		{"cron in month 13", "cron(0 3 1 13 ? *)", `"13" does not fit the field month, from 1 to 12`},
		{"cron on a sixth Tuesday", "cron(0 3 ? * 3#6 *)", `"3#6" does not fit the field day of week, from 1 to 7`},
		{"cron by a step of none", "cron(0/0 3 * * ? *)", `"0/0" does not fit the field minutes, from 0 to 59`},
		{"cron backwards", "cron(30-10 3 * * ? *)", `"30-10" does not fit the field minutes, from 0 to 59`},
		{"cron with an empty part", "cron(0, 3 * * ? *)", `"" does not fit the field minutes, from 0 to 59`},
		{"cron with L for a minute", "cron(L 3 * * ? *)", `"L" does not fit the field minutes, from 0 to 59`},
		{"cron with W for a weekday", "cron(0 3 ? * 3W *)", `"3W" does not fit the field day of week, from 1 to 7`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			problem, _ := expressionProblem(test.expression)
			if diff := cmp.Diff(test.problem, problem); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.expression, diff)
			}
		})
	}
}
