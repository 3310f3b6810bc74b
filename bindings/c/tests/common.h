/* What the tests in C share: a small policy, and a word for what must hold. */

#ifndef COMMON_H
#define COMMON_H

#include <stdio.h>
#include <stdlib.h>

#include "bailiwick.h"

#define EXPECT(condition)                                                                  \
    do {                                                                                   \
        if (!(condition)) {                                                                \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
            exit(1);                                                                       \
        }                                                                                  \
    } while (0)

static const char *const POLICY =
    "kinds: { job: { lives_in: [project] } }\n"
    "attributes: { context.network: text, context.level: number, context.tags: list of text }\n"
    "roles: { researcher: { permissions: { job: CRUD } } }\n"
    "tenant: acme\n"
    "clusters: [{ name: west }]\n"
    "scopes: [acme/vision, acme/vision/detector]\n"
    "access_rules:\n"
    "  - { id: r-ana, subject: user:ana, role: researcher, scope: acme/vision }\n"
    "  - { subject: user:ute, role: researcher, scope: acme/vision, until: 2026-06-01T00:00:00Z }\n"
    "  - { subject: group:ml, role: researcher, scope: acme/vision, when: { equals: { context.network: office } } }\n";

static const char *const REVOKED =
    "kinds: { job: { lives_in: [project] } }\n"
    "roles: { researcher: { permissions: { job: CRUD } } }\n"
    "tenant: acme\n"
    "clusters: [{ name: west }]\n"
    "scopes: [acme/vision, acme/vision/detector]\n";

static const int64_t NOW = 1767225600;

static inline bw_named_text named_text(const char *body) {
    bw_named_text text;
    memset(&text, 0, sizeof text);
    text.name = bw_text_of("policy.yaml");
    text.body = bw_text_of(body);
    text.format = BW_FORMAT_YAML;
    return text;
}

static inline bw_engine engine_of(const char *body) {
    bw_engine engine = 0;
    bw_named_text text = named_text(body);
    EXPECT(bw_engine_parse(&text, 1, &engine, NULL) == BW_OK && engine != 0);
    return engine;
}

static inline bw_request request_of(const char *subject) {
    bw_request request = bw_request_at(NOW);
    request.subject = bw_text_of(subject);
    request.groups.is_known = 1;
    request.action = bw_text_of("create");
    request.kind = bw_text_of("job");
    request.scope = bw_text_of("acme/vision/detector");
    return request;
}

/* The context of a question from the office; it lies there until the next. */
static inline bw_attributes office(void) {
    static bw_attribute network;
    network.name = bw_text_of("network");
    network.value.kind = BW_VALUE_TEXT;
    network.value.text = bw_text_of("office");
    bw_attributes all = {&network, 1};
    return all;
}

static inline bw_decision ask(bw_engine engine, const char *subject) {
    bw_request request = request_of(subject);
    bw_decision decision = BW_ALLOW;
    EXPECT(bw_check(engine, &request, &decision) == BW_OK);
    return decision;
}

typedef struct prepared {
    bw_subject subject;
    bw_permission permission;
    bw_scope scope;
} prepared;

static inline prepared prepare(bw_engine engine, const char *subject) {
    prepared handles;
    bw_groups groups;
    memset(&groups, 0, sizeof groups);
    groups.is_known = 1;
    EXPECT(bw_engine_subject(engine, bw_text_of(NULL), bw_text_of(subject), &groups, &handles.subject, NULL) == BW_OK);
    EXPECT(bw_engine_permission(engine, bw_text_of("create"), bw_text_of("job"), &handles.permission, NULL) == BW_OK);
    EXPECT(bw_engine_scope(engine, bw_text_of("acme/vision/detector"), &handles.scope, NULL) == BW_OK);
    return handles;
}

static inline void release(prepared handles) {
    EXPECT(bw_subject_free(handles.subject) == BW_OK);
}

static inline bw_status ask_prepared(prepared handles, bw_decision *decision) {
    bw_situation situation = bw_situation_at(NOW);
    return bw_subject_check(handles.subject, handles.permission, handles.scope, &situation, decision);
}

#endif
