/* Everything that a program can do wrong and the library can see: a status, a denial, and nothing else. */

#define _POSIX_C_SOURCE 200809L
#include <limits.h>
#include <pthread.h>

#include "common.h"

static const char *const NOWHERE = "";

static bw_status check(bw_engine engine, const bw_request *request) {
    bw_decision decision = BW_ALLOW;
    bw_details details;
    memset(&details, 0x55, sizeof details);
    details.struct_size = sizeof details;
    bw_status status = bw_check(engine, request, &decision);
    EXPECT(bw_check_details(engine, request, &details) == status);
    if (status != BW_OK) {
        EXPECT(decision == BW_DENY && details.decision == BW_DENY && details.reason == BW_REASON_INVALID_REQUEST);
        EXPECT(details.revision == 0 && details.has_valid_until == 0 && details.valid_until == 0);
    }
    return status;
}

/* Each string of a request in turn is made each kind of wrong. */
static void bad_strings(bw_engine engine) {
    static const char *const bytes[] = {"\xff", "user:\xc0\xaf", "user:\xed\xa0\x80", "user:\xf5\x80\x80\x80", "\xe2\x82", "user:ana\x80"};
    for (int which = 0; which < 6; which++) {
        for (size_t bad = 0; bad < 12; bad++) {
            bw_request request = request_of("user:ana");
            bw_str *fields[6] = {&request.tenant, &request.subject, &request.action, &request.kind, &request.scope, &request.cluster};
            bw_str *field = fields[which];
            int is_optional = which == 0 || which == 5;
            if (bad < 6) {
                *field = bw_text_of(bytes[bad]);
            } else {
                static const size_t lengths[] = {SIZE_MAX, (size_t)PTRDIFF_MAX + 1, PTRDIFF_MAX, (size_t)1 << 30, BW_LENGTH_MAX + 1, 0};
                field->len = lengths[bad - 6];
                field->data = bad == 11 ? NULL : NOWHERE;
            }
            bw_status status = check(engine, &request);
            EXPECT(status == (bad == 11 && is_optional ? BW_OK : BW_INVALID_ARGUMENT));
            if (bad >= 6 && bad < 11) {
                field->data = NULL;
                EXPECT(check(engine, &request) == BW_INVALID_ARGUMENT);
            }
        }
    }
    /* What is UTF-8 and no name is a question, and its answer is no. */
    static const char *const names[] = {"", "user:", "ana", "user:a\x01", "user:\xe2\x80\xae", "nobody:ana"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        EXPECT(ask(engine, names[i]) == BW_DENY);
    }
    bw_request request = request_of("user:ana");
    request.subject.data = "user:ana\0x";
    request.subject.len = 10;
    bw_details details = bw_details_init();
    EXPECT(bw_check_details(engine, &request, &details) == BW_OK && details.reason == BW_REASON_INVALID_REQUEST);
}

/* One bad byte at every place of texts of many lengths. */
static void bad_bytes(bw_engine engine) {
    char text[48];
    bw_request request = request_of("user:ana");
    request.subject.data = text;
    for (request.subject.len = 1; request.subject.len <= sizeof text; request.subject.len++) {
        for (size_t at = 0; at < request.subject.len; at++) {
            memset(text, 'a', sizeof text);
            text[at] = '\xff';
            EXPECT(check(engine, &request) == BW_INVALID_ARGUMENT);
        }
    }
}

/* A text that is none changes nothing, and makes no engine. */
static void bad_texts(bw_engine engine) {
    bw_named_text texts[5];
    for (size_t i = 0; i < 5; i++) {
        texts[i] = named_text(REVOKED);
    }
    texts[0].body = bw_text_of(NULL);
    texts[1].body = bw_text_of("tenant: \xff");
    texts[2].format = 2;
    texts[3].format = -1;
    texts[4].name = bw_text_of(NULL);
    for (size_t i = 0; i < 5; i++) {
        uint64_t made = 7, revision = 7;
        bw_named_text both[2] = {named_text(REVOKED), texts[i]};
        EXPECT(bw_engine_parse(both, 2, &made, NULL) == BW_INVALID_ARGUMENT && made == 0);
        EXPECT(bw_engine_replace(engine, both, 2, &revision, NULL) == BW_INVALID_ARGUMENT && revision == 0);
        EXPECT(ask(engine, "user:ana") == BW_ALLOW);
    }
}

