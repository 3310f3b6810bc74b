package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"example/scheduler/bailiwick"
)

// now is when the world is asked.
var now = time.Unix(1767225600, 0)

// shared is the world of all tests: an engine and a queue, each pod with what Rust answers.
var shared struct {
	once   sync.Once
	paths  []string
	engine bailiwick.Engine
	pods   []Pod
	err    error
}

// load returns a scheduler of the world's engine, and its queue. BAILIWICK_WORLD is the directory to which the tests of bindings/c write it.
func load(tb testing.TB) (*scheduler, []Pod) {
	dir := os.Getenv("BAILIWICK_WORLD")
	if dir == "" {
		tb.Skip("BAILIWICK_WORLD names no world: `cargo test --package bailiwick-c go` makes one")
	}
	shared.once.Do(func() {
		shared.paths = []string{filepath.Join(dir, "policy.yaml"), filepath.Join(dir, "directory.jsonl")}
		if shared.engine, shared.err = bailiwick.Load(shared.paths...); shared.err == nil {
			shared.pods, shared.err = readQueue(filepath.Join(dir, "pods.jsonl"))
		}
	})
	if shared.err != nil {
		tb.Fatal(shared.err)
	}
	s := newScheduler(shared.engine, "acme", bailiwick.Texts(map[string]string{"network": "corporate"}))
	tb.Cleanup(s.forget)
	return s, shared.pods
}

func expect(tb testing.TB, pod *Pod, decision bailiwick.Decision, reason bailiwick.Reason) {
	if decision.String() != pod.Expect || reason.String() != pod.Reason {
		tb.Fatalf("%+v: %v: %v", *pod, decision, reason)
	}
}

func TestAQueueIsFilteredAsInRust(t *testing.T) {
	s, pods := load(t)
	if len(pods) < 100_000 {
		t.Fatalf("%d pods", len(pods))
	}
	decisions, reasons, err := s.filter(pods, now)
	if err != nil {
		t.Fatal(err)
	}
	nAllowed := 0
	for i := range pods {
		expect(t, &pods[i], decisions[i], reasons[i])
		nAllowed += int(decisions[i])
	}
	if nAllowed < len(pods)/3 || 2*len(pods)/3 < nAllowed {
		t.Fatalf("%d of %d are allowed", nAllowed, len(pods))
	}
}

func TestEachPodIsDecidedByNamesAsInRust(t *testing.T) {
	s, pods := load(t)
	for i := range pods {
		request := s.request(&pods[i], now)
		details, err := s.engine.CheckDetails(request)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, &pods[i], details.Decision, details.Reason)
		if decision, err := s.engine.Check(request); err != nil || decision != details.Decision {
			t.Fatal(decision, err)
		}
	}
}

func TestEachPodIsDecidedByHandlesAsInRust(t *testing.T) {
	s, pods := load(t)
	for i := range pods {
		question, err := s.question(&pods[i])
		if err != nil {
			t.Fatal(err)
		}
		situation, err := s.situation(pods[i].Cluster, now)
		if err != nil {
			t.Fatal(err)
		}
		decision, err := question.Subject.Check(question.Permission, question.Scope, &situation)
		if err != nil || decision.String() != pods[i].Expect {
			t.Fatalf("%+v: %v: %v", pods[i], decision, err)
		}
	}
}

func TestAQueueIsFilteredWhileThePolicyIsReloaded(t *testing.T) {
	s, pods := load(t)
	pods = pods[:20*batchMax]
	isOver := make(chan struct{})
	var reloading sync.WaitGroup
	reloading.Add(1)
	go func() {
		defer reloading.Done()
		for {
			select {
			case <-isOver:
				return
			default:
				if _, err := s.engine.Reload(shared.paths...); err != nil {
					t.Error(err)
				}
			}
		}
	}()
	defer reloading.Wait()
	defer close(isOver)
	first, _ := s.engine.Revision()
	for revision := first; revision < first+5; revision, _ = s.engine.Revision() {
		decisions, reasons, err := s.filter(pods, now)
		if err != nil {
			t.Fatal(err)
		}
		for i := range pods {
			expect(t, &pods[i], decisions[i], reasons[i])
		}
	}
}

