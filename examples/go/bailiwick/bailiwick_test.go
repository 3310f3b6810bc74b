package bailiwick_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example/scheduler/bailiwick"
)

const policy = `bailiwick: 1
actions: [run]
attributes: { context.network: text, resource.owner: text }
kinds: { pod: { lives_in: [project] } }
roles: { runner: { permissions: { pod: [run] } } }
tenant: acme
clusters: [{ name: west }]
scopes: [acme/vision, acme/vision/detector]
access_rules:
  - { subject: user:ana, role: runner, scope: acme/vision }
  - { subject: group:ml, role: runner, scope: acme/vision }
  - { subject: user:temp, role: runner, scope: acme/vision, until: 2026-01-02T00:00:00Z }
  - { subject: user:net, role: runner, scope: acme/vision, when: { equals: { context.network: corporate } } }
  - { subject: user:own, role: runner, scope: acme/vision, when: subject_is_owner }
`

// now is the first of January 2026.
var now = time.Unix(1767225600, 0)

func write(t testing.TB, text string) string {
	path := filepath.Join(t.TempDir(), "policy.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t testing.TB) bailiwick.Engine {
	engine, err := bailiwick.Load(write(t, policy))
	if err != nil {
		t.Fatal(err)
	}
	// A test may have closed it.
	t.Cleanup(func() { _ = engine.Close() })
	return engine
}

func ana() bailiwick.Request {
	return bailiwick.Request{
		Subject: "user:ana", Groups: bailiwick.Listed(), Action: "run", Kind: "pod", Scope: "acme/vision/detector", Now: now,
	}
}

func question(t testing.TB, engine bailiwick.Engine, subject string, groups bailiwick.Groups) bailiwick.Question {
	var question bailiwick.Question
	var errs [3]error
	question.Subject, errs[0] = engine.Subject("acme", subject, groups)
	question.Permission, errs[1] = engine.Permission("run", "pod")
	question.Scope, errs[2] = engine.Scope("acme/vision/detector")
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	return question
}

func expect(t testing.TB, engine bailiwick.Engine, request bailiwick.Request, decision bailiwick.Decision, reason string) {
	t.Helper()
	details, err := engine.CheckDetails(&request)
	if err != nil || details.Decision != decision || details.Reason.String() != reason {
		t.Errorf("%v: %v, %v", details.Decision, details.Reason, err)
	}
	if alone, err := engine.Check(&request); err != nil || alone != decision {
		t.Errorf("%v, %v", alone, err)
	}
}

// expectError expects a denial with an error.
func expectError(t testing.TB, decision bailiwick.Decision, err error, status bailiwick.Status) {
	t.Helper()
	if decision != bailiwick.Deny || !errors.Is(err, status) {
		t.Errorf("%v: %v is not %v", decision, err, status)
	}
}

func TestWhoMayIsAllowed(t *testing.T) {
	engine := load(t)
	expect(t, engine, ana(), bailiwick.Allow, "granted")
	request := ana()
	request.Cluster, request.Tenant = "west", "acme"
	expect(t, engine, request, bailiwick.Allow, "granted")
	request.Subject = "user:ben"
	expect(t, engine, request, bailiwick.Deny, "unknown_subject")
	ana := question(t, engine, "user:ana", bailiwick.Listed())
	ben := question(t, engine, "user:ben", bailiwick.Listed())
	west, err := engine.Cluster("acme", "west")
	if err != nil {
		t.Fatal(err)
	}
	for _, situation := range []bailiwick.Situation{{Now: now}, {Now: now, Cluster: west}} {
		questions := []bailiwick.Question{ben, ana, ben, ana, ana}
		decisions, reasons := make([]bailiwick.Decision, 5), make([]bailiwick.Reason, 5)
		if err := engine.CheckPrepared(&situation, questions, decisions, reasons); err != nil {
			t.Fatal(err)
		}
		for i, question := range questions {
			decision, err := question.Subject.Check(question.Permission, question.Scope, &situation)
			if isAna := question == ana; err != nil || decision != decisions[i] || (decision == bailiwick.Allow) != isAna {
				t.Error(i, decision, decisions[i], err)
			}
			if (reasons[i].String() == "granted") != (decision == bailiwick.Allow) {
				t.Error(i, reasons[i])
			}
		}
	}
}

func TestTheZeroValueOfEverythingDenies(t *testing.T) {
	var decision bailiwick.Decision
	if decision != bailiwick.Deny || decision.String() != "deny" || (bailiwick.Details{}).Decision != bailiwick.Deny {
		t.Error(decision)
	}
	engine, request, situation := load(t), ana(), bailiwick.Situation{Now: now}
	decision, err := bailiwick.Engine{}.Check(&request)
	expectError(t, decision, err, bailiwick.BadHandle)
	details, err := bailiwick.Engine{}.CheckDetails(&request)
	expectError(t, details.Decision, err, bailiwick.BadHandle)
	good := question(t, engine, "user:ana", bailiwick.Listed())
	spoilt := []bailiwick.Question{{}, {Subject: good.Subject}, {Subject: good.Subject, Scope: good.Scope}, {Permission: good.Permission, Scope: good.Scope}}
	for _, question := range spoilt {
		decision, err = question.Subject.Check(question.Permission, question.Scope, &situation)
		expectError(t, decision, err, bailiwick.BadHandle)
		decisions := []bailiwick.Decision{bailiwick.Allow, bailiwick.Allow}
		err = engine.CheckPrepared(&situation, []bailiwick.Question{question, good}, decisions, nil)
		expectError(t, decisions[0], err, bailiwick.BadHandle)
		if decisions[1] != bailiwick.Allow {
			t.Error("one that cannot be asked harms another")
		}
	}
	for _, err := range []error{bailiwick.Subject{}.Close(), bailiwick.Engine{}.Close()} {
		if err != nil {
			t.Error(err)
		}
	}
	if _, err := (bailiwick.Engine{}).Reload(write(t, policy)); !errors.Is(err, bailiwick.BadHandle) {
		t.Error(err)
	}
	if _, err := (bailiwick.Engine{}).Subject("acme", "user:ana", bailiwick.Groups{}); !errors.Is(err, bailiwick.BadHandle) {
		t.Error(err)
	}
}

func TestWhatIsUnknownIsDenied(t *testing.T) {
	engine := load(t)
	for reason, change := range map[string]func(*bailiwick.Request){
		"unknown_tenant":  func(r *bailiwick.Request) { r.Tenant = "other" },
		"unknown_subject": func(r *bailiwick.Request) { r.Subject = "user:ben" },
		"unknown_action":  func(r *bailiwick.Request) { r.Action = "fly" },
		"unknown_kind":    func(r *bailiwick.Request) { r.Kind = "pods" },
		"unknown_scope":   func(r *bailiwick.Request) { r.Scope = "acme/vision/detecto" },
		"unknown_cluster": func(r *bailiwick.Request) { r.Cluster = "east" },
		"wrong_place":     func(r *bailiwick.Request) { r.Scope = "acme" },
		"invalid_request": func(r *bailiwick.Request) { r.Subject = "ana" },
	} {
		request := ana()
		change(&request)
		expect(t, engine, request, bailiwick.Deny, reason)
	}
	_, unknownTenant := engine.Subject("other", "user:ana", bailiwick.Listed())
	_, unknownAction := engine.Permission("fly", "pod")
	_, unknownScope := engine.Scope("acme/vision/detecto")
	_, unknownCluster := engine.Cluster("acme", "east")
	for reason, err := range map[string]error{
		"unknown_tenant": unknownTenant, "unknown_action": unknownAction, "unknown_scope": unknownScope, "unknown_cluster": unknownCluster,
	} {
		var unknown *bailiwick.UnknownName
		if !errors.As(err, &unknown) || unknown.Reason.String() != reason || !errors.Is(err, bailiwick.NotKnown) {
			t.Error(reason, err)
		}
	}
}

func TestHostileTextsAreDenied(t *testing.T) {
	engine := load(t)
	places := []func(*bailiwick.Request, string){
		func(r *bailiwick.Request, text string) { r.Tenant = text },
		func(r *bailiwick.Request, text string) { r.Subject = text },
		func(r *bailiwick.Request, text string) { r.Action = text },
		func(r *bailiwick.Request, text string) { r.Kind = text },
		func(r *bailiwick.Request, text string) { r.Scope = text },
		func(r *bailiwick.Request, text string) { r.Cluster = text },
		func(r *bailiwick.Request, text string) {
			r.Groups, r.Subject = bailiwick.Listed("ml", text), "user:ben"
		},
		func(r *bailiwick.Request, text string) { r.Context = bailiwick.Texts(map[string]string{text: "x"}) },
		func(r *bailiwick.Request, text string) { r.Context = bailiwick.Texts(map[string]string{"x": text}) },
		func(r *bailiwick.Request, text string) { r.Resource = bailiwick.Texts(map[string]string{"x": text}) },
	}
	refused := []string{"\xff", "acme\xc0\xaf", "\xed\xa0\x80", strings.Repeat("a", 1<<20+1)}
	for i, place := range places {
		for _, text := range refused {
			request := ana()
			place(&request, text)
			decision, err := engine.Check(&request)
			expectError(t, decision, err, bailiwick.InvalidArgument)
			details, err := engine.CheckDetails(&request)
			expectError(t, details.Decision, err, bailiwick.InvalidArgument)
		}
		for _, text := range []string{"acme\x00", "user:ana\x00", "run\x00", "pod\x00", "acme/vision/detector\x00", "west\x00", "\x00"} {
			request := ana()
			place(&request, text)
			// A group or an attribute that is not there changes nothing; every other name is another one.
			decision, err := engine.Check(&request)
			if isName := i < 6; err != nil || (decision == bailiwick.Allow) == isName {
				t.Errorf("%d: %q: %v, %v", i, text, decision, err)
			}
		}
	}
	for _, place := range places[1:5] {
		request := ana()
		place(&request, "")
		decision, err := engine.Check(&request)
		expectError(t, decision, err, bailiwick.InvalidArgument)
	}
	for _, text := range append(refused, "") {
		_, ofSubject := engine.Subject("acme", text, bailiwick.Listed())
		_, ofPermission := engine.Permission(text, "pod")
		_, ofScope := engine.Scope(text)
		_, ofCluster := engine.Cluster("acme", text)
		for _, err := range []error{ofSubject, ofPermission, ofScope, ofCluster} {
			expectError(t, bailiwick.Deny, err, bailiwick.InvalidArgument)
		}
	}
}

func TestNoTimeIsNoQuestion(t *testing.T) {
	engine := load(t)
	request, situation := ana(), bailiwick.Situation{}
	request.Now = time.Time{}
	decision, err := engine.Check(&request)
	expectError(t, decision, err, bailiwick.InvalidArgument)
	decision, err = engine.Check(nil)
	expectError(t, decision, err, bailiwick.InvalidArgument)
	asked, decisions := question(t, engine, "user:ana", bailiwick.Listed()), []bailiwick.Decision{bailiwick.Allow}
	decision, err = asked.Subject.Check(asked.Permission, asked.Scope, &situation)
	expectError(t, decision, err, bailiwick.InvalidArgument)
	decision, err = asked.Subject.Check(asked.Permission, asked.Scope, nil)
	expectError(t, decision, err, bailiwick.InvalidArgument)
	err = engine.CheckPrepared(&situation, []bailiwick.Question{asked}, decisions, nil)
	expectError(t, decisions[0], err, bailiwick.InvalidArgument)
	temp := ana()
	temp.Subject = "user:temp"
	expect(t, engine, temp, bailiwick.Allow, "granted")
	if details, _ := engine.CheckDetails(&temp); !details.ValidUntil.Equal(now.AddDate(0, 0, 1)) {
		t.Error(details.ValidUntil)
	}
	temp.Now = now.AddDate(0, 0, 1)
	expect(t, engine, temp, bailiwick.Deny, "not_granted")
}

func TestSlicesAreOfOneLength(t *testing.T) {
	engine, situation := load(t), bailiwick.Situation{Now: now}
	ana := question(t, engine, "user:ana", bailiwick.Listed())
	questions := []bailiwick.Question{ana, ana}
	for _, decisions := range [][]bailiwick.Decision{nil, {}, {bailiwick.Allow}, {bailiwick.Allow, bailiwick.Allow, bailiwick.Allow}} {
		err := engine.CheckPrepared(&situation, questions, decisions, nil)
		expectError(t, bailiwick.Deny, err, bailiwick.InvalidArgument)
		for _, decision := range decisions {
			expectError(t, decision, err, bailiwick.InvalidArgument)
		}
	}
	decisions := make([]bailiwick.Decision, 2)
	expectError(t, decisions[0], engine.CheckPrepared(&situation, questions, decisions, make([]bailiwick.Reason, 1)), bailiwick.InvalidArgument)
	for _, none := range [][]bailiwick.Question{nil, {}} {
		if err := engine.CheckPrepared(&situation, none, nil, nil); err != nil {
			t.Error(err)
		}
	}
}

func TestABatchOfAnyLengthStaysInItsSlice(t *testing.T) {
	engine, situation := load(t), bailiwick.Situation{Now: now}
	ana := question(t, engine, "user:ana", bailiwick.Listed())
	ben := question(t, engine, "user:ben", bailiwick.Listed())
	for n := 1; n < 1100; n += 17 {
		questions, around := make([]bailiwick.Question, n), make([]bailiwick.Decision, n+2)
		for i := range questions {
			questions[i] = []bailiwick.Question{ana, ben}[(i/3+n)%2]
		}
		around[0], around[n+1] = bailiwick.Allow, bailiwick.Allow
		if err := engine.CheckPrepared(&situation, questions, around[1:n+1], nil); err != nil {
			t.Fatal(err)
		}
		for i, question := range questions {
			if (around[1+i] == bailiwick.Allow) != (question == ana) {
				t.Fatalf("%d of %d: %v", i, n, around[1+i])
			}
		}
		if around[0] != bailiwick.Allow || around[n+1] != bailiwick.Allow {
			t.Fatalf("%d: written beside the slice", n)
		}
	}
}

func TestGroupsNotKnownAreNotNone(t *testing.T) {
	engine := load(t)
	ben := ana()
	ben.Subject, ben.Groups = "user:ben", bailiwick.Listed("ops", "ml")
	expect(t, engine, ben, bailiwick.Allow, "granted")
	for _, groups := range []bailiwick.Groups{{}, bailiwick.Listed(), bailiwick.Listed(""), bailiwick.Listed("m", "l"), bailiwick.Listed("ml\x00")} {
		ben.Groups = groups
		expect(t, engine, ben, bailiwick.Deny, "unknown_subject")
	}
	many := make([]string, 600)
	for i := range many {
		many[i] = strings.Repeat("g", i+1)
	}
	many[599] = "ml"
	ben.Groups = bailiwick.Listed(many...)
	decision, err := engine.Check(&ben)
	expectError(t, decision, err, bailiwick.TooMany)
	asked, situation := question(t, engine, "user:ben", ben.Groups), bailiwick.Situation{Now: now}
	if decision, err := asked.Subject.Check(asked.Permission, asked.Scope, &situation); err != nil || decision != bailiwick.Allow {
		t.Error(decision, err)
	}
}

func TestGroupsThatLookAlikeDiffer(t *testing.T) {
	all := map[bailiwick.Groups]bool{{}: true}
	for _, names := range [][]string{{}, {""}, {"", ""}, {"b", "c"}, {"bc"}, {"b\nc"}, {"b,c"}, {"b", "c", ""}, {"b\x01\x00\x00\x00\x00\x00\x00\x00c"}} {
		all[bailiwick.Listed(names...)] = true
	}
	if len(all) != 10 {
		t.Error(len(all))
	}
}

func TestAttributesDecide(t *testing.T) {
	engine := load(t)
	corporate := bailiwick.Texts(map[string]string{"network": "corporate", "other": "x"})
	owner := bailiwick.Texts(map[string]string{"owner": "user:own"})
	for subject, attributes := range map[string][2]bailiwick.Attributes{"user:net": {{}, corporate}, "user:own": {owner, {}}} {
		request, situation := ana(), bailiwick.Situation{Now: now}
		request.Subject = subject
		asked := question(t, engine, subject, bailiwick.Listed())
		if decision, err := engine.Check(&request); err != nil || decision != bailiwick.Deny {
			t.Error(subject, decision, err)
		}
		request.Resource, request.Context = attributes[0], attributes[1]
		situation.Resource, situation.Context = attributes[0], attributes[1]
		expect(t, engine, request, bailiwick.Allow, "granted")
		decisions := make([]bailiwick.Decision, 1)
		err := engine.CheckPrepared(&situation, []bailiwick.Question{asked}, decisions, nil)
		if alone, ofAlone := asked.Subject.Check(asked.Permission, asked.Scope, &situation); err != nil || ofAlone != nil || decisions[0] != alone || alone != bailiwick.Allow {
			t.Error(subject, alone, decisions, err, ofAlone)
		}
	}
	values := map[string]string{}
	for len(values) < 65 {
		values[strings.Repeat("a", len(values)+1)] = "x"
	}
	request := ana()
	request.Context = bailiwick.Texts(values)
	decision, err := engine.Check(&request)
	expectError(t, decision, err, bailiwick.TooMany)
}

func TestWhatIsClosedDenies(t *testing.T) {
	engine, other := load(t), load(t)
	request, situation := ana(), bailiwick.Situation{Now: now}
	asked, ofOther := question(t, engine, "user:ana", bailiwick.Listed()), question(t, other, "user:ana", bailiwick.Listed())
	decision, err := asked.Subject.Check(asked.Permission, ofOther.Scope, &situation)
	expectError(t, decision, err, bailiwick.StaleHandle)
	decisions := make([]bailiwick.Decision, 1)
	err = other.CheckPrepared(&situation, []bailiwick.Question{asked}, decisions, nil)
	expectError(t, decisions[0], err, bailiwick.BadHandle)
	closed := question(t, engine, "user:ana", bailiwick.Listed()).Subject
	if err := closed.Close(); err != nil {
		t.Error(err)
	}
	expectError(t, bailiwick.Deny, closed.Close(), bailiwick.BadHandle)
	decision, err = closed.Check(asked.Permission, asked.Scope, &situation)
	expectError(t, decision, err, bailiwick.BadHandle)
	if err := engine.Close(); err != nil {
		t.Error(err)
	}
	expectError(t, bailiwick.Deny, engine.Close(), bailiwick.BadHandle)
	decision, err = engine.Check(&request)
	expectError(t, decision, err, bailiwick.BadHandle)
	_, err = engine.Scope("acme/vision")
	expectError(t, bailiwick.Deny, err, bailiwick.BadHandle)
	_, err = engine.Revision()
	expectError(t, bailiwick.Deny, err, bailiwick.BadHandle)
	if err := asked.Subject.Close(); err != nil {
		t.Error(err)
	}
	decision, err = ofOther.Subject.Check(ofOther.Permission, ofOther.Scope, &situation)
	if err != nil || decision != bailiwick.Allow {
		t.Error(decision, err)
	}
}

func TestAfterAReloadHandlesAreStale(t *testing.T) {
	engine, situation := load(t), bailiwick.Situation{Now: now}
	asked, decisions := question(t, engine, "user:ana", bailiwick.Listed()), []bailiwick.Decision{bailiwick.Allow}
	revoked := write(t, strings.Replace(policy, "user:ana", "user:ben", 1))
	if revision, err := engine.Reload(revoked); err != nil || revision != 2 {
		t.Fatal(revision, err)
	}
	decision, err := asked.Subject.Check(asked.Permission, asked.Scope, &situation)
	expectError(t, decision, err, bailiwick.StaleHandle)
	err = engine.CheckPrepared(&situation, []bailiwick.Question{asked}, decisions, nil)
	expectError(t, decisions[0], err, bailiwick.StaleHandle)
	expect(t, engine, ana(), bailiwick.Deny, "unknown_subject")
	again := question(t, engine, "user:ana", bailiwick.Listed())
	if decision, err := again.Subject.Check(again.Permission, again.Scope, &situation); err != nil || decision != bailiwick.Deny {
		t.Error(decision, err)
	}
	if err := asked.Subject.Close(); err != nil {
		t.Error(err)
	}
}

func TestARefusedPolicyIsToldAndChangesNothing(t *testing.T) {
	engine := load(t)
	broken := write(t, strings.Replace(policy, "[run] } }", "[runn] } }", 1))
	_, err := engine.Reload(broken)
	var refusal *bailiwick.Refusal
	if !errors.As(err, &refusal) || !errors.Is(err, bailiwick.Refused) || len(refusal.Findings) == 0 {
		t.Fatal(err)
	}
	finding := refusal.Findings[0]
	if finding.File != broken || finding.Line != 5 || finding.Column != 41 || len(finding.Code) != 5 || finding.Message == "" || finding.IsWarning {
		t.Errorf("%+v", finding)
	}
	if !strings.Contains(err.Error(), refusal.Findings[0].Code) {
		t.Error(err)
	}
	expect(t, engine, ana(), bailiwick.Allow, "granted")
	if revision, err := engine.Revision(); err != nil || revision != 1 {
		t.Error(revision, err)
	}
	if isComplete, err := engine.IsComplete(); err != nil || !isComplete {
		t.Error(isComplete, err)
	}
	// A directory that is refused leaves the others, and its tenant is not there.
	other := write(t, "bailiwick: 1\ntenant: other\naccess_rules: [{ subject: user:ana, role: runer, scope: other }]\n")
	if _, err := engine.Reload(write(t, policy), other); err != nil {
		t.Error(err)
	}
	if isComplete, err := engine.IsComplete(); err != nil || isComplete {
		t.Error(isComplete, err)
	}
	expect(t, engine, ana(), bailiwick.Allow, "granted")
	for _, paths := range [][]string{{""}, {"\x00"}, {"\xff"}, {filepath.Join(t.TempDir(), "nowhere.yaml")}} {
		if none, err := bailiwick.Load(paths...); err == nil || none != (bailiwick.Engine{}) {
			t.Errorf("%q: %v", paths, err)
		}
	}
}

func TestGoroutinesSeeOneRevisionEachTime(t *testing.T) {
	engine, situation := load(t), bailiwick.Situation{Now: now}
	// Odd revisions allow ana, even ones do not.
	paths := [2]string{write(t, strings.Replace(policy, "user:ana", "user:ben", 1)), write(t, policy)}
	isOver := make(chan struct{})
	var asking sync.WaitGroup
	for range [4]struct{}{} {
		asking.Add(1)
		go func() {
			defer asking.Done()
			for last := uint64(0); ; {
				select {
				case <-isOver:
					return
				default:
				}
				request := ana()
				details, err := engine.CheckDetails(&request)
				if err != nil || details.Revision < last || (details.Decision == bailiwick.Allow) != (details.Revision%2 == 1) {
					t.Error(details, err)
					return
				}
				last = details.Revision
				askByHandles(t, engine, &situation)
			}
		}()
	}
	for i := 0; i < 200; i++ {
		if revision, err := engine.Reload(paths[i%2]); err != nil || revision != uint64(i+2) {
			t.Error(revision, err)
		}
	}
	close(isOver)
	asking.Wait()
}

// askByHandles asks by handles that are prepared here; whatever a reload makes of them is an error and a denial.
func askByHandles(t *testing.T, engine bailiwick.Engine, situation *bailiwick.Situation) {
	var asked bailiwick.Question
	var errs [3]error
	before, _ := engine.Revision()
	asked.Subject, errs[0] = engine.Subject("acme", "user:ana", bailiwick.Listed())
	asked.Permission, errs[1] = engine.Permission("run", "pod")
	asked.Scope, errs[2] = engine.Scope("acme/vision/detector")
	if errs != [3]error{} {
		t.Error(errs)
	}
	questions, decisions := make([]bailiwick.Question, 700), make([]bailiwick.Decision, 700)
	for i := range questions {
		questions[i] = asked
	}
	alone, errOfOne := asked.Subject.Check(asked.Permission, asked.Scope, situation)
	errOfMany := engine.CheckPrepared(situation, questions, decisions, nil)
	after, _ := engine.Revision()
	if errOfOne != nil && (alone != bailiwick.Deny || !errors.Is(errOfOne, bailiwick.StaleHandle)) {
		t.Error(alone, errOfOne)
	}
	if errOfMany != nil && !errors.Is(errOfMany, bailiwick.StaleHandle) {
		t.Error(errOfMany)
	}
	if before == after && (errOfOne != nil || errOfMany != nil || (alone == bailiwick.Allow) != (before%2 == 1)) {
		t.Error(before, alone, errOfOne, errOfMany)
	}
	for _, decision := range decisions {
		if errOfMany == nil && decision != decisions[0] {
			t.Error("a batch saw two revisions")
		}
	}
	if err := asked.Subject.Close(); err != nil {
		t.Error(err)
	}
}

func TestChecksAllocateNothing(t *testing.T) {
	engine, request, situation := load(t), ana(), bailiwick.Situation{Now: now}
	request.Groups = bailiwick.Listed("ml", "ops")
	asked, decisions := question(t, engine, "user:ana", bailiwick.Listed()), make([]bailiwick.Decision, 300)
	questions := make([]bailiwick.Question, 300)
	allocations := testing.AllocsPerRun(100, func() {
		_, _ = engine.Check(&request)
		_, _ = asked.Subject.Check(asked.Permission, asked.Scope, &situation)
		questions[7] = asked
		_ = engine.CheckPrepared(&situation, questions[7:8], decisions[7:8], nil)
	})
	if allocations != 0 || decisions[7] != bailiwick.Allow {
		t.Error(allocations, decisions[7])
	}
}