static void bad_lists(bw_engine engine) {
    bw_str groups[BW_GROUPS_MAX + 1];
    for (size_t i = 0; i <= BW_GROUPS_MAX; i++) {
        groups[i] = bw_text_of("g");
    }
    bw_request request = request_of("user:ana");
    request.groups.names = groups;
    request.groups.n_names = BW_GROUPS_MAX;
    EXPECT(check(engine, &request) == BW_OK);
    request.groups.n_names = BW_GROUPS_MAX + 1;
    EXPECT(check(engine, &request) == BW_TOO_MANY);
    request.groups.n_names = SIZE_MAX;
    EXPECT(check(engine, &request) == BW_INVALID_ARGUMENT);
    request.groups.n_names = 1;
    request.groups.names = NULL;
    EXPECT(check(engine, &request) == BW_INVALID_ARGUMENT);
    request.groups.names = groups;
    request.groups.is_known = 0;
    EXPECT(check(engine, &request) == BW_INVALID_ARGUMENT);
    request.groups.is_known = 2;
    EXPECT(check(engine, &request) == BW_INVALID_ARGUMENT);
    request.groups.is_known = 1;
    groups[0].data = NULL;
    EXPECT(check(engine, &request) == BW_INVALID_ARGUMENT);
    request.groups.names = (const bw_str *)((const char *)groups + 1);
    EXPECT(check(engine, &request) == BW_INVALID_ARGUMENT);
}

static void bad_attributes(bw_engine engine) {
    bw_value elements[BW_ELEMENTS_MAX + 1];
    bw_attribute entries[BW_ATTRIBUTES_MAX + 1];
    memset(elements, 0, sizeof elements);
    memset(entries, 0, sizeof entries);
    for (size_t i = 0; i <= BW_ATTRIBUTES_MAX; i++) {
        entries[i].name = bw_text_of("network");
    }
    bw_request request = request_of("user:ana");
    request.context.entries = entries;
    request.context.n_entries = BW_ATTRIBUTES_MAX;
    EXPECT(check(engine, &request) == BW_OK);
    request.context.n_entries++;
    EXPECT(check(engine, &request) == BW_TOO_MANY);
    request.context.n_entries = SIZE_MAX;
    EXPECT(check(engine, &request) == BW_INVALID_ARGUMENT);
    request.context.n_entries = 1;
    for (bw_value_type kind = -2; kind < 10; kind++) {
        entries[0].value.kind = kind;
        entries[0].value.integer = 2;
        int is_known = kind == BW_VALUE_NULL || kind == BW_VALUE_INTEGER || kind == BW_VALUE_DECIMAL || kind == BW_VALUE_TIME || kind == BW_VALUE_LIST;
        EXPECT(check(engine, &request) == (is_known ? BW_OK : BW_INVALID_ARGUMENT));
    }
    entries[0].value.kind = BW_VALUE_LIST;
    entries[0].value.values = elements;
    entries[0].value.n_values = BW_ELEMENTS_MAX;
    EXPECT(check(engine, &request) == BW_OK);
    entries[0].value.n_values++;
    EXPECT(check(engine, &request) == BW_TOO_MANY);
    entries[0].value.n_values = SIZE_MAX;
    EXPECT(check(engine, &request) == BW_INVALID_ARGUMENT);
    entries[0].value.n_values = 1;
    elements[0].kind = BW_VALUE_LIST;
    EXPECT(check(engine, &request) == BW_INVALID_ARGUMENT);
    entries[0].value.values = NULL;
    EXPECT(check(engine, &request) == BW_INVALID_ARGUMENT);
}

