/* Changes: each edit does what its name says, within the limits that it says, for those who may make it. */

#include "common.h"

static const char *const DIRECTORY =
    "kinds: { job: { lives_in: [project] }, role_assignment: { lives_in: [tenant, department, project] }, organization_assignment: { lives_in: [department, project] } }\n"
    "delegation: { role_right: role_assignment, place_right: organization_assignment, organizations: [department, project] }\n"
    "attributes: { context.network: text }\n"
    "roles:\n"
    "  admin: { permissions: { role_assignment: CRUD, organization_assignment: CRUD } }\n"
    "  researcher: { permissions: { job: CRUD } }\n"
    "  reader: { held_at: [department, project], permissions: { job: R } }\n"
    "tenant: acme\n"
    "clusters: [{ name: west }]\n"
    "groups: [{ name: night }]\n"
    "scopes: [acme/vision, acme/vision/detector, acme/audio]\n"
    "access_rules:\n"
    "  - { subject: user:adele, role: admin, scope: acme, from: 2026-01-01T00:00:00Z, until: 2026-06-01T00:00:00Z }\n"
    "  - { subject: user:otto, role: admin, scope: acme, when: { equals: { context.network: office } } }\n"
    "  - { subject: user:ana, role: researcher, scope: acme/vision }\n"
    "  - { subject: user:ute, role: researcher, scope: acme/audio }\n"
    "  - { subject: group:night, role: researcher, scope: acme/vision }\n"
    "deny_rules:\n"
    "  - { subject: group:banned, role: admin, scope: acme }\n";

static const char *const DETECTOR = "acme/vision/detector";
static const int64_t LATER = 1780272000;

/* What an edit may say, as C strings; it lives as long as the change that is made of it. */
typedef struct said {
    const char *subject, *role, *scope, *name, *to;
    bw_str subjects[2], roles[1], scopes[1];
} said;

static bw_names listed(bw_str *list, const char *name) {
    bw_names names = {list, name != NULL};
    list[0] = bw_text_of(name);
    return names;
}

static bw_change change_of(bw_edit edit, said *said) {
    bw_change change = bw_change_at(NOW, edit);
    change.subjects = listed(said->subjects, said->subject);
    change.roles = listed(said->roles, said->role);
    change.scopes = listed(said->scopes, said->scope);
    change.name = bw_text_of(said->name);
    change.to = bw_text_of(said->to);
    return change;
}

/* Returns what the first item of a change is answered; makes the change where it is approved whole and that is wanted. */
static const char *answer(bw_engine engine, const bw_actor *actor, const bw_change *change, int is_applied) {
    static char code[64];
    bw_approval approval = 0;
    int32_t is_complete = 0;
    size_t length = 0;
    uint64_t revision = 0;
    EXPECT(bw_approve(engine, actor, change, &approval, NULL) == BW_OK);
    EXPECT(bw_approval_text(approval, 0, BW_ANSWER_CODE, code, sizeof code, &length) == BW_OK);
    EXPECT(bw_approval_is_complete(approval, &is_complete) == BW_OK && is_complete == (strcmp(code, "ok") == 0));
    EXPECT(!is_complete || !is_applied || bw_apply(engine, approval, &revision) == BW_OK);
    EXPECT(bw_approval_free(approval) == BW_OK);
    return code;
}

static int is_answered(bw_engine engine, bw_actor actor, bw_change change, const char *code) {
    return strcmp(answer(engine, &actor, &change, 0), code) == 0;
}

static void make(bw_engine engine, const bw_change *change) {
    bw_actor host = bw_actor_host();
    EXPECT(strcmp(answer(engine, &host, change, 1), "ok") == 0);
}

static void made(bw_engine engine, bw_edit edit, const char *subject, const char *role, const char *scope, const char *name, const char *to) {
    said said = {subject, role, scope, name, to, {{NULL, 0}}, {{NULL, 0}}, {{NULL, 0}}};
    bw_change change = change_of(edit, &said);
    make(engine, &change);
}

static bw_decision may(bw_engine engine, const char *subject, const char *action, const char *scope, const char *cluster) {
    bw_request request = request_of(subject);
    bw_decision decision = BW_DENY;
    request.action = bw_text_of(action);
    request.scope = bw_text_of(scope);
    request.cluster = bw_text_of(cluster);
    EXPECT(bw_check(engine, &request, &decision) == BW_OK);
    return decision;
}

