package lambda

import (
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// pipeLimit is how long the output of a process is still read when another
// process, that it has started, keeps it open.
const pipeLimit = time.Second

// process is a running bootstrap, with all that it starts.
type process struct {
	command *exec.Cmd
	exited  chan struct{} // closed when nothing is left of it
	state   string        // once exited: "exit status 1", "signal: killed"
}

// startProcess gives exec's own error for a file that cannot be started.
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

// run keeps its thread: a process that is to die with its parent dies with the
// thread that has started it (prctl(2), PR_SET_PDEATHSIG).
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

// kill returns when nothing is left of the process.
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