static void bad_structs(bw_engine engine) {
    struct {
        bw_request request;
        char more[64];
    } later;
    memset(&later, 0, sizeof later);
    for (size_t size = 0; size < sizeof later.request; size++) {
        later.request = request_of("user:ana");
        later.request.struct_size = size;
        EXPECT(check(engine, &later.request) == BW_UNSUPPORTED);
    }
    later.request = request_of("user:ana");
    later.request.struct_size = sizeof later;
    EXPECT(check(engine, &later.request) == BW_OK);
    later.more[63] = 1;
    EXPECT(check(engine, &later.request) == BW_UNSUPPORTED);
    later.request.struct_size = SIZE_MAX;
    EXPECT(check(engine, &later.request) == BW_UNSUPPORTED);
    later.request = request_of("user:ana");
    EXPECT(check(engine, (const bw_request *)((const char *)&later.request + 1)) == BW_INVALID_ARGUMENT);
    EXPECT(check(engine, NULL) == BW_INVALID_ARGUMENT);
    bw_details details = bw_details_init();
    details.struct_size = 8;
    EXPECT(bw_check_details(engine, &later.request, &details) == BW_UNSUPPORTED);
    prepared handles = prepare(engine, "user:ana");
    for (size_t size = 0; size < sizeof(bw_situation); size++) {
        bw_situation situation = bw_situation_at(NOW);
        bw_prepared_request asked = {handles.subject, handles.permission, handles.scope, &situation};
        bw_decision decision = BW_ALLOW;
        details = bw_details_init();
        situation.struct_size = size;
        EXPECT(bw_subject_check(asked.subject, asked.permission, asked.scope, &situation, &decision) == BW_UNSUPPORTED);
        EXPECT(decision == BW_DENY);
        EXPECT(bw_subject_check_details(asked.subject, asked.permission, asked.scope, &situation, &details) == BW_UNSUPPORTED);
        EXPECT(bw_check_prepared(engine, &asked, 1, &decision, NULL) == BW_UNSUPPORTED && decision == BW_DENY);
    }
    release(handles);
}

