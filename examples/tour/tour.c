/*
 * Every call of the table in the README, "The same call in each language": tour.rs and tour.py beside this make the same ones in
 * the same order, and print the same lines. From the root of the repository, after `cargo xtask install --prefix DIR`:
 *
 *     cc -IDIR/include examples/tour/tour.c -LDIR/lib -lbailiwick -Wl,-rpath,DIR/lib -o tour && ./tour
 */

#include <stdio.h>
#include <stdlib.h>

#include <bailiwick.h>

static const int64_t NOW = 1767225600; /* The first second of 2026. */

/* Whatever does not do as it is asked ends the tour. */
static void must(bw_status status) {
    if (status != BW_OK) {
        fprintf(stderr, "%s\n", bw_status_code(status));
        exit(2);
    }
}

static const char *word(bw_decision decision) {
    return decision == BW_ALLOW ? "allow" : "deny";
}

static bw_named_text text_of(const char *path) {
    static char bodies[2][1 << 16];
    static int n_bodies;
    bw_named_text text = {bw_text_of(path), {NULL, 0}, BW_FORMAT_YAML};
    FILE *file = fopen(path, "rb");
    if (file == NULL || n_bodies == 2) {
        exit(2);
    }
    text.body.data = bodies[n_bodies];
    text.body.len = fread(bodies[n_bodies], 1, sizeof bodies[n_bodies], file);
    n_bodies++;
    fclose(file);
    return text;
}

static bw_engine loads(void) {
    bw_engine engine = 0, parsed = 0;
    uint64_t revision = 0;
    bw_str files[2] = {bw_text_of("policies/runai-2.13.yaml"), bw_text_of("policies/acme.yaml")};
    must(bw_engine_load(files, 2, &engine, NULL));
    must(bw_engine_revision(engine, &revision));
    printf("load: revision %d\n", (int)revision);

    bw_named_text texts[2] = {text_of("policies/runai-2.13.yaml"), text_of("policies/acme.yaml")};
    must(bw_engine_parse(texts, 2, &parsed, NULL));
    must(bw_engine_revision(parsed, &revision));
    printf("parse: revision %d\n", (int)revision);
    must(bw_engine_free(parsed));

    must(bw_engine_reload(engine, files, 2, &revision, NULL));
    printf("reload: revision %d\n", (int)revision);
    return engine;
}

static bw_attribute corporate(void) {
    bw_attribute network;
    memset(&network, 0, sizeof network);
    network.name = bw_text_of("network");
    network.value.kind = BW_VALUE_TEXT;
    network.value.text = bw_text_of("corporate");
    return network;
}

static void tell_rule(bw_engine engine, const bw_request *request, const char *what, bw_rule_field field, int has_scope) {
    char name[64], scope[64];
    size_t length = 0;
    bw_details details = bw_details_init();
    bw_rule rule = 0;
    must(bw_check_rule(engine, request, &details, &rule));
    must(bw_rule_text(rule, field, name, sizeof name, &length));
    must(bw_rule_text(rule, BW_RULE_SCOPE, scope, sizeof scope, &length));
    printf("%s: %s%s%s\n", what, name, has_scope ? " at " : "", scope);
    must(bw_rule_free(rule));
}