static void rules_and_denies_come_and_go(bw_engine engine) {
    made(engine, BW_EDIT_ADD_RULES, "user:milo", "reader", "acme/vision", NULL, NULL);
    EXPECT(may(engine, "user:milo", "read", DETECTOR, NULL) && !may(engine, "user:milo", "create", DETECTOR, NULL));
    made(engine, BW_EDIT_REMOVE_RULES, "user:milo", "reader", "acme/vision", NULL, NULL);
    EXPECT(!may(engine, "user:milo", "read", DETECTOR, NULL));
    made(engine, BW_EDIT_ADD_DENIES, "user:ana", "reader", "acme/vision", NULL, NULL);
    EXPECT(!may(engine, "user:ana", "read", DETECTOR, NULL) && may(engine, "user:ana", "create", DETECTOR, NULL));
    made(engine, BW_EDIT_REMOVE_DENIES, "user:ana", "reader", "acme/vision", NULL, NULL);
    EXPECT(may(engine, "user:ana", "read", DETECTOR, NULL));

    said said = {"user:ana", NULL, DETECTOR, NULL, NULL, {{NULL, 0}}, {{NULL, 0}}, {{NULL, 0}}};
    bw_str delete = bw_text_of("delete");
    bw_permissions permissions = {bw_text_of("job"), {&delete, 1}};
    bw_change change = change_of(BW_EDIT_ADD_DENIES, &said);
    change.permissions = &permissions;
    change.n_permissions = 1;
    make(engine, &change);
    EXPECT(!may(engine, "user:ana", "delete", DETECTOR, NULL) && may(engine, "user:ana", "read", DETECTOR, NULL));
    change.edit = BW_EDIT_REMOVE_DENIES;
    make(engine, &change);
    EXPECT(may(engine, "user:ana", "delete", DETECTOR, NULL));
}

static void a_rule_holds_within_its_limits(bw_engine engine) {
    said said = {"user:milo", "reader", "acme/vision", NULL, NULL, {{NULL, 0}}, {{NULL, 0}}, {{NULL, 0}}};
    bw_str west = bw_text_of("west");
    bw_change change = change_of(BW_EDIT_ADD_RULES, &said);
    change.has_clusters = change.has_from = change.has_until = 1;
    change.from = NOW;
    change.until = LATER;
    change.when = bw_text_of("{ equals: { context.network: office } }");
    EXPECT(is_answered(engine, bw_actor_host(), change, "empty_cluster_list"));
    change.clusters.names = &west;
    change.clusters.n_names = 1;
    make(engine, &change);
    made(engine, BW_EDIT_CREATE_CLUSTER, NULL, NULL, NULL, "east", NULL);
    for (int lacks = 0; lacks < 5; lacks++) {
        bw_request request = request_of("user:milo");
        bw_decision decision = BW_DENY;
        request.action = bw_text_of("read");
        request.now = lacks == 1 ? NOW - 1 : lacks == 2 ? LATER : NOW;
        request.cluster = bw_text_of(lacks == 3 ? "east" : "west");
        if (lacks != 4) {
            request.context = office();
        }
        EXPECT(bw_check(engine, &request, &decision) == BW_OK && decision == (lacks == 0 ? BW_ALLOW : BW_DENY));
    }
    change.edit = BW_EDIT_REMOVE_RULES;
    make(engine, &change);
}

static void roles_of_the_older_form_come_and_go(bw_engine engine) {
    made(engine, BW_EDIT_GIVE_ROLE, "user:zoe", "reader", NULL, NULL, NULL);
    EXPECT(!may(engine, "user:zoe", "read", DETECTOR, NULL));
    made(engine, BW_EDIT_PLACE, "user:zoe", NULL, "acme/vision", NULL, NULL);
    EXPECT(may(engine, "user:zoe", "read", DETECTOR, NULL));
    made(engine, BW_EDIT_TAKE_ROLE, "user:zoe", "reader", NULL, NULL, NULL);
    EXPECT(!may(engine, "user:zoe", "read", DETECTOR, NULL));
    made(engine, BW_EDIT_GIVE_ROLE, "user:zoe", "reader", NULL, NULL, NULL);
    EXPECT(may(engine, "user:zoe", "read", DETECTOR, NULL));
    made(engine, BW_EDIT_DISPLACE, "user:zoe", NULL, "acme/vision", NULL, NULL);
    EXPECT(!may(engine, "user:zoe", "read", DETECTOR, NULL));
}

