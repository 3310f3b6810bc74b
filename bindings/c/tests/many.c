/* Batches: each question is asked with its own groups, attributes, cluster and time, and answered as it is alone. */

#include "common.h"

enum { N = 60 };

static const char *const MANY =
    "kinds: { job: { lives_in: [project] } }\n"
    "attributes: { context.network: text }\n"
    "roles: { researcher: { permissions: { job: CRUD } } }\n"
    "tenant: acme\n"
    "clusters: [{ name: west }, { name: east }]\n"
    "scopes: [acme/vision, acme/vision/detector]\n"
    "access_rules:\n"
    "  - { subject: user:ana, role: researcher, scope: acme/vision }\n"
    "  - { subject: user:ute, role: researcher, scope: acme/vision, until: 2026-06-01T00:00:00Z }\n"
    "  - { subject: user:wim, role: researcher, scope: acme/vision, clusters: [west] }\n"
    "  - { subject: user:net, role: researcher, scope: acme/vision, when: { equals: { context.network: office } } }\n"
    "  - { subject: group:ops, role: researcher, scope: acme/vision }\n"
    "deny_rules:\n"
    "  - { subject: group:banned, role: researcher, scope: acme }\n";

static const int64_t LATER = 1780272000;

static bw_str too_many[BW_GROUPS_MAX + 1];

/* Some are allowed for a group, some for an attribute, some until later, some on one cluster, and some cannot be asked at all. */
static void fill(bw_request *requests) {
    static bw_str groups[] = {{"ops", 3}, {"x", 1}, {"ops", 3}, {"banned", 6}, {"x", 1}}, none = {NULL, 0};
    static const char *const subjects[] = {"user:ana", "user:ute", "user:wim", "user:net", "user:mo", "user:mo", "user:mo"};
    for (size_t i = 0; i < N; i++) {
        requests[i] = request_of(subjects[i % 7]);
        requests[i].groups.names = &groups[i % 4];
        requests[i].groups.n_names = i % 7 == 4 ? 1 : i % 7 == 5 ? 2 : 0;
        requests[i].groups.is_known = i % 7 != 6;
        requests[i].now = i % 2 == 0 ? NOW : LATER;
        requests[i].cluster = bw_text_of(i % 3 == 0 ? NULL : i % 3 == 1 ? "west" : "east");
        if (i % 5 == 0 && i < N / 2) {
            requests[i].context = office();
        }
    }
    requests[18].groups.names = &none;
    requests[18].groups.n_names = 1;
    requests[18].groups.is_known = 1;
    requests[35].struct_size -= 8;
    requests[47].groups.names = too_many;
    requests[47].groups.n_names = BW_GROUPS_MAX + 1;
    requests[47].groups.is_known = 1;
}

static void by_names(bw_engine engine) {
    bw_request requests[N];
    bw_decision decisions[N];
    bw_reason reasons[N];
    int n_allowed = 0, n_failed = 0;
    fill(requests);
    for (size_t from = 0; from < N; from++) {
        bw_status first = BW_OK;
        bw_status status = bw_check_batch(engine, requests + from, N - from, decisions, reasons);
        for (size_t i = from; i < N; i++) {
            bw_details alone = bw_details_init();
            bw_status failed = bw_check_details(engine, &requests[i], &alone);
            EXPECT(decisions[i - from] == alone.decision && reasons[i - from] == alone.reason);
            first = first == BW_OK ? failed : first;
            n_allowed += alone.decision == BW_ALLOW;
            n_failed += failed != BW_OK;
        }
        EXPECT(status == first);
    }
    EXPECT(n_allowed > N && n_failed > N);
}

/* What a list holds cannot be longer than this library knows it: where the next begins would be a guess. */
static void in_lists_all_are_of_one_size(bw_engine engine) {
    bw_request requests[2] = {request_of("user:ana"), request_of("user:ana")};
    bw_decision decisions[2];
    requests[0].struct_size += 8;
    EXPECT(bw_check_batch(engine, requests, 2, decisions, NULL) == BW_UNSUPPORTED);
    EXPECT(decisions[0] == BW_DENY && decisions[1] == BW_ALLOW);
}

static void by_handles(bw_engine engine) {
    prepared all[4] = {prepare(engine, "user:ana"), prepare(engine, "user:ute"), prepare(engine, "user:wim"), prepare(engine, "user:net")};
    bw_situation situations[6];
    bw_prepared_request asked[N];
    bw_decision decisions[N];
    bw_reason reasons[N];
    int n_allowed = 0, n_failed = 0;
    for (size_t i = 0; i < 6; i++) {
        situations[i] = bw_situation_at(i % 2 == 0 ? NOW : LATER);
    }
    EXPECT(bw_engine_cluster(engine, bw_text_of("acme"), bw_text_of("west"), &situations[2].cluster, NULL) == BW_OK);
    EXPECT(bw_engine_cluster(engine, bw_text_of("acme"), bw_text_of("east"), &situations[3].cluster, NULL) == BW_OK);
    situations[4].context = office();
    situations[5].struct_size -= 8;
    for (size_t i = 0; i < N; i++) {
        prepared of = all[i % 4];
        bw_prepared_request question = {of.subject, of.permission, of.scope, &situations[i / 3 % 6]};
        asked[i] = question;
    }
    asked[21].subject = asked[21].scope;
    asked[40].situation = NULL;
    for (size_t from = 0; from < N; from++) {
        bw_status first = BW_OK;
        bw_status status = bw_check_prepared(engine, asked + from, N - from, decisions, reasons);
        for (size_t i = from; i < N; i++) {
            bw_details alone = bw_details_init();
            bw_status failed = bw_subject_check_details(asked[i].subject, asked[i].permission, asked[i].scope, asked[i].situation, &alone);
            EXPECT(decisions[i - from] == alone.decision && reasons[i - from] == alone.reason);
            first = first == BW_OK ? failed : first;
            n_allowed += alone.decision == BW_ALLOW;
            n_failed += failed != BW_OK;
        }
        EXPECT(status == first);
    }
    EXPECT(n_allowed > N && n_failed > N);
    for (size_t i = 0; i < 4; i++) {
        release(all[i]);
    }
}

int main(void) {
    bw_engine engine = engine_of(MANY);
    for (size_t i = 0; i <= BW_GROUPS_MAX; i++) {
        too_many[i] = bw_text_of("x");
    }
    by_names(engine);
    in_lists_all_are_of_one_size(engine);
    by_handles(engine);
    EXPECT(bw_engine_free(engine) == BW_OK);
    return 0;
}
