/* What a program does with the library, from load to unload, with every answer looked at. */

#include "common.h"

static void reads_a_file_and_tells_findings(void) {
    bw_engine engine = 7;
    bw_error error = 7;
    bw_str path = bw_text_of("no/such/file.yaml");
    EXPECT(bw_engine_load(&path, 1, &engine, &error) == BW_REFUSED && engine == 0 && error != 0);
    size_t n = 0, length = 0;
    EXPECT(bw_error_count(error, &n) == BW_OK && n == 1);
    EXPECT(bw_error_free(error) == BW_OK);

    bw_named_text text = named_text("roles: { reader: { permissions: { jbo: R } } }\nkinds: { job: { lives_in: [project] } }\n");
    EXPECT(bw_engine_parse(&text, 1, &engine, &error) == BW_REFUSED && engine == 0);
    bw_finding finding = bw_finding_init();
    EXPECT(bw_error_finding(error, 0, &finding) == BW_OK);
    EXPECT(finding.severity == BW_SEVERITY_ERROR && finding.line == 1 && finding.column == 35 && finding.length == 3);
    EXPECT(bw_error_finding(error, 9, &finding) == BW_NO_SUCH_ITEM);
    char buffer[256];
    EXPECT(bw_error_text(error, 0, BW_ERROR_CODE, buffer, sizeof buffer, &length) == BW_OK);
    EXPECT(length == 5 && strcmp(buffer, "P0012") == 0);
    EXPECT(bw_error_text(error, 0, BW_ERROR_FILE, buffer, sizeof buffer, &length) == BW_OK);
    EXPECT(strcmp(buffer, "policy.yaml") == 0);
    EXPECT(bw_error_text(error, 0, BW_ERROR_MESSAGE, buffer, sizeof buffer, &length) == BW_OK);
    EXPECT(strcmp(buffer, "resource kind `jbo` is not defined") == 0);
    EXPECT(bw_error_text(error, 0, 99, buffer, sizeof buffer, &length) == BW_INVALID_ARGUMENT);
    EXPECT(bw_error_free(error) == BW_OK);
}

static void tells_what_was_left_out(void) {
    bw_named_text texts[2] = {named_text(POLICY), named_text("tenant: umbrella\naccess_rules: [{ subject: nobody, role: x, scope: y }]\n")};
    bw_engine engine = 0;
    bw_error error = 7;
    int32_t is_complete = 1;
    size_t n = 0;
    EXPECT(bw_engine_parse(texts, 2, &engine, &error) == BW_OK && error == 0);
    EXPECT(ask(engine, "user:ana") == BW_ALLOW);
    EXPECT(bw_engine_is_complete(engine, &is_complete) == BW_OK && is_complete == 0);
    EXPECT(bw_engine_findings(engine, &error) == BW_OK && error != 0);
    EXPECT(bw_error_count(error, &n) == BW_OK && n != 0 && bw_error_free(error) == BW_OK);
    EXPECT(bw_engine_replace(engine, texts, 1, NULL, NULL) == BW_OK);
    EXPECT(bw_engine_is_complete(engine, &is_complete) == BW_OK && is_complete == 1);
    EXPECT(bw_engine_replace(engine, texts, 2, NULL, NULL) == BW_OK);
    EXPECT(bw_engine_is_complete(engine, &is_complete) == BW_OK && is_complete == 0);
    EXPECT(bw_engine_free(engine) == BW_OK);
}