static void scopes_and_clusters_come_and_go(bw_engine engine) {
    made(engine, BW_EDIT_CREATE_SCOPE, NULL, NULL, "acme/vision/new", NULL, NULL);
    EXPECT(may(engine, "user:ana", "read", "acme/vision/new", NULL));
    made(engine, BW_EDIT_RENAME_SCOPE, NULL, NULL, "acme/vision/new", "old", NULL);
    EXPECT(may(engine, "user:ana", "read", "acme/vision/old", NULL) && !may(engine, "user:ana", "read", "acme/vision/new", NULL));
    made(engine, BW_EDIT_MOVE_SCOPE, NULL, NULL, "acme/vision/old", NULL, "acme/audio");
    EXPECT(may(engine, "user:ute", "read", "acme/audio/old", NULL) && !may(engine, "user:ana", "read", "acme/audio/old", NULL));
    made(engine, BW_EDIT_DELETE_SCOPE, NULL, NULL, "acme/audio/old", NULL, NULL);
    EXPECT(!may(engine, "user:ute", "read", "acme/audio/old", NULL));

    made(engine, BW_EDIT_CREATE_CLUSTER, NULL, NULL, NULL, "north", NULL);
    EXPECT(may(engine, "user:ana", "read", DETECTOR, "north"));
    made(engine, BW_EDIT_RENAME_CLUSTER, NULL, NULL, NULL, "north", "south");
    EXPECT(may(engine, "user:ana", "read", DETECTOR, "south") && !may(engine, "user:ana", "read", DETECTOR, "north"));
    made(engine, BW_EDIT_DELETE_CLUSTER, NULL, NULL, NULL, "south", NULL);
    EXPECT(!may(engine, "user:ana", "read", DETECTOR, "south"));
}

static void subjects_and_roles_come_and_go(bw_engine engine) {
    made(engine, BW_EDIT_DISABLE, "user:ana", NULL, NULL, NULL, NULL);
    EXPECT(!may(engine, "user:ana", "read", DETECTOR, NULL));
    made(engine, BW_EDIT_ENABLE, "user:ana", NULL, NULL, NULL, NULL);
    EXPECT(may(engine, "user:ana", "read", DETECTOR, NULL));
    made(engine, BW_EDIT_CREATE_SUBJECT, "app:ci", NULL, NULL, NULL, NULL);
    made(engine, BW_EDIT_ADD_RULES, "app:ci", "reader", "acme/vision", NULL, NULL);
    EXPECT(may(engine, "app:ci", "read", DETECTOR, NULL));
    made(engine, BW_EDIT_DELETE_SUBJECT, "app:ci", NULL, NULL, NULL, NULL);
    EXPECT(!may(engine, "app:ci", "read", DETECTOR, NULL));
    made(engine, BW_EDIT_ADD_MEMBER, "user:mo", NULL, NULL, "night", NULL);
    EXPECT(may(engine, "user:mo", "read", DETECTOR, NULL));
    made(engine, BW_EDIT_REMOVE_MEMBER, "user:mo", NULL, NULL, "night", NULL);
    EXPECT(!may(engine, "user:mo", "read", DETECTOR, NULL));
    made(engine, BW_EDIT_DISABLE_ROLE, NULL, "researcher", NULL, NULL, NULL);
    EXPECT(!may(engine, "user:ana", "read", DETECTOR, NULL));
    made(engine, BW_EDIT_ENABLE_ROLE, NULL, "researcher", NULL, NULL, NULL);
    EXPECT(may(engine, "user:ana", "read", DETECTOR, NULL));
}

