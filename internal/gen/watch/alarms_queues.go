package watch

// queued is about a queue that must be empty. It is on until the queue is.
func queued(a Alarm, queue Kind) Alarm {
	a.Metrics = []Metric{{"", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", Resource{Kind: queue}, "Maximum"}}
	return a
}

func (s Stack) deadLetters() Alarm {
	return queued(s.alarm("DeadLetters", "dead-letters", atOnce,
		"A schedule or an event could not start an execution of "+s.Name+": its message is in the queue "+s.Name+"-dead-letters.",
		"The API has not been called for it, and nobody was told. SQS keeps the message for 14 days.",
		"Look: sfngen redrive "+s.Name+" --queue dead-letters shows the messages and why they are there; once that is mended, the "+
			"same with --send starts them.",
		"Do: "+page("the-dead-letter-queue-is-not-empty")+" (the alarm ends when the queue is empty)"), DeadLetters)
}

func (s Stack) failedExecutions() Alarm {
	return queued(s.alarm("FailedExecutions", "failed-executions", atOnce,
		"Executions of "+s.Name+" failed, timed out or were aborted: they are in the queue "+s.Name+"-failed-executions.",
		"A caller has been told and decides itself; what a schedule or an event wanted is not done. SQS keeps each message for 14 days.",
		"Look: sfngen redrive "+s.Name+" --queue failed-executions shows whose they are and why; once that is mended, the same "+
			"with --send starts those of schedules and events again.",
		"Do: "+page("the-queue-of-failed-executions")+" (the alarm ends when the queue is empty)"), FailedExecutions)
}

// lostSchedules: what Scheduler has given up and could not put into the queue either. What
// it could is the alarm of the queue.
func (s Stack) lostSchedules() Alarm {
	a := s.alarm("LostSchedules", "lost-schedules", atOnce,
		"A schedule of "+s.Name+" could not start an execution, and EventBridge Scheduler could not put it into the queue "+
			s.Name+"-dead-letters either: that request is lost.",
		"The API has not been called for it.",
		"Look: sfngen deploy "+s.Name+" --dry-run says whether somebody changed the role of the schedules, the queue or the workflow.",
		"Do: sfngen deploy "+s.Name+" --revert-drift, then start it by hand: "+page("it-is-over-what-did-we-lose-and-how-do-we-send-it-again"))
	a.Metrics = []Metric{{"", "AWS/Scheduler", "InvocationsFailedToBeSentToDeadLetterCount", "ScheduleGroup",
		Resource{Kind: ScheduleGroup}, "Sum"}}
	return a
}