static void tells_why(bw_engine engine) {
    bw_request request = request_of("user:ana");
    bw_details details = bw_details_init();
    bw_rule rule = 0;
    char buffer[512];
    size_t length = 0;
    EXPECT(bw_check_rule(engine, &request, &details, &rule) == BW_OK && rule != 0);
    EXPECT(details.decision == BW_ALLOW && details.reason == BW_REASON_GRANTED && details.revision == 1);
    EXPECT(details.has_valid_until == 0);
    EXPECT(bw_rule_text(rule, BW_RULE_ID, buffer, sizeof buffer, &length) == BW_OK && strcmp(buffer, "r-ana") == 0);
    EXPECT(bw_rule_text(rule, BW_RULE_WHAT, buffer, sizeof buffer, &length) == BW_OK);
    EXPECT(strcmp(buffer, "access_rule") == 0);
    EXPECT(bw_rule_free(rule) == BW_OK);

    request.subject = bw_text_of("user:ute");
    EXPECT(bw_check_details(engine, &request, &details) == BW_OK);
    EXPECT(details.decision == BW_ALLOW && details.has_valid_until == 1 && details.valid_until == 1780272000);
    request.subject = bw_text_of("user:nobody");
    EXPECT(bw_check_rule(engine, &request, &details, &rule) == BW_OK && rule == 0);
    EXPECT(details.reason == BW_REASON_UNKNOWN_SUBJECT);
    EXPECT(strcmp(bw_reason_code(details.reason), "unknown_subject") == 0);

    bw_text text = 0;
    EXPECT(bw_explain(engine, &request, BW_EXPLAIN_TEXT, &text) == BW_OK);
    EXPECT(bw_text_copy(text, buffer, sizeof buffer, &length) == BW_OK && strncmp(buffer, "deny: unknown_subject", 21) == 0);
    EXPECT(bw_text_free(text) == BW_OK);
    EXPECT(bw_explain(engine, &request, BW_EXPLAIN_JSON, &text) == BW_OK);
    EXPECT(bw_text_copy(text, buffer, sizeof buffer, &length) == BW_OK && buffer[0] == '{');
    EXPECT(strstr(buffer, "\"reason\": \"unknown_subject\"") != NULL);
    EXPECT(bw_text_free(text) == BW_OK);
}

static void reads_attributes(bw_engine engine) {
    bw_str group = bw_text_of("ml");
    bw_attribute network;
    memset(&network, 0, sizeof network);
    network.name = bw_text_of("network");
    network.value.kind = BW_VALUE_TEXT;
    network.value.text = bw_text_of("office");
    bw_request request = request_of("user:mo");
    request.groups.names = &group;
    request.groups.n_names = 1;
    bw_decision decision = BW_ALLOW;
    EXPECT(bw_check(engine, &request, &decision) == BW_OK && decision == BW_DENY);
    request.context.entries = &network;
    request.context.n_entries = 1;
    EXPECT(bw_check(engine, &request, &decision) == BW_OK && decision == BW_ALLOW);
    network.value.text = bw_text_of("home");
    EXPECT(bw_check(engine, &request, &decision) == BW_OK && decision == BW_DENY);
}

static void answers_many(bw_engine engine) {
    bw_request requests[40];
    bw_decision decisions[40];
    bw_reason reasons[40];
    for (int i = 0; i < 40; i++) {
        requests[i] = request_of(i % 3 == 0 ? "user:ana" : "user:nobody");
    }
    requests[20].subject = bw_text_of("user:\xff");
    EXPECT(bw_check_batch(engine, requests, 40, decisions, reasons) == BW_INVALID_ARGUMENT);
    for (int i = 0; i < 40; i++) {
        EXPECT(decisions[i] == (i % 3 == 0 ? BW_ALLOW : BW_DENY));
        EXPECT(reasons[i] == (i == 20 ? BW_REASON_INVALID_REQUEST : i % 3 == 0 ? BW_REASON_GRANTED : BW_REASON_UNKNOWN_SUBJECT));
    }
    prepared ana = prepare(engine, "user:ana"), nobody = prepare(engine, "user:nobody");
    bw_situation situation = bw_situation_at(NOW), other = bw_situation_at(NOW);
    bw_prepared_request asked[40];
    for (int i = 0; i < 40; i++) {
        asked[i].subject = i % 3 == 0 ? ana.subject : nobody.subject;
        asked[i].permission = ana.permission;
        asked[i].scope = ana.scope;
        asked[i].situation = i % 7 == 0 ? &other : &situation;
    }
    asked[20].subject = ana.scope;
    EXPECT(bw_check_prepared(engine, asked, 40, decisions, reasons) == BW_BAD_HANDLE);
    for (int i = 0; i < 40; i++) {
        EXPECT(decisions[i] == (i % 3 == 0 ? BW_ALLOW : BW_DENY));
    }
    release(ana);
    release(nobody);
}

static void a_reload_revokes(bw_engine engine) {
    prepared ana = prepare(engine, "user:ana");
    bw_decision decision = BW_DENY;
    EXPECT(ask_prepared(ana, &decision) == BW_OK && decision == BW_ALLOW);
    bw_named_text text = named_text("kinds: [");
    bw_error error = 0;
    uint64_t revision = 7;
    EXPECT(bw_engine_replace(engine, &text, 1, &revision, &error) == BW_REFUSED && revision == 0 && error != 0);
    EXPECT(bw_error_free(error) == BW_OK);
    EXPECT(ask(engine, "user:ana") == BW_ALLOW);
    text = named_text(REVOKED);
    EXPECT(bw_engine_replace(engine, &text, 1, &revision, &error) == BW_OK && revision == 2 && error == 0);
    EXPECT(ask(engine, "user:ana") == BW_DENY);
    EXPECT(ask_prepared(ana, &decision) == BW_STALE_HANDLE && decision == BW_DENY);
    release(ana);
    ana = prepare(engine, "user:ana");
    EXPECT(ask_prepared(ana, &decision) == BW_OK && decision == BW_DENY);
    release(ana);
}