/* The right of an actor depends on the time, on its groups and on the context. */
static void who_may_is_asked(bw_engine engine) {
    said said = {"user:milo", "reader", "acme/vision", NULL, NULL, {{NULL, 0}}, {{NULL, 0}}, {{NULL, 0}}};
    bw_change change = change_of(BW_EDIT_ADD_RULES, &said);
    bw_actor adele = bw_actor_of("user:adele"), otto = bw_actor_of("user:otto");
    adele.groups.is_known = otto.groups.is_known = 1;
    EXPECT(is_answered(engine, adele, change, "ok"));
    change.now = NOW - 1;
    EXPECT(is_answered(engine, adele, change, "may_not_give_role"));
    change.now = LATER;
    EXPECT(is_answered(engine, adele, change, "may_not_give_role"));
    change.now = NOW;
    adele.groups.is_known = 0;
    EXPECT(is_answered(engine, adele, change, "may_not_give_role"));
    adele.groups.is_known = 1;
    bw_str banned = bw_text_of("banned");
    adele.groups.names = &banned;
    adele.groups.n_names = 1;
    EXPECT(is_answered(engine, adele, change, "may_not_give_role"));
    EXPECT(is_answered(engine, otto, change, "may_not_give_role"));
    otto.context = office();
    EXPECT(is_answered(engine, otto, change, "ok"));
    change.tenant = bw_text_of("umbrella");
    EXPECT(is_answered(engine, otto, change, "unknown_tenant"));
}

/* Internal operators administer nothing, so they do not count as those who stay. */
static void the_last_administrator_stays_unless_forced(bw_engine engine) {
    made(engine, BW_EDIT_CREATE_INTERNAL_SUBJECT, "user:op", NULL, NULL, NULL, NULL);
    made(engine, BW_EDIT_ADD_RULES, "user:op", "admin", "acme", NULL, NULL);
    said said = {"user:adele", NULL, NULL, NULL, NULL, {{NULL, 0}}, {{NULL, 0}}, {{NULL, 0}}};
    bw_change change = change_of(BW_EDIT_DISABLE, &said);
    EXPECT(is_answered(engine, bw_actor_host(), change, "last_administrator"));
    change.is_forced = 1;
    EXPECT(is_answered(engine, bw_actor_host(), change, "ok"));
}

static void what_is_ill_said_is_refused(bw_engine engine) {
    said said = {"user:ana", NULL, NULL, NULL, NULL, {{NULL, 0}}, {{NULL, 0}}, {{NULL, 0}}};
    bw_change good = change_of(BW_EDIT_DELETE_SUBJECT, &said), change = good;
    bw_actor host = bw_actor_host(), actor = host;
    bw_approval approval = 7;
    EXPECT(is_answered(engine, host, good, "ok"));
    said.subjects[1] = bw_text_of("user:ute");
    change.subjects.n_names = 2;
    EXPECT(bw_approve(engine, &host, &change, &approval, NULL) == BW_INVALID_ARGUMENT && approval == 0);
    change = good;
    change.is_forced = 2;
    EXPECT(bw_approve(engine, &host, &change, &approval, NULL) == BW_INVALID_ARGUMENT);
    change = good;
    change.struct_size -= 8;
    EXPECT(bw_approve(engine, &host, &change, &approval, NULL) == BW_UNSUPPORTED);
    actor.struct_size -= 8;
    EXPECT(bw_approve(engine, &actor, &good, &approval, NULL) == BW_UNSUPPORTED);
    actor = host;
    actor.is_host = 0;
    EXPECT(bw_approve(engine, &actor, &good, &approval, NULL) == BW_INVALID_ARGUMENT);
    actor.is_host = 2;
    EXPECT(bw_approve(engine, &actor, &good, &approval, NULL) == BW_INVALID_ARGUMENT);
    /* Whoever names somebody did not mean the host. */
    actor = bw_actor_of("user:ana");
    actor.is_host = 1;
    EXPECT(bw_approve(engine, &actor, &good, &approval, NULL) == BW_INVALID_ARGUMENT);
    actor = host;
    actor.groups.is_known = 1;
    EXPECT(bw_approve(engine, &actor, &good, &approval, NULL) == BW_INVALID_ARGUMENT);
    actor = host;
    actor.context = office();
    EXPECT(bw_approve(engine, &actor, &good, &approval, NULL) == BW_INVALID_ARGUMENT);
}

int main(void) {
    bw_engine engine = engine_of(DIRECTORY);
    rules_and_denies_come_and_go(engine);
    a_rule_holds_within_its_limits(engine);
    roles_of_the_older_form_come_and_go(engine);
    scopes_and_clusters_come_and_go(engine);
    subjects_and_roles_come_and_go(engine);
    who_may_is_asked(engine);
    what_is_ill_said_is_refused(engine);
    the_last_administrator_stays_unless_forced(engine);
    EXPECT(bw_engine_free(engine) == BW_OK);
    return 0;
}
