package lambda

import (
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// pipeLimit is how long the output of an ended process is still read if a child
// process keeps it open.
const pipeLimit = time.Second

// process is a running bootstrap with its child processes.
type process struct {
	command *exec.Cmd
	exited  chan struct{} // closed when it is completely gone
	state   string        // once exited: "exit status 1", "signal: killed"
}

// startProcess returns exec's error for a file that cannot be started.
func startProcess(path string, environment []string, log *lineLog) (*process, error) {
	stdout, stderr := &lines{log: log}, &lines{log: log}
	command := &exec.Cmd{
		Path: path, Args: []string{path}, Dir: filepath.Dir(path), Env: environment,
		Stdout: stdout, Stderr: stderr, WaitDelay: pipeLimit, SysProcAttr: attributes(),
	}
	p := &process{command: command, exited: make(chan struct{})}
	started := make(chan error)
	go p.run(started, stdout, stderr)
	return p, <-started
}

// run keeps its thread: a process that must die with its parent dies with the
// thread that started it (prctl(2), PR_SET_PDEATHSIG).
func (p *process) run(started chan<- error, streams ...*lines) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := p.command.Start()
	started <- err
	if err != nil {
		return
	}
	_ = p.command.Wait() // ProcessState says it
	killGroup(p.command.Process.Pid)
	for _, stream := range streams {
		stream.close()
	}
	p.state = p.command.ProcessState.String()
	close(p.exited)
}

// kill returns when the process is completely gone.
func (p *process) kill() {
	select {
	case <-p.exited:
		return
	default:
	}
	killGroup(p.command.Process.Pid)
	_ = p.command.Process.Kill() // where there are no groups; else it is done
	<-p.exited
}