static void changes_are_asked_first(bw_engine engine) {
    bw_str subject = bw_text_of("user:milo"), role = bw_text_of("researcher"), scope = bw_text_of("acme/vision");
    bw_actor host = bw_actor_host(), ana = bw_actor_of("user:ana");
    bw_change change = bw_change_at(NOW, BW_EDIT_ADD_RULES);
    change.subjects.names = &subject;
    change.subjects.n_names = 1;
    change.roles.names = &role;
    change.roles.n_names = 1;
    change.scopes.names = &scope;
    change.scopes.n_names = 1;
    bw_approval approval = 0, late = 0;
    int32_t is_complete = 7;
    size_t n = 0, length = 0;
    char buffer[256];
    EXPECT(bw_approve(engine, &ana, &change, &approval, NULL) == BW_OK);
    EXPECT(bw_approval_is_complete(approval, &is_complete) == BW_OK && is_complete == 0);
    EXPECT(bw_approval_count(approval, &n) == BW_OK && n == 1);
    EXPECT(bw_approval_text(approval, 0, BW_ANSWER_CODE, buffer, sizeof buffer, &length) == BW_OK);
    EXPECT(strcmp(buffer, "may_not_give_role") == 0);
    EXPECT(bw_approval_free(approval) == BW_OK);

    bw_error error = 0;
    change.when = bw_text_of("{ equals: { context.netwrk: office } }");
    EXPECT(bw_approve(engine, &host, &change, &approval, &error) == BW_REFUSED && approval == 0 && error != 0);
    EXPECT(bw_error_free(error) == BW_OK);
    change.when = bw_text_of(NULL);
    change.to = bw_text_of("acme");
    EXPECT(bw_approve(engine, &host, &change, &approval, NULL) == BW_INVALID_ARGUMENT);
    change.to = bw_text_of(NULL);
    EXPECT(bw_approve(engine, &host, &change, &approval, &error) == BW_OK && error == 0);
    EXPECT(bw_approve(engine, &host, &change, &late, NULL) == BW_OK);
    EXPECT(bw_approval_is_complete(approval, &is_complete) == BW_OK && is_complete == 1);
    EXPECT(ask(engine, "user:milo") == BW_DENY);
    prepared before = prepare(engine, "user:milo");
    uint64_t revision = 0;
    bw_decision decision = BW_ALLOW;
    EXPECT(bw_apply(engine, approval, &revision) == BW_OK && revision == 2);
    EXPECT(ask(engine, "user:milo") == BW_ALLOW);
    EXPECT(ask_prepared(before, &decision) == BW_STALE_HANDLE && decision == BW_DENY);
    EXPECT(bw_apply(engine, late, &revision) == BW_STALE_APPROVAL && revision == 0);
    release(before);
    EXPECT(bw_approval_free(approval) == BW_OK && bw_approval_free(late) == BW_OK);
}

int main(void) {
    EXPECT(bw_version() == BW_VERSION && strcmp(bw_version_text(), "0.1.0") == 0);
    reads_a_file_and_tells_findings();
    tells_what_was_left_out();
    bw_engine engine = engine_of(POLICY);
    int32_t is_complete = 0;
    bw_error findings = 7;
    EXPECT(bw_engine_is_complete(engine, &is_complete) == BW_OK && is_complete == 1);
    EXPECT(bw_engine_findings(engine, &findings) == BW_OK && bw_error_free(findings) == BW_OK);
    tells_why(engine);
    reads_attributes(engine);
    answers_many(engine);
    a_reload_revokes(engine);
    EXPECT(bw_engine_free(engine) == BW_OK);
    engine = engine_of(POLICY);
    changes_are_asked_first(engine);
    EXPECT(bw_engine_free(engine) == BW_OK && bw_engine_free(engine) == BW_BAD_HANDLE);
    EXPECT(bw_engine_free(0) == BW_OK);
    return 0;
}