/* NULL for each pointer in turn, in every function that takes one. */
static void null_for_each_pointer(bw_engine engine) {
    bw_request request = request_of("user:ana");
    bw_groups groups = request.groups;
    bw_situation situation = bw_situation_at(NOW);
    bw_actor actor = bw_actor_host();
    bw_change change = bw_change_at(NOW, BW_EDIT_DELETE_SUBJECT);
    bw_details details = bw_details_init();
    bw_finding finding = bw_finding_init();
    bw_named_text text = named_text(POLICY);
    bw_str path = bw_text_of("policy.yaml"), null = bw_text_of(NULL), ana = bw_text_of("user:ana");
    bw_decision decision = BW_ALLOW;
    prepared handles = prepare(engine, "user:ana");
    bw_prepared_request asked = {handles.subject, handles.permission, handles.scope, NULL};
    uint64_t handle = 7;
    const bw_status bad = BW_INVALID_ARGUMENT;
    EXPECT(bw_engine_load(&path, 1, NULL, NULL) == bad && bw_engine_load(NULL, 1, &handle, NULL) == bad && handle == 0);
    EXPECT(bw_engine_load(&null, 1, &handle, NULL) == bad);
    EXPECT(bw_engine_parse(&text, 1, NULL, NULL) == bad && bw_engine_parse(NULL, 1, &handle, NULL) == bad);
    EXPECT(bw_engine_reload(engine, NULL, 1, NULL, NULL) == bad && bw_engine_replace(engine, NULL, 1, NULL, NULL) == bad);
    EXPECT(bw_engine_revision(engine, NULL) == bad && bw_engine_is_complete(engine, NULL) == bad);
    EXPECT(bw_engine_findings(engine, NULL) == bad);
    EXPECT(bw_check(engine, NULL, &decision) == bad && decision == BW_DENY && bw_check(engine, &request, NULL) == bad);
    EXPECT(bw_check_details(engine, NULL, &details) == bad && bw_check_details(engine, &request, NULL) == bad);
    EXPECT(bw_check_batch(engine, NULL, 1, &decision, NULL) == bad && bw_check_batch(engine, &request, 1, NULL, NULL) == bad);
    EXPECT(bw_check_batch(engine, &request, SIZE_MAX, &decision, NULL) == bad);
    EXPECT(bw_check_batch(engine, NULL, 0, NULL, NULL) == BW_OK && bw_check_prepared(engine, NULL, 0, NULL, NULL) == BW_OK);
    decision = BW_ALLOW;
    EXPECT(bw_check_prepared(engine, &asked, 1, &decision, NULL) == bad && decision == BW_DENY);
    EXPECT(bw_check_prepared(engine, NULL, 1, &decision, NULL) == bad && bw_check_prepared(engine, &asked, 1, NULL, NULL) == bad);
    decision = BW_ALLOW;
    EXPECT(bw_subject_check(handles.subject, handles.permission, handles.scope, NULL, &decision) == bad && decision == BW_DENY);
    EXPECT(bw_subject_check(handles.subject, handles.permission, handles.scope, &situation, NULL) == bad);
    EXPECT(bw_subject_check_details(handles.subject, handles.permission, handles.scope, &situation, NULL) == bad);
    EXPECT(bw_subject_check_details(handles.subject, handles.permission, handles.scope, NULL, &details) == bad);
    EXPECT(bw_engine_subject(engine, null, ana, NULL, &handle, NULL) == bad && handle == 0);
    EXPECT(bw_engine_subject(engine, null, ana, &groups, NULL, NULL) == bad && bw_engine_subject(engine, null, null, &groups, &handle, NULL) == bad);
    EXPECT(bw_engine_permission(engine, null, ana, &handle, NULL) == bad && bw_engine_permission(engine, ana, null, &handle, NULL) == bad);
    EXPECT(bw_engine_permission(engine, ana, ana, NULL, NULL) == bad && bw_engine_scope(engine, null, &handle, NULL) == bad);
    EXPECT(bw_engine_scope(engine, ana, NULL, NULL) == bad && bw_engine_cluster(engine, null, ana, &handle, NULL) == bad);
    EXPECT(bw_engine_cluster(engine, ana, null, &handle, NULL) == bad && bw_engine_cluster(engine, ana, ana, NULL, NULL) == bad);
    EXPECT(bw_check_rule(engine, NULL, &details, &handle) == bad && bw_check_rule(engine, &request, NULL, &handle) == bad);
    EXPECT(bw_check_rule(engine, &request, &details, NULL) == bad && details.decision == BW_DENY);
    EXPECT(bw_explain(engine, NULL, 0, &handle) == bad && bw_explain(engine, &request, 0, NULL) == bad && bw_explain(engine, &request, 9, &handle) == bad);
    EXPECT(bw_approve(engine, NULL, &change, &handle, NULL) == bad && bw_approve(engine, &actor, NULL, &handle, NULL) == bad);
    EXPECT(bw_approve(engine, &actor, &change, NULL, NULL) == bad && bw_approve(engine, &actor, &change, &handle, NULL) == bad);
    EXPECT(bw_error_count(0, NULL) == bad && bw_error_finding(0, 0, NULL) == bad && bw_error_finding(0, 0, &finding) == BW_BAD_HANDLE);
    EXPECT(bw_error_text(0, 0, 0, NULL, 0, NULL) == bad && bw_text_copy(0, NULL, 0, NULL) == bad && bw_rule_text(0, 0, NULL, 0, NULL) == bad);
    EXPECT(bw_approval_count(0, NULL) == bad && bw_approval_is_complete(0, NULL) == bad && bw_approval_text(0, 0, 0, NULL, 0, NULL) == bad);
    release(handles);
}

