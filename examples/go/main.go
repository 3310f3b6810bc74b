// Command scheduler filters a queue of pods: who may not run where it asks to, waits.
//
//	scheduler -policy FILE [-policy FILE]... -queue FILE [-tenant NAME] [-network NAME] [-now SECONDS]
//
// SIGHUP reloads the policy.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"example/scheduler/bailiwick"
)

// files is a flag that may be given several times.
type files []string

func (f *files) String() string { return strings.Join(*f, " ") }

func (f *files) Set(path string) error {
	*f = append(*f, path)
	return nil
}

func main() {
	var policy files
	flag.Var(&policy, "policy", "a file of the policy; several are read together")
	queue := flag.String("queue", "", "the file of the pods")
	tenant := flag.String("tenant", "acme", "the tenant of the pods")
	network := flag.String("network", "corporate", "context.network of every question")
	now := flag.Int64("now", time.Now().Unix(), "the time of every question, in seconds since the epoch")
	flag.Parse()
	context := bailiwick.Texts(map[string]string{"network": *network})
	if err := run(policy, *queue, *tenant, context, time.Unix(*now, 0)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func run(policy []string, queue, tenant string, context bailiwick.Attributes, now time.Time) error {
	engine, err := bailiwick.Load(policy...)
	if err != nil {
		return err
	}
	defer engine.Close()
	go reloadOnHangup(engine, policy)
	pods, err := readQueue(queue)
	if err != nil {
		return err
	}
	s := newScheduler(engine, tenant, context)
	defer s.forget()
	decisions, _, err := s.filter(pods, now)
	if err != nil {
		return err
	}
	nAllowed, nOther := 0, 0
	for i, decision := range decisions {
		if decision == bailiwick.Allow {
			nAllowed++
		}
		if pods[i].Expect != "" && pods[i].Expect != decision.String() {
			nOther++
		}
	}
	fmt.Printf("%d pods in %d batches: %d may run, %d wait; %d not as expected\n", len(pods), s.nBatches, nAllowed, len(pods)-nAllowed, nOther)
	if len(pods) != 0 {
		byHandles, byNames := s.alone(pods, now)
		inBatches := s.took.Nanoseconds() / int64(len(pods))
		fmt.Printf("a decision takes %d ns in batches, %d ns alone by handles, %d ns by names\n", inBatches, byHandles, byNames)
	}
	return nil
}

// reloadOnHangup makes a new policy current on each SIGHUP; one that is refused is told, and the old one goes on.
func reloadOnHangup(engine bailiwick.Engine, policy []string) {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	for range hangups {
		if _, err := engine.Reload(policy...); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}

// alone asks about each pod by itself, and returns the nanoseconds that a decision takes by handles and by names.
func (s *scheduler) alone(pods []Pod, now time.Time) (byHandles, byNames int64) {
	questions, situations, requests := make([]bailiwick.Question, len(pods)), make([]bailiwick.Situation, len(pods)), make([]*bailiwick.Request, len(pods))
	for i := range pods {
		// What cannot be prepared is denied below, and takes as long.
		questions[i], _ = s.question(&pods[i])
		situations[i], _ = s.situation(pods[i].Cluster, now)
		requests[i] = s.request(&pods[i], now)
	}
	start := time.Now()
	for i, question := range questions {
		_, _ = question.Subject.Check(question.Permission, question.Scope, &situations[i])
	}
	between := time.Now()
	for _, request := range requests {
		_, _ = s.engine.Check(request)
	}
	n := int64(len(pods))
	return between.Sub(start).Nanoseconds() / n, time.Since(between).Nanoseconds() / n
}