static void asks(bw_engine engine) {
    bw_str group = bw_text_of("ml-team");
    bw_attribute context = corporate();
    bw_request request = bw_request_at(NOW);
    request.subject = bw_text_of("user:ana@acme.io");
    request.action = bw_text_of("create");
    request.kind = bw_text_of("job");
    request.scope = bw_text_of("acme/vision/detector");
    request.groups.is_known = 1;
    request.groups.names = &group;
    request.groups.n_names = 1;
    request.cluster = bw_text_of("west");
    request.context.entries = &context;
    request.context.n_entries = 1;
    bw_decision decision = BW_DENY;
    bw_details details = bw_details_init();
    must(bw_check(engine, &request, &decision));
    must(bw_check_details(engine, &request, &details));
    printf("check: %s %s\n", word(decision), bw_reason_code(details.reason));
    tell_rule(engine, &request, "rule", BW_RULE_ID, 1);

    bw_request outside = request;
    outside.context.n_entries = 0;
    tell_rule(engine, &outside, "restriction", BW_RULE_NAME, 0);

    bw_request requests[2] = {request, outside};
    bw_decision decisions[2];
    bw_reason reasons[2];
    must(bw_check_batch(engine, requests, 2, decisions, reasons));
    printf("check many: %s %s, ", word(decisions[0]), bw_reason_code(reasons[0]));
    printf("%s %s\n", word(decisions[1]), bw_reason_code(reasons[1]));

    char buffer[4096];
    size_t length = 0;
    bw_text text = 0;
    must(bw_explain(engine, &outside, BW_EXPLAIN_TEXT, &text));
    must(bw_text_copy(text, buffer, sizeof buffer, &length));
    printf("explain: %s\n", buffer);
    must(bw_text_free(text));
}

static void asks_often(bw_engine engine) {
    bw_str group = bw_text_of("ml-team");
    bw_groups groups = {1, 1, &group};
    bw_subject subject = 0;
    bw_permission permission = 0;
    bw_scope scope = 0, elsewhere = 0;
    bw_situation situation = bw_situation_at(NOW);
    must(bw_engine_subject(engine, bw_text_of("acme"), bw_text_of("user:ana@acme.io"), &groups, &subject, NULL));
    must(bw_engine_permission(engine, bw_text_of("create"), bw_text_of("job"), &permission, NULL));
    must(bw_engine_scope(engine, bw_text_of("acme/vision/detector"), &scope, NULL));
    must(bw_engine_scope(engine, bw_text_of("acme/language/speech"), &elsewhere, NULL));
    must(bw_engine_cluster(engine, bw_text_of("acme"), bw_text_of("west"), &situation.cluster, NULL));

    bw_attribute context = corporate();
    situation.context.entries = &context;
    situation.context.n_entries = 1;
    bw_decision decision = BW_DENY;
    bw_details details = bw_details_init();
    must(bw_subject_check(subject, permission, scope, &situation, &decision));
    must(bw_subject_check_details(subject, permission, scope, &situation, &details));
    printf("handles: %s %s\n", word(decision), bw_reason_code(details.reason));

    bw_prepared_request requests[2] = {{subject, permission, scope, &situation}, {subject, permission, elsewhere, &situation}};
    bw_decision decisions[2];
    bw_reason reasons[2];
    must(bw_check_prepared(engine, requests, 2, decisions, reasons));
    printf("check prepared: %s %s, ", word(decisions[0]), bw_reason_code(reasons[0]));
    printf("%s %s\n", word(decisions[1]), bw_reason_code(reasons[1]));

    must(bw_subject_free(subject));
}

static void changes(bw_engine engine) {
    bw_str subject = bw_text_of("user:milo@acme.io"), role = bw_text_of("researcher"), scope = bw_text_of("acme/vision/detector");
    bw_actor actor = bw_actor_of("user:dana@acme.io");
    actor.groups.is_known = 1;
    bw_change change = bw_change_at(NOW, BW_EDIT_ADD_RULES);
    bw_names subjects = {&subject, 1}, roles = {&role, 1}, scopes = {&scope, 1};
    change.subjects = subjects;
    change.roles = roles;
    change.scopes = scopes;
    bw_approval approval = 0;
    int32_t is_complete = 0;
    uint64_t revision = 0;
    must(bw_approve(engine, &actor, &change, &approval, NULL));
    must(bw_approval_is_complete(approval, &is_complete));
    printf("approve: %s\n", is_complete ? "complete" : "refused");
    must(bw_apply(engine, approval, &revision));
    printf("apply: revision %d\n", (int)revision);
    must(bw_approval_free(approval));
}

int main(void) {
    bw_engine engine = loads();
    asks(engine);
    asks_often(engine);
    changes(engine);
    must(bw_engine_free(engine));
    return 0;
}