/* Every function that takes a handle is given every handle that is none of its kind: freed, of another kind, made up. */
static void wrong_handles(bw_engine engine) {
    prepared live = prepare(engine, "user:ana"), freed = prepare(engine, "user:ana");
    bw_request request = request_of("user:ana");
    bw_situation situation = bw_situation_at(NOW);
    bw_details details = bw_details_init();
    bw_text text = 0;
    EXPECT(bw_explain(engine, &request, BW_EXPLAIN_TEXT, &text) == BW_OK);
    EXPECT(live.permission == freed.permission && live.scope == freed.scope && live.subject != freed.subject);
    release(freed);
    uint64_t wrong[] = {1, UINT64_MAX, engine + 1, engine ^ ((uint64_t)1 << 40), (uint64_t)1 << 60, freed.subject, live.permission, live.permission + 100000, live.scope + 100000, live.scope ^ (uint64_t)1 << 58, text, (uint64_t)(uintptr_t)&request, 0};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        uint64_t bad = wrong[i], out = 0;
        size_t n = 0;
        int32_t flag = 1;
        bw_decision decision = BW_ALLOW;
        EXPECT(bw_check(bad, &request, &decision) == BW_BAD_HANDLE && decision == BW_DENY);
        EXPECT(bw_check_details(bad, &request, &details) == BW_BAD_HANDLE && details.decision == BW_DENY);
        decision = BW_ALLOW;
        EXPECT(bw_check_batch(bad, &request, 1, &decision, NULL) == BW_BAD_HANDLE && decision == BW_DENY);
        decision = BW_ALLOW;
        EXPECT(bw_subject_check(bad, live.permission, live.scope, &situation, &decision) == BW_BAD_HANDLE && decision == BW_DENY);
        decision = BW_ALLOW;
        EXPECT(bw_subject_check(live.subject, live.permission, bad, &situation, &decision) == BW_BAD_HANDLE && decision == BW_DENY);
        if (bad != live.permission) {
            decision = BW_ALLOW;
            EXPECT(bw_subject_check(live.subject, bad, live.scope, &situation, &decision) == BW_BAD_HANDLE && decision == BW_DENY);
        }
        bw_situation elsewhere = situation;
        elsewhere.cluster = bad;
        decision = BW_ALLOW;
        EXPECT(bw_subject_check(live.subject, live.permission, live.scope, &elsewhere, &decision) == (bad == 0 ? BW_OK : BW_BAD_HANDLE));
        EXPECT(decision == (bad == 0 ? BW_ALLOW : BW_DENY));
        EXPECT(bw_engine_revision(bad, &out) == BW_BAD_HANDLE && bw_engine_is_complete(bad, &flag) == BW_BAD_HANDLE && flag == 0);
        EXPECT(bw_engine_findings(bad, &out) == BW_BAD_HANDLE && bw_engine_reload(bad, NULL, 0, NULL, NULL) == BW_BAD_HANDLE);
        EXPECT(bw_engine_scope(bad, request.scope, &out, NULL) == BW_BAD_HANDLE && out == 0);
        EXPECT(bw_error_count(bad, &n) == (bad == 0 ? BW_OK : BW_BAD_HANDLE) && bw_approval_count(bad, &n) == BW_BAD_HANDLE);
        EXPECT(bw_rule_text(bad, 0, NULL, 0, &n) == BW_BAD_HANDLE && bw_apply(engine, bad, NULL) == BW_BAD_HANDLE);
        EXPECT(bw_apply(bad, live.scope, NULL) == BW_BAD_HANDLE);
        bw_status freeing = bad == 0 ? BW_OK : BW_BAD_HANDLE;
        EXPECT(bw_engine_free(bad) == freeing && bw_subject_free(bad) == freeing);
        EXPECT(bw_error_free(bad) == freeing && bw_rule_free(bad) == freeing && bw_approval_free(bad) == freeing);
    }
    bw_decision swapped = BW_ALLOW;
    EXPECT(bw_subject_check(live.subject, live.scope, live.permission, &situation, &swapped) == BW_BAD_HANDLE && swapped == BW_DENY);
    /* Handles of another engine never go with ours, also where both hold the same policy. */
    bw_engine other = engine_of(POLICY);
    prepared foreign = prepare(other, "user:ana");
    bw_decision decision = BW_ALLOW;
    EXPECT(bw_subject_check(live.subject, foreign.permission, live.scope, &situation, &decision) == BW_STALE_HANDLE && decision == BW_DENY);
    decision = BW_ALLOW;
    EXPECT(bw_subject_check(live.subject, live.permission, foreign.scope, &situation, &decision) == BW_STALE_HANDLE && decision == BW_DENY);
    bw_prepared_request asked = {foreign.subject, foreign.permission, foreign.scope, &situation};
    decision = BW_ALLOW;
    EXPECT(bw_check_prepared(engine, &asked, 1, &decision, NULL) == BW_BAD_HANDLE && decision == BW_DENY);
    EXPECT(bw_engine_free(other) == BW_OK);
    EXPECT(ask_prepared(foreign, &decision) == BW_STALE_HANDLE && decision == BW_DENY);
    release(foreign);
    release(live);
    EXPECT(bw_text_free(text) == BW_OK && bw_text_free(text) == BW_BAD_HANDLE);
}