func TestAPodThatNamesNothingHarmsNoOther(t *testing.T) {
	s, pods := load(t)
	good := pods[0]
	var queue []Pod
	spoil := func(change func(*Pod), reason string) {
		pod := good
		change(&pod)
		pod.Expect, pod.Reason = "deny", reason
		queue = append(queue, good, pod)
	}
	spoil(func(pod *Pod) { pod.Scope = "acme/nowhere" }, "unknown_scope")
	spoil(func(pod *Pod) { pod.Scope = "other/nowhere" }, "unknown_scope")
	spoil(func(pod *Pod) { pod.Scope = "" }, "invalid_request")
	spoil(func(pod *Pod) { pod.Action = "fly" }, "unknown_action")
	spoil(func(pod *Pod) { pod.Kind = "nothing" }, "unknown_kind")
	spoil(func(pod *Pod) { pod.Kind = "job\x00" }, "invalid_request")
	spoil(func(pod *Pod) { pod.Kind = "\xff" }, "invalid_request")
	spoil(func(pod *Pod) { pod.Cluster = "nowhere" }, "unknown_cluster")
	spoil(func(pod *Pod) { pod.Subject = "nobody" }, "invalid_request")
	spoil(func(pod *Pod) { pod.Subject = "user:nobody"; pod.Groups = nil }, "unknown_subject")
	spoil(func(pod *Pod) { pod.Subject = "user:nobody"; pod.Groups = []string{strings.Join(good.Groups, "\n")} }, "unknown_subject")
	decisions, reasons, err := s.filter(queue, now)
	if err != nil {
		t.Fatal(err)
	}
	for i := range queue {
		expect(t, &queue[i], decisions[i], reasons[i])
	}
}

func TestAClosedEngineDeniesTheQueue(t *testing.T) {
	_, pods := load(t)
	engine, err := bailiwick.Load(shared.paths...)
	if err != nil {
		t.Fatal(err)
	}
	s := newScheduler(engine, "acme", bailiwick.Attributes{})
	defer s.forget()
	if err := engine.Close(); err != nil {
		t.Fatal(err)
	}
	decisions, _, err := s.filter(pods[:10], now)
	if err == nil || !reflect.DeepEqual(decisions, make([]bailiwick.Decision, 10)) {
		t.Fatal(decisions, err)
	}
}

// questions returns a batch by handles, with its situation.
func questions(b *testing.B) (*scheduler, []bailiwick.Question, bailiwick.Situation) {
	s, pods := load(b)
	situation, err := s.situation(pods[0].Cluster, now)
	if err != nil {
		b.Fatal(err)
	}
	questions := make([]bailiwick.Question, batchMax)
	for i := range questions {
		if questions[i], err = s.question(&pods[i]); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	return s, questions, situation
}

func BenchmarkBatch(b *testing.B) {
	s, questions, situation := questions(b)
	decisions := make([]bailiwick.Decision, len(questions))
	for n := 0; n < b.N; n += len(questions) {
		if err := s.engine.CheckPrepared(&situation, questions, decisions, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHandles(b *testing.B) {
	_, questions, situation := questions(b)
	for n := 0; n < b.N; n++ {
		question := &questions[n%len(questions)]
		if _, err := question.Subject.Check(question.Permission, question.Scope, &situation); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNames(b *testing.B) {
	s, pods := load(b)
	requests := make([]*bailiwick.Request, batchMax)
	for i := range requests {
		requests[i] = s.request(&pods[i], now)
	}
	b.ResetTimer()
	for n := 0; n < b.N; n++ {
		if _, err := s.engine.Check(requests[n%len(requests)]); err != nil {
			b.Fatal(err)
		}
	}
}
