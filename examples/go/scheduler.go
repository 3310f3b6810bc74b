package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sort"
	"time"

	"example/scheduler/bailiwick"
)

// Pod waits to run. A queue is a file of them, one a line, in the form of `cargo xtask generate --requests`.
type Pod struct {
	Subject string   `json:"subject"`
	Groups  []string `json:"groups"`
	Action  string   `json:"action"`
	Kind    string   `json:"kind"`
	Scope   string   `json:"scope"`
	Cluster string   `json:"cluster"`
	// Expect and Reason are the right answer, where it is known.
	Expect string `json:"expect"`
	Reason string `json:"reason"`
}

// readQueue reads pods. Those of one cluster stand together, because they are asked together.
func readQueue(path string) ([]Pod, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var pods []Pod
	for lines := json.NewDecoder(bufio.NewReader(file)); lines.More(); {
		var pod Pod
		if err := lines.Decode(&pod); err != nil {
			return nil, fmt.Errorf("%s: pod %d: %w", path, len(pods)+1, err)
		}
		pods = append(pods, pod)
	}
	sort.SliceStable(pods, func(i, j int) bool { return pods[i].Cluster < pods[j].Cluster })
	return pods, nil
}

// scheduler filters queues. What it prepared it keeps until the policy is another one. It belongs to one goroutine; its engine may be reloaded by others.
type scheduler struct {
	engine  bailiwick.Engine
	tenant  string
	context bailiwick.Attributes
	// took is how long the library took for batches, and nBatches how many there were.
	took     time.Duration
	nBatches int

	subjects    map[token]bailiwick.Subject
	permissions map[[2]string]bailiwick.Permission
	scopes      map[string]bailiwick.Scope
	clusters    map[string]bailiwick.Cluster
}

// token is for whom a subject is prepared.
type token struct {
	subject string
	groups  bailiwick.Groups
}

const (
	// batchMax pods are asked at once.
	batchMax = 1000
	// keptMax subjects are kept, and those of a batch.
	keptMax = 100_000
	// triesMax bounds how often a batch is asked while the policy is reloaded again and again.
	triesMax = 8
)

func newScheduler(engine bailiwick.Engine, tenant string, context bailiwick.Attributes) *scheduler {
	s := &scheduler{engine: engine, tenant: tenant, context: context}
	s.forget()
	return s
}

// filter decides which pods may run. Where there is an error, what was not decided is denied.
func (s *scheduler) filter(pods []Pod, now time.Time) ([]bailiwick.Decision, []bailiwick.Reason, error) {
	decisions, reasons := make([]bailiwick.Decision, len(pods)), make([]bailiwick.Reason, len(pods))
	for start := 0; start < len(pods); {
		end := start + 1
		for end < len(pods) && end < start+batchMax && pods[end].Cluster == pods[start].Cluster {
			end++
		}
		err := s.ask(pods[start:end], now, decisions[start:end], reasons[start:end])
		for tries := 1; errors.Is(err, bailiwick.StaleHandle) && tries < triesMax; tries++ {
			// The policy was reloaded: what was prepared is of the old one.
			s.forget()
			err = s.ask(pods[start:end], now, decisions[start:end], reasons[start:end])
		}
		if err != nil {
			return decisions, reasons, err
		}
		start = end
	}
	return decisions, reasons, nil
}

// ask decides pods of one cluster: by handles together, and those alone that name something that is not there.
func (s *scheduler) ask(pods []Pod, now time.Time, decisions []bailiwick.Decision, reasons []bailiwick.Reason) error {
	if keptMax < len(s.subjects) {
		s.forget()
	}
	situation, noCluster := s.situation(pods[0].Cluster, now)
	questions, asked := make([]bailiwick.Question, 0, len(pods)), make([]int, 0, len(pods))
	for i := range pods {
		question, err := s.question(&pods[i])
		if noCluster != nil {
			err = noCluster
		}
		switch {
		case err == nil:
			questions, asked = append(questions, question), append(asked, i)
		case errors.Is(err, bailiwick.NotKnown) || errors.Is(err, bailiwick.InvalidArgument):
			// What cannot be asked is denied.
			details, _ := s.engine.CheckDetails(s.request(&pods[i], now))
			decisions[i], reasons[i] = details.Decision, details.Reason
		default:
			return fmt.Errorf("%s at %s: %w", pods[i].Subject, pods[i].Scope, err)
		}
	}
	decided, told := make([]bailiwick.Decision, len(asked)), make([]bailiwick.Reason, len(asked))
	start := time.Now()
	err := s.engine.CheckPrepared(&situation, questions, decided, told)
	s.took += time.Since(start)
	s.nBatches++
	for at, i := range asked {
		decisions[i], reasons[i] = decided[at], told[at]
	}
	return err
}

// request returns the question about a pod by names.
func (s *scheduler) request(pod *Pod, now time.Time) *bailiwick.Request {
	return &bailiwick.Request{
		Tenant: s.tenant, Subject: pod.Subject, Groups: bailiwick.Listed(pod.Groups...),
		Action: pod.Action, Kind: pod.Kind, Scope: pod.Scope, Cluster: pod.Cluster, Context: s.context, Now: now,
	}
}

// question returns the question about a pod by handles.
func (s *scheduler) question(pod *Pod) (question bailiwick.Question, err error) {
	who := token{pod.Subject, bailiwick.Listed(pod.Groups...)}
	question.Subject, err = kept(s.subjects, who, func() (bailiwick.Subject, error) {
		return s.engine.Subject(s.tenant, who.subject, who.groups)
	})
	if err != nil {
		return question, err
	}
	question.Permission, err = kept(s.permissions, [2]string{pod.Action, pod.Kind}, func() (bailiwick.Permission, error) {
		return s.engine.Permission(pod.Action, pod.Kind)
	})
	if err != nil {
		return question, err
	}
	question.Scope, err = kept(s.scopes, pod.Scope, func() (bailiwick.Scope, error) { return s.engine.Scope(pod.Scope) })
	return question, err
}

func (s *scheduler) situation(name string, now time.Time) (bailiwick.Situation, error) {
	situation := bailiwick.Situation{Context: s.context, Now: now}
	if name == "" {
		return situation, nil
	}
	cluster, err := kept(s.clusters, name, func() (bailiwick.Cluster, error) { return s.engine.Cluster(s.tenant, name) })
	situation.Cluster = cluster
	return situation, err
}

// forget closes the subjects, and gives up all that was prepared.
func (s *scheduler) forget() {
	for _, subject := range s.subjects {
		// Each was made here and is closed once.
		_ = subject.Close()
	}
	s.subjects = map[token]bailiwick.Subject{}
	s.permissions = map[[2]string]bailiwick.Permission{}
	s.scopes = map[string]bailiwick.Scope{}
	s.clusters = map[string]bailiwick.Cluster{}
}

// kept returns what was prepared before, or prepares it.
func kept[K comparable, V any](all map[K]V, key K, prepare func() (V, error)) (V, error) {
	if one, isThere := all[key]; isThere {
		return one, nil
	}
	one, err := prepare()
	if err == nil {
		all[key] = one
	}
	return one, err
}