/* Asks by handles on a cluster, alone, with details and in a list, which are answered alike. */
static bw_status ask_on(bw_engine engine, prepared handles, bw_cluster cluster, bw_decision *decision) {
    bw_situation situation = bw_situation_at(NOW);
    bw_prepared_request asked = {handles.subject, handles.permission, handles.scope, &situation};
    bw_details details = bw_details_init();
    bw_decision listed = BW_ALLOW;
    situation.cluster = cluster;
    *decision = BW_ALLOW;
    bw_status status = bw_subject_check(handles.subject, handles.permission, handles.scope, &situation, decision);
    EXPECT(bw_subject_check_details(handles.subject, handles.permission, handles.scope, &situation, &details) == status);
    EXPECT(bw_check_prepared(engine, &asked, 1, &listed, NULL) == status);
    EXPECT(details.decision == *decision && listed == *decision);
    return status;
}

static bw_cluster west_of(bw_engine engine) {
    bw_cluster west = 0;
    EXPECT(bw_engine_cluster(engine, bw_text_of("acme"), bw_text_of("west"), &west, NULL) == BW_OK);
    return west;
}

/* A cluster goes with handles of its own engine and its own snapshot alone. */
static void wrong_clusters(bw_engine engine) {
    bw_engine other = engine_of(POLICY);
    bw_cluster west = west_of(engine), foreign = west_of(other);
    prepared live = prepare(engine, "user:ana"), early = prepare(other, "user:ana");
    bw_decision decision = BW_DENY;
    EXPECT(ask_on(engine, live, west, &decision) == BW_OK && decision == BW_ALLOW);
    EXPECT(ask_on(engine, live, foreign, &decision) == BW_STALE_HANDLE && decision == BW_DENY);
    EXPECT(ask_on(other, early, west, &decision) == BW_STALE_HANDLE && decision == BW_DENY);

    /* A change leaves stale handles what they hold. */
    bw_actor host = bw_actor_host();
    bw_change change = bw_change_at(NOW, BW_EDIT_DELETE_CLUSTER);
    bw_approval approval = 0;
    change.name = bw_text_of("west");
    EXPECT(bw_approve(other, &host, &change, &approval, NULL) == BW_OK && bw_apply(other, approval, NULL) == BW_OK);
    prepared late = prepare(other, "user:ana");
    EXPECT(ask_on(other, late, 0, &decision) == BW_OK && decision == BW_ALLOW);
    EXPECT(ask_on(other, late, foreign, &decision) == BW_STALE_HANDLE && decision == BW_DENY);
    EXPECT(ask_on(other, early, foreign, &decision) == BW_STALE_HANDLE && decision == BW_DENY);
    /* The number of what was deleted names nothing, also with the stamp of today. */
    uint64_t stamp = (uint64_t)0xFFFFFFFF << 28;
    EXPECT(ask_on(other, late, (foreign & ~stamp) | (late.scope & stamp), &decision) == BW_BAD_HANDLE && decision == BW_DENY);
    bw_named_text text = named_text(POLICY);
    EXPECT(bw_engine_replace(other, &text, 1, NULL, NULL) == BW_OK);
    release(late);
    late = prepare(other, "user:ana");
    EXPECT(ask_on(other, late, foreign, &decision) == BW_STALE_HANDLE && decision == BW_DENY);
    release(live);
    release(early);
    release(late);
    EXPECT(bw_approval_free(approval) == BW_OK);
    EXPECT(bw_engine_free(other) == BW_OK);
}

