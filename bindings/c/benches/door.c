/* The C side of the bench: one engine, its questions, and loops over them by names and by handles. */

#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <time.h>

#include "bailiwick.h"

enum { QUESTIONS_MAX = 8 };

static bw_engine engine;
static bw_request requests[QUESTIONS_MAX];
static bw_str groups[QUESTIONS_MAX];
static bw_situation situations[QUESTIONS_MAX];
static bw_subject subjects[QUESTIONS_MAX];
static bw_permission permissions[QUESTIONS_MAX];
static bw_scope scopes[QUESTIONS_MAX];

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

int door_load(const char *policy, const char *directory) {
    bw_str paths[2];
    paths[0] = bw_text_of(policy);
    paths[1] = bw_text_of(directory);
    return bw_engine_load(paths, 2, &engine, NULL);
}

int door_ask(size_t at, const char *subject, const char *group, const char *action, const char *scope) {
    bw_request request = bw_request_at(1767225600);
    request.tenant = bw_text_of("acme");
    request.subject = bw_text_of(subject);
    groups[at] = bw_text_of(group);
    request.groups.is_known = 1;
    request.groups.names = &groups[at];
    request.groups.n_names = group != NULL;
    request.action = bw_text_of(action);
    request.kind = bw_text_of("job");
    request.scope = bw_text_of(scope);
    request.cluster = bw_text_of("west");
    requests[at] = request;
    situations[at] = bw_situation_at(request.now);
    bw_status status = bw_engine_cluster(engine, request.tenant, request.cluster, &situations[at].cluster, NULL);
    status |= bw_engine_subject(engine, request.tenant, request.subject, &request.groups, &subjects[at], NULL);
    status |= bw_engine_permission(engine, request.action, request.kind, &permissions[at], NULL);
    status |= bw_engine_scope(engine, request.scope, &scopes[at], NULL);
    bw_decision by_names = BW_DENY, by_handles = BW_DENY;
    status |= bw_check(engine, &request, &by_names);
    status |= bw_subject_check(subjects[at], permissions[at], scopes[at], &situations[at], &by_handles);
    return status != BW_OK || by_names != by_handles ? -1 : by_names;
}

double door_names(size_t at, size_t n) {
    long allowed = 0;
    double start = now();
    for (size_t i = 0; i < n; i++) {
        bw_decision decision = BW_DENY;
        bw_check(engine, &requests[at], &decision);
        allowed += decision;
    }
    double took = (now() - start) / (double)n;
    return allowed < 0 ? -1 : took;
}

double door_handles(size_t at, size_t n) {
    long allowed = 0;
    double start = now();
    for (size_t i = 0; i < n; i++) {
        bw_decision decision = BW_DENY;
        bw_subject_check(subjects[at], permissions[at], scopes[at], &situations[at], &decision);
        allowed += decision;
    }
    double took = (now() - start) / (double)n;
    return allowed < 0 ? -1 : took;
}

double door_version(size_t n) {
    unsigned long sum = 0;
    double start = now();
    for (size_t i = 0; i < n; i++) {
        sum += bw_version();
    }
    double took = (now() - start) / (double)n;
    return sum == 0 ? -1 : took;
}