static void short_buffers(bw_engine engine) {
    bw_request request = request_of("user:ana");
    bw_text text = 0;
    size_t whole = 0, length = 0;
    EXPECT(bw_explain(engine, &request, BW_EXPLAIN_TEXT, &text) == BW_OK);
    EXPECT(bw_text_copy(text, NULL, 0, &whole) == BW_BUFFER_TOO_SMALL && whole != 0);
    EXPECT(bw_text_copy(text, NULL, whole + 1, &length) == BW_INVALID_ARGUMENT);
    for (size_t capacity = 0; capacity <= whole + 1; capacity++) {
        char *buffer = (char *)malloc(capacity + 1);
        EXPECT(buffer != NULL);
        memset(buffer, 0x55, capacity + 1);
        bw_status status = bw_text_copy(text, buffer, capacity, &length);
        EXPECT(status == (capacity == whole + 1 ? BW_OK : BW_BUFFER_TOO_SMALL) && length == whole);
        EXPECT(status == BW_OK ? buffer[whole] == 0 && buffer[whole + 1] == 0x55 : buffer[0] == 0x55);
        free(buffer);
    }
    EXPECT(bw_text_free(text) == BW_OK);
}

static void *with_little_stack(void *argument) {
    bw_engine engine = *(bw_engine *)argument;
    static bw_str groups[BW_GROUPS_MAX];
    static bw_attribute entries[BW_ATTRIBUTES_MAX];
    memset(entries, 0, sizeof entries);
    for (size_t i = 0; i < BW_GROUPS_MAX; i++) {
        groups[i] = bw_text_of("ml");
    }
    for (size_t i = 0; i < BW_ATTRIBUTES_MAX; i++) {
        entries[i].name = bw_text_of("network");
        entries[i].value.kind = BW_VALUE_TEXT;
        entries[i].value.text = bw_text_of("office");
    }
    bw_request request = request_of("user:mo");
    request.groups.names = groups;
    request.groups.n_names = BW_GROUPS_MAX;
    request.context.entries = request.resource.entries = entries;
    request.context.n_entries = request.resource.n_entries = BW_ATTRIBUTES_MAX;
    bw_decision decision = BW_DENY;
    EXPECT(bw_check(engine, &request, &decision) == BW_OK && decision == BW_ALLOW);
    EXPECT(bw_check_batch(engine, &request, 1, &decision, NULL) == BW_OK && decision == BW_ALLOW);
    return NULL;
}

static void little_stack(bw_engine engine) {
    pthread_t thread;
    pthread_attr_t attributes;
    EXPECT(pthread_attr_init(&attributes) == 0 && pthread_attr_setstacksize(&attributes, 64 * 1024) == 0);
    EXPECT(pthread_create(&thread, &attributes, with_little_stack, &engine) == 0 && pthread_join(thread, NULL) == 0);
    EXPECT(pthread_attr_destroy(&attributes) == 0);
}

/* A planted fault: a tool that looks must see it. */
static int planted(const char *which) {
    char *volatile block = (char *)malloc(8);
    EXPECT(block != NULL);
    if (strcmp(which, "overflow") == 0) {
        block[8] = 1;
    } else if (strcmp(which, "leak") == 0) {
        block = NULL;
        return 0;
    } else if (strcmp(which, "length") == 0) {
        /* The library reads what it is told to: a length that lies is found inside of it. */
        bw_engine engine = engine_of(POLICY);
        bw_request request = request_of("user:ana");
        memcpy(block, "user:ana", 8);
        request.subject.data = block;
        request.subject.len = 4096;
        bw_decision decision = BW_DENY;
        bw_check(engine, &request, &decision);
        bw_engine_free(engine);
    }
    free(block);
    return 0;
}

int main(int n_arguments, char **arguments) {
    if (n_arguments == 2) {
        return planted(arguments[1]);
    }
    bw_engine engine = engine_of(POLICY);
    bad_strings(engine);
    bad_bytes(engine);
    bad_texts(engine);
    bad_lists(engine);
    bad_attributes(engine);
    bad_structs(engine);
    null_for_each_pointer(engine);
    wrong_handles(engine);
    wrong_clusters(engine);
    short_buffers(engine);
    little_stack(engine);
    EXPECT(ask(engine, "user:ana") == BW_ALLOW);
    EXPECT(bw_engine_free(engine) == BW_OK);
    return 0;
}
